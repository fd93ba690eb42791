#include "agents-sim/live/live_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <utility>

#include "agents-sim/live/staffing.h"
#include "agents-sim/scenario/distribution_reader.h"
#include "router/config/duration_text.h"

namespace cordboard::sim {
namespace {

constexpr double kHandling = 0.6;  // shares of an agent's time
constexpr double kWrapUp = 0.1;
constexpr std::size_t kAgentsPerSession = 1'000;

// Reads options that are texts; the first thing wrong is kept.
class TextReader {
 public:
  explicit TextReader(std::vector<std::string>& errors) : errors_(errors) {}

  Duration duration(const char* option, const std::string& text) {
    const ParsedDuration parsed = parse_duration(text);
    if (!parsed.value) errors_.push_back(std::string(option) + ": " + text + ": " + parsed.problem);
    return parsed.value.value_or(Duration::zero());
  }

  // As distribution(), or "never".
  Distribution patience(const char* option, const std::string& text) {
    return text == "never" ? Distribution::never() : distribution(option, text);
  }

  // "20s" (always the same), or as in scenarios: "{exponential: {mean: 20s}}".
  Distribution distribution(const char* option, const std::string& text) {
    if (text == "never") {
      errors_.push_back(std::string(option) + ": only --patience can be never");
      return {};
    }
    if (!text.starts_with('{')) return Distribution::constant(duration(option, text));
    YamlFile file(text, option);
    const auto distribution = read_distribution(file.root(), ".");
    if (!distribution) errors_.push_back(file.diagnostics().text());
    return distribution.value_or(Distribution{});
  }

 private:
  std::vector<std::string>& errors_;
};

Distribution exponential_s(double mean_s) {
  return Distribution::exponential(Duration{std::max<std::int64_t>(std::llround(mean_s * 1e6), 1)});
}

class Maker {
 public:
  Maker(const LiveOptions& options, const TenantConfig& config) : options_(options), config_(config) {}

  LivePlanResult make() {
    Staffing staffing = staff(config_, options_.agents);
    read_behaviour();
    plan_.agents = std::move(staffing.agents);
    plan_.router = config_;
    plan_.speed = options_.speed;
    plan_.seed = options_.seed;
    plan_.gateway = options_.gateway;
    plan_.repeat = options_.repeat;
    plan_.give_up_after = read_.duration("--give-up-after", options_.give_up_after);
    plan_.sessions =
        options_.sessions != 0
            ? options_.sessions
            : static_cast<std::uint32_t>((plan_.agents.size() + kAgentsPerSession - 1) / kAgentsPerSession);
    for (const ChannelConfig& channel : config_.channels) plan_.channels.push_back(channel.name);
    if (options_.arrivals.empty()) {
      add_random_streams(staffing);
    } else {
      add_recorded_stream();
    }
    if (plan_.agents.empty()) errors_.push_back("no agent can work: the configuration declares none");
    if (plan_.streams.empty() && errors_.empty()) errors_.push_back("no queue can be served by these agents");
    if (!errors_.empty()) return {std::nullopt, {}, errors_};
    return {std::move(plan_), std::move(recorded_), std::move(staffing.warnings)};
  }

 private:
  void read_behaviour() {
    Behaviour& behaviour = plan_.behaviour;
    behaviour.answer_delay = read_.distribution("--answer-delay", options_.answer_delay);
    behaviour.notice_after = read_.distribution("--notice-after", options_.notice_after);
    behaviour.pause = read_.distribution("--pause", options_.pause);
    behaviour.decline = options_.decline;
    behaviour.no_answer = options_.no_answer;
    behaviour.pause_probability = options_.pause_probability;
    if (!options_.wrap_up.empty()) {
      behaviour.wrap_up = read_.distribution("--wrap-up", options_.wrap_up);
    } else if (options_.arrivals.empty()) {
      behaviour.wrap_up = exponential_s(kWrapUp * time_per_contact_s());
    }
  }

  // An agent's whole time for each contact that comes to it.
  double time_per_contact_s() const {
    return static_cast<double>(options_.agents) / std::max(options_.rate, 1e-9);
  }

  Distribution handle_time() {
    if (!options_.handle_time.empty()) return read_.distribution("--handle-time", options_.handle_time);
    return exponential_s(kHandling * time_per_contact_s());
  }

