#include "tests/support/scenario.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "router/core/engine.h"
#include "router/core/expected_wait.h"
#include "router/core/explain.h"
#include "router/core/explain_offer.h"
#include "router/core/state.h"
#include "tests/support/event_text.h"
#include "tests/support/scenario_line.h"

namespace cordboard::testing {
namespace {

class Player {
 public:
  std::string play(std::string_view text) {
    std::stringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
      if (line.starts_with('@')) continue;
      output_ += line + "\n";
      if (line == "----") {
        apply_config();
        output_ += std::exchange(events_text_, "");
      } else if (!line.empty() && !line.starts_with('#')) {
        step(parse(line));
      }
    }
    apply_config();
    return output_;
  }

 private:
  using Handler = std::function<void(const Line&)>;

  void step(const Line& line) {
    static constexpr std::string_view kConfiguring[] = {"split", "tenant", "queue", "channel", "calendar"};
    const bool configures =
        std::find(std::begin(kConfiguring), std::end(kConfiguring), line.verb) != std::end(kConfiguring);
    if (!configures) apply_config();
    const auto handler = handlers_.find(line.verb);
    if (handler == handlers_.end()) throw std::runtime_error("unknown scenario command: " + line.verb);
    handler->second(line);
  }

  void apply_config() {
    if (!std::exchange(config_changed_, false)) return;
    apply(
        ApplyConfig{++version_, config_, 0, std::exchange(applied_by_, ""), std::exchange(applied_why_, "")});
  }

  void apply(CommandBody body) {
    while (engine_.next_deadline() <= now_) apply_one(AdvanceTime{});
    apply_one(std::move(body));
  }

  void apply_one(CommandBody body) {
    events_.clear();
    const std::uint64_t before = engine_.digest();
    const Outcome outcome = engine_.apply({now_, "", std::move(body)}, events_);
    if (outcome.rejection) {
      note("Rejected " + std::string(to_string(outcome.rejection->reason)) + ": " +
           outcome.rejection->detail);
    } else if (outcome.repeated) {
      note("Repeated");
    }
    if (!outcome.accepted() || outcome.repeated) {
      if (engine_.digest() != before || !events_.empty()) note("BROKEN a refused command changed something");
    }
    for (const Event& event : events_) {
      if (is_shown(event)) events_text_ += to_text(engine_.state(), now_, event) + "\n";
    }
    for (const std::string& broken : engine_.check_invariants()) note("BROKEN " + broken);
  }

  void supervise(const Line& line) {
    Supervise command;
    for (int i = 0; i <= static_cast<int>(SupervisorVerb::TakeOver); ++i) {
      const auto verb = static_cast<SupervisorVerb>(i);
      if (to_string(verb) == line.word(1)) command.verb = verb;
    }
    command.supervisor = line.word(0);
    command.reason = line.value("reason");
    command.contact = line.value("contact");
    command.agent = line.value("agent");
    command.queue = line.value("queue");
    if (line.values.contains("priority")) command.priority = std::stoi(line.value("priority"));
    if (line.values.contains("tier")) command.tier = std::stoi(line.value("tier"));
    command.force = line.has("force");
    apply(command);
  }
  void list_acts() {
    for (const SupervisorAct& act : engine_.state().acts) {
      note("| " + std::to_string(act.number) + " " + act.supervisor + " " + std::string(to_string(act.verb)) +
           " contact=" + act.contact + " agent=" + act.agent + " queue=" + act.queue + " what=" + act.what +
           " reason=" + act.reason);
    }
  }

  void explain_wait(const std::string& contact) {
    const State& state = engine_.state();
    note_lines(explain::to_text(state, now_, explain::wait_of(state, now_, state.find_contact(contact))));
  }
  void explain_pair(const std::string& contact, const std::string& agent) {
    const State& state = engine_.state();
    const ContactRef c = state.find_contact(contact);
    const AgentRef a = state.find_agent(agent);
    note_lines(explain::to_text(state, now_, c, a, explain::why_not(state, now_, c, a)));
  }
  void explain_offer(OfferId offer) {
    const Decision* const decision = explain::find_decision(engine_.state(), offer);
    note_lines(decision == nullptr ? "not noted" : explain::to_text(engine_.state(), *decision));
  }
  void note_lines(const std::string& text) {
    for (const std::string& line : split(text, '\n')) note("| " + line);
  }

