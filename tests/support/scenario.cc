#include "tests/support/scenario.h"

#include <cmath>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "router/core/engine.h"
#include "router/core/expected_wait.h"
#include "router/core/explain.h"
#include "router/core/state.h"
#include "tests/support/event_text.h"

namespace cordboard::testing {
namespace {

// "verb subject word key=value key="two words"", taken apart.
struct Line {
  std::string verb;
  std::vector<std::string> words;
  std::map<std::string, std::string> values;

  std::string word(std::size_t index) const { return index < words.size() ? words[index] : ""; }
  bool has(const std::string& flag) const {
    return std::find(words.begin(), words.end(), flag) != words.end();
  }
  std::string value(const std::string& key, std::string otherwise = "") const {
    const auto found = values.find(key);
    return found == values.end() ? otherwise : found->second;
  }
};

std::vector<std::string> tokens_of(const std::string& text) {
  std::vector<std::string> tokens;
  std::string token;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      if (!token.empty()) tokens.push_back(std::exchange(token, ""));
    } else {
      token += c;
    }
  }
  if (!token.empty()) tokens.push_back(token);
  return tokens;
}

Line parse(const std::string& text) {
  Line line;
  for (const std::string& token : tokens_of(text)) {
    const std::size_t equals = token.find('=');
    if (line.verb.empty()) {
      line.verb = token;
    } else if (equals == std::string::npos) {
      line.words.push_back(token);
    } else {
      line.values[token.substr(0, equals)] = token.substr(equals + 1);
    }
  }
  return line;
}