  void add_random_streams(const Staffing& staffing) {
    const Duration real = read_.duration("--duration", options_.duration);
    plan_.duration = Duration{std::llround(static_cast<double>(real.count()) * options_.speed)};
    const Distribution handle = handle_time();
    const Distribution patience = read_.patience("--patience", options_.patience);
    for (std::size_t i = 0; i < staffing.shares.size(); ++i) {
      if (staffing.shares[i] <= 0) continue;
      ContactStream stream;
      stream.name = stream.queue = config_.queues[i].name;
      stream.arrivals.pieces = {{Duration::zero(), options_.rate * staffing.shares[i] * 3'600}};
      stream.handle_time = handle;
      stream.patience = patience;
      stream.transfer = {options_.transfer, config_.queues[staffing.transfers_to[i]].name};
      plan_.streams.push_back(std::move(stream));
    }
  }

  void add_recorded_stream() {
    const RecordedRange range{Duration{std::llround(options_.from_s * 1e6)},
                              Duration{std::llround(options_.to_s * 1e6)}};
    const std::string queue = config_.queues.empty() ? "" : config_.queues.front().name;
    auto loaded = load_recorded_calls(options_.arrivals, range, queue);
    if (const auto* error = std::get_if<ArrivalFileError>(&loaded)) {
      errors_.push_back(error->message);
      return;
    }
    recorded_ = std::move(std::get<RecordedCalls>(loaded));
    check_queues(*recorded_.arrivals);
    plan_.duration = recorded_.length;
    ContactStream stream;
    stream.name = "recorded";
    stream.queue = queue;
    stream.arrivals.recorded = recorded_.arrivals;
    stream.patience = read_.patience("--patience", options_.patience);
    const bool own = !options_.handle_time.empty() || recorded_.handle_times.empty();
    stream.handle_time = own ? handle_time() : Distribution::empirical(recorded_.handle_times);
    if (recorded_.arrivals->records.empty())
      errors_.push_back(options_.arrivals + ": no arrivals in this range");
    plan_.streams.push_back(std::move(stream));
  }

  void check_queues(const ArrivalFile& file) {
    std::vector<bool> checked(file.texts.size(), false);
    checked[ArrivalRecord::kNoText] = true;
    for (const ArrivalRecord& record : file.records) {
      if (checked[record.queue]) continue;
      checked[record.queue] = true;
      const std::string& name = file.text(record.queue);
      const bool known = std::any_of(config_.queues.begin(), config_.queues.end(),
                                     [&](const QueueConfig& queue) { return queue.name == name; });
      if (!known) errors_.push_back(options_.arrivals + ": the router has no queue " + name);
    }
  }

  const LiveOptions& options_;
  const TenantConfig& config_;
  std::vector<std::string> errors_;
  TextReader read_{errors_};
  LivePlan plan_;
  RecordedCalls recorded_;
};

}  // namespace

LivePlanResult make_live_plan(const LiveOptions& options, const TenantConfig& config) {
  return Maker(options, config).make();
}

std::unique_ptr<FaultyProxy> make_proxy(const LiveOptions& options) {
  if (!options.proxy) return nullptr;
  const Duration mean_life{std::llround(options.proxy_life_ms * 1e3)};
  return std::make_unique<FaultyProxy>(*options.proxy, mean_life);
}

void add_live_options(CLI::App& command, LiveOptions& options) {
  const auto probability = CLI::Range(0.0, 1.0);
  const auto positive = CLI::PositiveNumber;
  command
      .add_option("--agents", options.agents, "Agents to log in: declared ones first, then sim-1, sim-2, ...")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command.add_option("--rate", options.rate, "Contacts a second, over all queues")
      ->check(positive)
      ->capture_default_str();
  command.add_option("--duration", options.duration, "How long contacts arrive")->capture_default_str();
  command.add_option("--seed", options.seed, "Of all random numbers")->capture_default_str();
  command.add_option("--tenant", options.tenant, "Tenant (metadata cordboard-tenant); default: default");
  command.add_option("--gateway", options.gateway, "Name of the gateway to play")->capture_default_str();
  command
      .add_option("--sessions", options.sessions, "Streams that the agents share; 0: one per 1,000 agents")
      ->capture_default_str();
  command.add_option("--speed", options.speed, "Play times this much faster")
      ->check(positive)
      ->capture_default_str();
  command.add_option("--arrivals", options.arrivals, "CSV file of arrivals to play instead of random ones");
  command.add_option("--from", options.from_s, "With --arrivals: from this `at` on, in seconds");
  command.add_option("--to", options.to_s, "With --arrivals: up to this `at`, in seconds");
  command.add_option(
      "--handle-time", options.handle_time,
      "20s, or a distribution as in scenarios: \"{exponential: {mean: 20s}}\"; default: agents "
      "are about 70 % busy");
  command.add_option("--wrap-up", options.wrap_up, "The same, of after-call work");
  command.add_option("--patience", options.patience, "The same, or never")->capture_default_str();
  command.add_option("--answer-delay", options.answer_delay, "How long it rings")->capture_default_str();
  command.add_option("--decline", options.decline, "Share of offers that are declined")->check(probability);
  command.add_option("--no-answer", options.no_answer, "Share of offers that nobody answers")
      ->check(probability);
  command
      .add_option("--notice-after", options.notice_after, "After a missed offer, ready again after this time")
      ->capture_default_str();
  command.add_option("--transfer", options.transfer, "Share of contacts handed on to another queue")
      ->check(probability);
  command
      .add_option("--pause-probability", options.pause_probability,
                  "Share of contacts after which the agent takes a pause")
      ->check(probability);
  command.add_option("--pause", options.pause, "How long that is")->capture_default_str();
  command.add_option("--give-up-after", options.give_up_after, "Without any contact coming or going")
      ->capture_default_str();
  command
      .add_option("--repeat", options.repeat, "Share of the requests that are sent twice, at once or later")
      ->check(probability);
  command.add_option(
      "--proxy", options.proxy,
      "Go through a proxy that delays, pauses, cuts and half-closes connections; the seed for that");
  command
      .add_option("--proxy-life-ms", options.proxy_life_ms,
                  "Mean time until it does something to a connection")
      ->check(positive)
      ->capture_default_str();
  command.add_flag("--json", options.json, "Print one JSON object");
}

}  // namespace cordboard::sim