  // Alarms begin and end beside nearly every story; those that are about them ask for them.
  bool is_shown(const Event& event) const {
    const bool is_alarm =
        std::holds_alternative<ContactsUnservable>(event) || std::holds_alternative<ContactsServable>(event);
    return shows_alarms_ || !is_alarm;
  }

  void note(const std::string& text) { events_text_ += stamp(now_) + text + "\n"; }

  void advance(Duration duration) {
    const Time until = now_ + duration;
    while (engine_.next_deadline() <= until) {
      now_ = engine_.next_deadline();
      apply_one(AdvanceTime{});
    }
    now_ = until;
  }

  void restore_copy() {
    Engine copy;
    if (const auto error = copy.restore(engine_.snapshot())) note("BROKEN " + *error);
    if (copy.digest() != engine_.digest()) note("BROKEN a restored engine has another digest");
    engine_ = std::move(copy);
  }

  void set_tenant(const Line& line) {
    const std::map<std::string, Duration*> keys = {{"priority_point", &config_.priority_point},
                                                   {"decline_cooldown", &config_.decline_cooldown},
                                                   {"not_responding_return", &config_.not_responding_return},
                                                   {"disconnect_grace", &config_.disconnect_grace},
                                                   {"gateway_grace", &config_.gateway_grace},
                                                   {"max_handling", &config_.max_handling},
                                                   {"remember_ended", &config_.remember_ended}};
    const std::map<std::string, std::uint32_t*> limits = {
        {"scheduled_contacts", &config_.limits.scheduled_contacts},
        {"redials", &config_.limits.redials},
        {"explained_offers", &config_.limits.explained_offers},
        {"requirement_classes", &config_.limits.requirement_classes}};
    for (const auto& [key, value] : line.values) {
      if (const auto limit = limits.find(key); limit != limits.end()) {
        *limit->second = static_cast<std::uint32_t>(std::stoul(value));
      } else if (key == "removed_queues") {
        config_.removed_queues = value == "drain" ? RemovedQueues::Drain : RemovedQueues::Refuse;
      } else {
        *keys.at(key) = duration_of(value);
      }
    }
    config_changed_ = true;
  }

  void set_queue(const Line& line) {
    const std::string name = line.word(0);
    const std::string former = line.value("renamed_from", name);
    const auto known = std::find_if(config_.queues.begin(), config_.queues.end(),
                                    [&](const QueueConfig& queue) { return queue.name == former; });
    if (line.has("removed")) {
      config_.queues.erase(known);
    } else {
      QueueConfig& queue = known != config_.queues.end() ? *known : config_.queues.emplace_back();
      queue.name = name;
      set_queue_values(queue, line);
    }
    config_changed_ = true;
  }

  void set_calendar(const Line& line) {
    config_.calendars.push_back({line.word(0), "UTC", {{}, {}, {}, {}, {}, {}, {}}, {}});
    config_changed_ = true;
  }

  void set_times(const Line& line) {
    OpeningTimes times{line.word(0), line.has("open"), {}, now_ + 365 * 24h};
    for (const std::string& second : split(line.value("next"), ',')) {
      times.changes.push_back(Time{} + std::chrono::seconds(std::stoll(second)));
    }
    apply(SetOpeningTimes{{times}});
  }

  void set_mode(const Line& line) {
    SetQueueMode set{.reason = line.value("reason"), .supervisor = line.value("by", "eva")};
    set.all = line.word(0) == "all";
    if (!set.all) set.queue = line.word(0);
    set.mode = line.has("open")     ? QueueMode::Open
               : line.has("closed") ? QueueMode::Closed
                                    : QueueMode::ByHours;
    apply(set);
  }

  void forget_customer(const Line& line) {
    apply(ForgetCustomer{line.word(0), line.value("by", "eva"), line.value("reason")});
  }

