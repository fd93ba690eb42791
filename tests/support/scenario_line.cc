#include "tests/support/scenario_line.h"

#include <cmath>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "router/core/event.h"
#include "router/core/state_fields.h"

namespace cordboard::testing {
namespace {

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
  for (int i = 0; i <= static_cast<int>(last_value(Enum{})); ++i) {
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

// wait, deflect:DESTINATION and so on.
ClosedRule rule_of(const std::string& text) {
  const std::size_t colon = text.find(':');
  return {named<ClosedAction>(text.substr(0, colon)),
          colon == std::string::npos ? "" : text.substr(colon + 1)};
}

}  // namespace

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

std::vector<RelaxStep> steps_of(const std::string& text) {
  std::vector<RelaxStep> steps;
  for (const std::string& step : split(text, '|')) {
    const std::size_t space = step.find(' ');
    steps.push_back(
        {duration_of(step.substr(0, space)), space == std::string::npos ? "" : step.substr(space + 1)});
  }
  return steps;
}

void set_queue_values(QueueConfig& queue, const Line& line) {
  for (const auto& [key, value] : line.values) {
    if (key == "last_agent_within")
      queue.last_agent.within = duration_of(value);
    else if (key == "last_agent_wait")
      queue.last_agent.wait = duration_of(value);
    else if (key == "last_agent_first")
      queue.last_agent.first = value == "true";
    else if (key == "requires")
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
    else if (key == "scheduled_spacing")
      queue.scheduled_spacing = duration_of(value);
    else if (key == "redial")
      queue.redial_within = duration_of(value);
    else if (key == "callback_channel")
      queue.callback.channel = value;
    else if (key == "attempts")
      queue.callback.attempts = static_cast<std::uint32_t>(std::stoul(value));
    else if (key == "retry_delay")
      queue.callback.retry_delay = duration_of(value);
    else if (key == "promise")
      queue.callback.promise = duration_of(value);
    else if (key == "dial_timeout")
      queue.callback.dial_timeout = duration_of(value);
    else
      throw std::runtime_error("unknown queue key: " + key);
  }
}

}  // namespace cordboard::testing