Duration duration_of(const std::string& text) {
  std::size_t used = 0;
  const double number = std::stod(text, &used);
  const std::string unit = text.substr(used);
  const double seconds = unit == "ms" ? 0.001 : unit == "m" ? 60 : unit == "h" ? 3600 : unit == "s" ? 1 : 0;
  if (seconds == 0) throw std::runtime_error("duration without a known unit: " + text);
  return Duration{static_cast<std::int64_t>(number * seconds * 1e6)};
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

AgentProfile profile_of(const Line& line) {
  AgentProfile profile;
  for (const std::string& skill : split(line.value("skills"), ',')) {
    const auto parts = split(skill, ':');
    profile.skills.push_back(
        {parts[0], static_cast<std::uint8_t>(parts.size() > 1 ? std::stoi(parts[1]) : 1)});
  }
  for (const std::string& channel : split(line.value("channels"), ',')) {
    const auto parts = split(channel, ':');
    profile.channels.push_back({parts.at(0), static_cast<std::uint32_t>(std::stoul(parts.at(1))),
                                static_cast<std::uint32_t>(std::stoul(parts.at(2)))});
  }
  return profile;
}

// relax="30s english >= 50|90s": two steps, the second to any agent.
std::vector<RelaxStep> steps_of(const std::string& text) {
  std::vector<RelaxStep> steps;
  for (const std::string& step : split(text, '|')) {
    const std::size_t space = step.find(' ');
    steps.push_back(
        {duration_of(step.substr(0, space)), space == std::string::npos ? "" : step.substr(space + 1)});
  }
  return steps;
}

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

// "WORD REST" -> both.
std::pair<std::string, std::string> first_word(const std::string& text) {
  const std::size_t space = text.find(' ');
  return {text.substr(0, space), space == std::string::npos ? "" : text.substr(space + 1)};
}

template <class Enum>
Enum named(const std::string& name) {
  for (int i = 0; i < 16; ++i) {
    if (to_string(static_cast<Enum>(i)) == name) return static_cast<Enum>(i);
  }
  throw std::runtime_error("unknown name: " + name);
}

// escalate="waited 60s: raise_priority 5, notify vip waits; unservable: deflect voicemail": two rules.
std::vector<EscalationRule> rules_of(const std::string& text) {
  std::vector<EscalationRule> rules;
  for (const std::string& part : split(text, ';')) {
    const std::size_t colon = part.find(':');
    const auto [trigger, value] = first_word(trimmed(part.substr(0, colon)));
    EscalationRule& rule = rules.emplace_back();
    rule.trigger = named<EscalationTrigger>(trigger);
    const bool timed =
        rule.trigger == EscalationTrigger::Waited || rule.trigger == EscalationTrigger::ExpectedWait;
    if (timed) rule.time = duration_of(value);
    if (!timed && !value.empty()) rule.count = static_cast<std::uint32_t>(std::stoul(value));
    for (const std::string& action : split(part.substr(colon + 1), ',')) {
      const auto [kind, argument] = first_word(trimmed(action));
      EscalationAction& added = rule.actions.emplace_back();
      added.kind = named<EscalationKind>(kind);
      const bool counts =
          added.kind == EscalationKind::RaisePriority || added.kind == EscalationKind::SetTier;
      if (counts) added.number = std::stoi(argument);
      if (!counts) added.text = argument;
    }
  }
  return rules;
}

AgentStrategy strategy_of(const std::string& name) {
  static const std::map<std::string, AgentStrategy> kNames = {
      {"longest_idle", AgentStrategy::LongestIdle},
      {"most_skilled", AgentStrategy::MostSkilled},
      {"least_skilled", AgentStrategy::LeastSkilled},
      {"least_occupied", AgentStrategy::LeastOccupied},
      {"fewest_contacts", AgentStrategy::FewestContacts},
      {"round_robin", AgentStrategy::RoundRobin},
      {"random", AgentStrategy::Random},
      {"scarce_first", AgentStrategy::ScarceFirst}};
  return kNames.at(name);
}

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
    apply(ApplyConfig{++version_, config_});
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
    for (const auto& [key, value] : line.values) {
      if (key == "removed_queues")
        config_.removed_queues = value == "drain" ? RemovedQueues::Drain : RemovedQueues::Refuse;
      else
        *keys.at(key) = duration_of(value);
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

  // wait, deflect:DESTINATION and so on.
  static ClosedRule rule_of(const std::string& text) {
    static const std::map<std::string, ClosedAction> kActions = {
        {"refuse", ClosedAction::Refuse},   {"keep", ClosedAction::Keep},
        {"wait", ClosedAction::Wait},       {"callback", ClosedAction::OfferCallback},
        {"deflect", ClosedAction::Deflect}, {"move", ClosedAction::MoveToQueue}};
    const std::size_t colon = text.find(':');
    return {kActions.at(text.substr(0, colon)), colon == std::string::npos ? "" : text.substr(colon + 1)};
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

  static void set_queue_values(QueueConfig& queue, const Line& line) {
    for (const auto& [key, value] : line.values) {
      if (key == "requires")
        queue.requirement = value;
      else if (key == "escalate")
        queue.escalate = rules_of(value);
      else if (key == "service_level")
        queue.service_level.within = duration_of(value);
      else if (key == "relax")
        queue.relax = steps_of(value);
      else if (key == "channel")
        queue.channel = value;
      else if (key == "strategy")
        queue.strategy = strategy_of(value);
      else if (key == "priority")
        queue.priority = std::stoi(value);
      else if (key == "ageing")
        queue.ageing = static_cast<AgeingRate>(std::lround(std::stod(value) * kAgeingOne));
      else if (key == "max_waiting")
        queue.max_waiting = static_cast<std::uint32_t>(std::stoul(value));
      else if (key == "offer_timeout")
        queue.offer_timeout = duration_of(value);
      else if (key == "wrap_up_timeout")
        queue.wrap_up_timeout = duration_of(value);
      else if (key == "ring")
        queue.ring = static_cast<std::uint32_t>(std::stoul(value));
      else if (key == "max_wait")
        queue.max_wait = duration_of(value);
      else if (key == "renamed_from")
        queue.renamed_from = value;
      else if (key == "hours")
        queue.hours.calendar = value;
      else if (key == "when_closed")
        queue.hours.when_closed = rule_of(value);
      else if (key == "at_closing")
        queue.hours.at_closing = rule_of(value);
      else
        throw std::runtime_error("unknown queue key: " + key);
    }
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
                          static_cast<std::uint32_t>(std::stoul(line.value("max")))};
    std::erase_if(config_.channels, [&](const ChannelConfig& c) { return c.name == channel.name; });
    config_.channels.push_back(channel);
    config_changed_ = true;
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
    apply(submit);
  }

  void update(const Line& line) {
    UpdateContact update{.contact = line.word(0)};
    if (line.values.contains("priority")) update.priority = std::stoi(line.value("priority"));
    if (line.values.contains("tier")) update.tier = std::stoi(line.value("tier"));
    if (line.values.contains("requires")) update.requirement = line.value("requires");
    if (line.values.contains("relax")) update.relax = steps_of(line.value("relax"));
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
      subject = line.word(0) + " position=" + std::to_string(position_of(state, contact));
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
      {"gateway_up", [this](const Line& l) { apply(GatewayConnected{l.word(0)}); }},
      {"gateway_down", [this](const Line& l) { apply(GatewayDisconnected{l.word(0)}); }},
      {"expected", [this](const Line& l) { expected(l); }},
      {"show_alarms", [this](const Line&) { shows_alarms_ = true; }},
      {"explain", [this](const Line& l) { explain_wait(l.word(0)); }},
      {"why", [this](const Line& l) { explain_pair(l.word(0), l.word(1)); }},
      {"restart", [this](const Line&) { apply(RouterRestarted{}); }},
      {"snapshot", [this](const Line&) { restore_copy(); }},
      {"advance", [this](const Line& l) { advance(duration_of(l.word(0))); }},
  };
};

}  // namespace

std::string run_scenario(std::string_view text) { return Player().play(text); }

}  // namespace cordboard::testing