  void set_split(const Line& line) {
    SplitConfig config{line.word(0), {}};
    for (const std::string& share : split(line.value("to"), ',')) {
      const auto parts = split(share, ':');
      config.to.push_back({parts.at(0), static_cast<std::uint32_t>(std::stoul(parts.at(1)))});
    }
    std::erase_if(config_.splits, [&](const SplitConfig& s) { return s.name == config.name; });
    if (!line.has("removed")) config_.splits.push_back(config);
    config_changed_ = true;
  }

  void set_channel(const Line& line) {
    ChannelConfig channel{line.word(0), static_cast<std::uint32_t>(std::stoul(line.value("units"))),
                          static_cast<std::uint32_t>(std::stoul(line.value("max"))),
                          split(line.value("interruptible_by"), ','), line.has("exclusive")};
    std::erase_if(config_.channels, [&](const ChannelConfig& c) { return c.name == channel.name; });
    config_.channels.push_back(channel);
    config_changed_ = true;
  }

  // From now on, as far as the line says one.
  std::optional<Time> time_of(const Line& line, const std::string& key) const {
    if (!line.values.contains(key)) return std::nullopt;
    return now_ + duration_of(line.value(key));
  }
  static std::uint32_t attempt_of(const Line& line) {
    return static_cast<std::uint32_t>(std::stoul(line.value("attempt", "0")));
  }
  static DialFailure failure_of(const Line& line) {
    static const std::map<std::string, DialFailure> kNames = {
        {"no_answer", DialFailure::NoAnswer},
        {"busy", DialFailure::Busy},
        {"unreachable", DialFailure::Unreachable},
        {"answering_machine", DialFailure::AnsweringMachine}};
    return kNames.at(line.word(1));
  }

  void enqueue(const Line& line) {
    SubmitContact submit;
    submit.contact = line.word(0);
    submit.queue = line.value("queue");
    submit.channel = line.value("channel");
    submit.gateway = line.value("gateway");
    submit.priority = std::stoi(line.value("priority", "0"));
    submit.tier = std::stoi(line.value("tier", "0"));
    submit.requirement = line.value("requires");
    submit.customer = line.value("customer");
    submit.relax = steps_of(line.value("relax"));
    submit.not_before = time_of(line, "not_before");
    submit.callback = line.has("callback");
    submit.promise = time_of(line, "promise");
    submit.preferred_agents = split(line.value("prefer"), ',');
    submit.preferred_for = duration_of(line.value("prefer_for", "0s"));
    submit.preferred_first = line.has("prefer_first");
    apply(submit);
  }

  void update(const Line& line) {
    UpdateContact update{.contact = line.word(0)};
    if (line.values.contains("priority")) update.priority = std::stoi(line.value("priority"));
    if (line.values.contains("tier")) update.tier = std::stoi(line.value("tier"));
    if (line.values.contains("requires")) update.requirement = line.value("requires");
    if (line.values.contains("relax")) update.relax = steps_of(line.value("relax"));
    update.not_before = time_of(line, "not_before");
    apply(update);
  }

  // Asks, and changes nothing.
  void expected(const Line& line) {
    const State& state = engine_.state();
    const std::string queue = line.value("queue");
    std::string subject = "next contact of " + queue;
    ExpectedWait answer;
    if (queue.empty()) {
      const ContactRef contact = state.find_contact(line.word(0));
      subject = line.word(0) + " position=" + std::to_string(position_of(state, contact, now_));
      answer = expected_wait(state, contact, now_);
    } else {
      answer = expected_wait(state, state.find_queue(queue), now_);
    }
    char wait[32];
    std::snprintf(wait, sizeof wait, "%.1fs", static_cast<double>(to_us(answer.wait)) / 1e6);
    note("Expected " + subject + " wait=" + wait + " formula=" + std::string(to_string(answer.formula)) +
         (answer.enough_data ? "" : " not enough data"));
  }

  static OfferId offer_of(const Line& line) { return {std::stoull(line.word(1).substr(1))}; }

  Engine engine_;
  TenantConfig config_;
  bool shows_alarms_ = false;
  bool config_changed_ = false;
  std::string applied_by_;  // of the next change of configuration
  std::string applied_why_;
  std::uint64_t version_ = 0;
  Time now_;
  std::vector<Event> events_;
  std::string events_text_;
  std::string output_;
  const std::map<std::string, Handler> handlers_ = {
      {"tenant", [this](const Line& l) { set_tenant(l); }},
      {"queue", [this](const Line& l) { set_queue(l); }},
      {"channel", [this](const Line& l) { set_channel(l); }},
      {"split", [this](const Line& l) { set_split(l); }},
      {"agent",
       [this](const Line& l) {
         apply(Login{l.word(0), profile_of(l), l.has("ready")});
       }},
      {"login",
       [this](const Line& l) {
         apply(Login{l.word(0), std::nullopt, l.has("ready")});
       }},
      {"logout", [this](const Line& l) { apply(Logout{l.word(0)}); }},
      {"disconnect", [this](const Line& l) { apply(AgentDisconnected{l.word(0)}); }},
      {"ready", [this](const Line& l) { apply(SetReady{l.word(0)}); }},
      {"not_ready",
       [this](const Line& l) {
         apply(SetNotReady{l.word(0), l.word(1)});
       }},
      {"release",
       [this](const Line& l) {
         apply(ReleaseAgent{l.word(0), l.has("end_contacts")});
       }},
      {"enqueue", [this](const Line& l) { enqueue(l); }},
      {"update", [this](const Line& l) { update(l); }},
      {"cancel", [this](const Line& l) { apply(CancelContact{l.word(0)}); }},
      {"hangup",
       [this](const Line& l) {
         apply(EndContact{l.word(0), ""});
       }},
      {"end",
       [this](const Line& l) {
         apply(EndContact{l.word(0), l.value("agent")});
       }},
      {"accept",
       [this](const Line& l) {
         apply(AcceptOffer{l.word(0), offer_of(l)});
       }},
      {"decline",
       [this](const Line& l) {
         apply(DeclineOffer{l.word(0), offer_of(l)});
       }},
      {"finish",
       [this](const Line& l) {
         apply(FinishWrapUp{l.word(0), l.word(1)});
       }},
      {"transfer",
       [this](const Line& l) {
         apply(
             TransferContact{l.word(0), l.value("agent"), l.value("queue"), l.value("to"), l.has("to_back")});
       }},
      {"calendar", [this](const Line& l) { set_calendar(l); }},
      {"times", [this](const Line& l) { set_times(l); }},
      {"mode", [this](const Line& l) { set_mode(l); }},
      {"applied_by",
       [this](const Line& l) {
         applied_by_ = l.word(0);
         applied_why_ = l.value("reason");
       }},
      {"forget_customer", [this](const Line& l) { forget_customer(l); }},
      {"gateway_up", [this](const Line& l) { apply(GatewayConnected{l.word(0)}); }},
      {"gateway_down", [this](const Line& l) { apply(GatewayDisconnected{l.word(0)}); }},
      {"expected", [this](const Line& l) { expected(l); }},
      {"show_alarms", [this](const Line&) { shows_alarms_ = true; }},
      {"supervise", [this](const Line& l) { supervise(l); }},
      {"acts", [this](const Line&) { list_acts(); }},
      {"explain", [this](const Line& l) { explain_wait(l.word(0)); }},
      {"why_offer", [this](const Line& l) { explain_offer({std::stoull(l.word(0).substr(1))}); }},
      {"why", [this](const Line& l) { explain_pair(l.word(0), l.word(1)); }},
      {"callback",
       [this](const Line& l) {
         apply(RequestCallback{l.word(0), time_of(l, "not_before"), time_of(l, "promise")});
       }},
      {"answers",
       [this](const Line& l) {
         apply(ConnectCallback{l.word(0), attempt_of(l)});
       }},
      {"fails",
       [this](const Line& l) {
         apply(FailCallback{l.word(0), attempt_of(l), failure_of(l)});
       }},
      {"restart", [this](const Line&) { apply(RouterRestarted{}); }},
      {"snapshot", [this](const Line&) { restore_copy(); }},
      {"advance", [this](const Line& l) { advance(duration_of(l.word(0))); }},
  };
};

}  // namespace

std::string run_scenario(std::string_view text) { return Player().play(text); }

}  // namespace cordboard::testing
