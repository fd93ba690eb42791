// The commands of a random tape.

#include <algorithm>
#include <chrono>

#include "router/core/state.h"
#include "tests/support/random_tape.h"

namespace cordboard::testing {

TapeWriter::TapeWriter(std::uint64_t seed) : seed_(seed), rng_{seed * 2 + 1} {}

std::uint64_t TapeWriter::draw(std::uint64_t below) { return rng_.next() % below; }

std::string TapeWriter::contact() { return "c" + std::to_string(draw(12)); }
std::string TapeWriter::customer() { return "k" + std::to_string(draw(4)); }
std::string TapeWriter::agent() { return "a" + std::to_string(draw(5)); }
std::string TapeWriter::skill() { return std::string(1, static_cast<char>('x' + draw(3))); }

// Nearly as long as a text may be; its canonical form is longer than that.
std::string TapeWriter::long_requirement() {
  std::string text = skill();
  for (char a = 'a'; a <= 'e'; ++a) {
    for (char b = 'a'; b <= 'z'; ++b) text += std::string(" or ") + a + b;
  }
  return text;
}

std::string TapeWriter::requirement() {
  if (chance(50)) return "";
  if (chance(2)) return long_requirement();
  std::string text = skill();
  if (chance(40)) text += " >= " + std::to_string(1 + draw(100));
  if (chance(30)) text += (chance(50) ? " and " : " or ") + skill();
  return chance(10) ? "not (" + text + ")" : text;
}

EscalationAction TapeWriter::action(const std::vector<QueueConfig>& queues) {
  EscalationAction action;
  action.kind = static_cast<EscalationKind>(draw(9));
  action.number = static_cast<std::int32_t>(1 + draw(3));
  action.text = queues[draw(2)].name;
  return action;
}

std::vector<EscalationRule> TapeWriter::ladder(const std::vector<QueueConfig>& queues, std::size_t queue) {
  std::vector<EscalationRule> rules;
  while (chance(60) && rules.size() < 4) {
    EscalationRule rule;
    rule.trigger = static_cast<EscalationTrigger>(draw(6));
    rule.time = Duration{static_cast<std::int64_t>(1 + draw(40'000'000))};
    rule.count = static_cast<std::uint32_t>(1 + draw(3));
    do {
      rule.actions.push_back(action(queues));
      const EscalationAction& last = rule.actions.back();
      const bool names_queue =
          last.kind == EscalationKind::AlsoQueue || last.kind == EscalationKind::MoveToQueue;
      if (names_queue && last.text == queues[queue].name) rule.actions.back().kind = EscalationKind::Notify;
    } while (rule.actions.size() < kMaxEscalationActions && chance(40));
    rules.push_back(rule);
  }
  return rules;
}

std::vector<RelaxStep> TapeWriter::relaxation() {
  std::vector<RelaxStep> steps;
  Duration after = 15s;
  while (chance(60) && steps.size() < 3) {
    steps.push_back({after, requirement()});
    after += Duration{static_cast<std::int64_t>(1 + draw(10'000'000))};
  }
  return steps;
}

AgentProfile TapeWriter::profile() {
  AgentProfile profile;
  for (const char* name : {"x", "y", "z"}) {
    if (chance(60)) profile.skills.push_back({name, static_cast<std::uint8_t>(1 + draw(100))});
  }
  if (chance(20)) profile.channels = {{"chat", 30, 3}};
  return profile;
}

// Queues change their names back and forth.
void TapeWriter::name_queue(int number, QueueConfig& queue) {
  const std::string usual = "q" + std::to_string(number);
  const std::string other = "r" + std::to_string(number);
  const bool renamed = config_version_ > 1 && chance(20);
  queue.name = renamed ? other : usual;
  if (chance(70)) queue.renamed_from = renamed ? usual : other;
}

std::string TapeWriter::queue() { return (chance(90) ? "q" : "r") + std::to_string(draw(chance(5) ? 5 : 3)); }
// New contacts move from a queue to one before it, so never in a circle.
QueueHours TapeWriter::hours(const std::vector<QueueConfig>& queues, std::size_t queue) {
  static constexpr ClosedAction kNew[] = {ClosedAction::Refuse, ClosedAction::Wait,
                                          ClosedAction::OfferCallback, ClosedAction::Deflect,
                                          ClosedAction::MoveToQueue};
  QueueHours hours;
  if (chance(50)) hours.calendar = chance(80) ? "k0" : "k1";
  hours.when_closed.action = kNew[draw(queue > 0 ? 5 : 4)];
  hours.at_closing.action = static_cast<ClosedAction>(1 + draw(5));
  if (hours.when_closed.action == ClosedAction::Deflect) hours.when_closed.to = "voicemail";
  if (hours.when_closed.action == ClosedAction::MoveToQueue) hours.when_closed.to = queues[draw(queue)].name;
  if (hours.at_closing.action == ClosedAction::Deflect)
    hours.at_closing.to = chance(50) ? "+33 1" : "voicemail";
  if (hours.at_closing.action == ClosedAction::MoveToQueue) {
    hours.at_closing.to = queues[draw(queues.size())].name;
  }
  return hours;
}

SetOpeningTimes TapeWriter::opening_times(const Engine& engine) {
  SetOpeningTimes set;
  for (const char* name : {"k0", "k1"}) {
    if (chance(30)) continue;
    OpeningTimes times{name, chance(50), {}, engine.now() + 1h};
    Time at = engine.now() + 4s;
    for (std::uint64_t i = draw(5); i > 0; --i) {
      at += std::chrono::seconds(chance(20) ? 0 : 1 + draw(40));
      times.changes.push_back(at);
    }
    set.calendars.push_back(std::move(times));
  }
  return set;
}

SetQueueMode TapeWriter::queue_mode() {
  const bool all = chance(25);
  return {.queue = all && chance(95) ? "" : queue(),
          .all = all,
          .mode = chance(50) ? QueueMode::ByHours : static_cast<QueueMode>(draw(3)),
          .reason = "drill",
          .supervisor = chance(95) ? "eva" : ""};
}

// E-mails and chats give way to what goes before them, or not; some stand alone.
std::vector<ChannelConfig> TapeWriter::channels() {
  std::vector<ChannelConfig> channels = TenantConfig{}.channels;
  ChannelConfig& voice = channels[0];
  ChannelConfig& chat = channels[1];
  ChannelConfig& email = channels[2];
  if (chance(40)) return channels;
  if (chance(30)) voice = {"voice", 50, 2};
  if (chance(60)) chat.interruptible_by = {"voice"};
  if (chance(70)) email.interruptible_by = {chance(60) ? "voice" : "chat"};
  if (chance(30)) email.interruptible_by = {"chat", "voice"};
  if (chance(15)) email = {"email", 25, 1, {}, true};
  if (chance(15)) voice = {"voice", voice.units, 1, {}, true};
  if (!voice.exclusive && chance(10)) voice.interruptible_by = {"task"};
  return channels;
}

TenantConfig TapeWriter::config() {
  TenantConfig config;
  config.channels = channels();
  for (int i = 0; i < 3; ++i) {
    QueueConfig queue;
    name_queue(i, queue);
    queue.requirement = i == 0 ? "" : requirement();
    queue.channel = chance(40) ? "chat" : chance(30) ? "email" : "voice";
    queue.strategy = static_cast<AgentStrategy>(draw(8));
    queue.priority = static_cast<std::int32_t>(draw(5));
    queue.ageing = chance(50) ? kAgeingOne : static_cast<AgeingRate>(kMinAgeing + draw(30) * 100);
    queue.max_waiting = chance(30) ? static_cast<std::uint32_t>(2 + draw(3)) : 0;
    queue.wrap_up_timeout = chance(30) ? 0s : 20s;
    queue.max_wait = chance(30) ? 60s : 3600s;
    if (chance(50)) queue.relax = relaxation();
    queue.ring = chance(30) ? static_cast<std::uint32_t>(2 + draw(2)) : 1;
    queue.scheduled_spacing = chance(30) ? 5s : 0s;
    queue.redial_within = chance(60) ? 30s : 0s;
    if (chance(30)) queue.last_agent = {chance(50) ? 100s : 10s, chance(20) ? 0s : 20s, chance(50)};
    if (chance(30)) queue.callback.channel = "callback";
    queue.callback.attempts = static_cast<std::uint32_t>(1 + draw(3));
    queue.callback.retry_delay = chance(20) ? 0s : 20s;
    queue.callback.promise = chance(50) ? 40s : 0s;
    queue.callback.dial_timeout = 15s;
    if (i < 2 || chance(70)) config.queues.push_back(queue);
  }
  config.removed_queues = chance(50) ? RemovedQueues::Drain : RemovedQueues::Refuse;
  if (chance(70)) {
    const auto percent = static_cast<std::uint32_t>(1 + draw(98));
    const auto& queues = config.queues;
    config.splits = {{"s0", {{queues[0].name, percent}, {queues[1].name, 100 - percent}}}};
    if (queues.size() > 2) {
      config.splits.push_back({"s1", {{queues[2].name, 20}, {queues[0].name, 50}, {queues[1].name, 30}}});
    }
  }
  for (std::size_t i = 0; i < config.queues.size(); ++i) {
    config.queues[i].hours = hours(config.queues, i);
    if (chance(50)) config.queues[i].escalate = ladder(config.queues, i);
  }
  for (const char* name : {"k0", "k1"})
    config.calendars.push_back({name, "UTC", {{}, {}, {}, {}, {}, {}, {}}, {}});
  config.random_seed = seed_;
  config.not_responding_return = chance(20) ? 0s : 30s;
  config.disconnect_grace = 40s;
  config.gateway_grace = 25s;
  config.max_handling = 200s;
  config.remember_ended = 90s;
  config.limits.ended_contacts = 6;
  config.limits.explained_offers = chance(50) ? 3 : 0;
  config.limits.last_agents = static_cast<std::uint32_t>(draw(5));
  config.limits.request_ids = static_cast<std::uint32_t>(draw(5));
  config.limits.requirement_classes = chance(20) ? 4 : 100;
  config.limits.scheduled_contacts = chance(30) ? 2 : 100;
  config.limits.redials = static_cast<std::uint32_t>(draw(4));
  if (chance(50)) config.agents = {{"a0", profile()}, {"a1", profile()}};
  config.undeclared_agents = chance(90);
  return config;
}

std::optional<Time> TapeWriter::later(Time now) {
  if (!chance(25)) return std::nullopt;
  return now + Duration{static_cast<std::int64_t>(draw(60'000'000))} - 5s;
}

SubmitContact TapeWriter::submission(Time now) {
  SubmitContact submit;
  submit.not_before = later(now);
  submit.callback = chance(10);
  if (submit.callback || chance(2)) submit.promise = later(now);
  if (chance(60)) submit.customer = customer();
  submit.contact = contact();
  submit.queue = chance(15) ? (chance(50) ? "s0" : "s1") : queue();
  static constexpr const char* kChannels[] = {"voice", "voice", "email", "task", "fax"};
  if (chance(20)) submit.channel = kChannels[draw(5)];
  submit.priority = static_cast<std::int32_t>(draw(4));
  submit.tier = chance(20) ? 1 : 0;
  submit.requirement = chance(5) ? "x >=" : requirement();
  if (chance(15)) submit.relax = relaxation();
  if (chance(20)) {
    submit.preferred_agents = {agent(), agent()};
    submit.preferred_for = chance(20) ? 0s : Duration{static_cast<std::int64_t>(draw(40'000'000))};
    submit.preferred_first = chance(50);
  }
  if (chance(1)) submit.relax = {{20s, "x"}, {20s, ""}};
  if (chance(50)) submit.gateway = "g" + std::to_string(draw(2));
  return submit;
}

UpdateContact TapeWriter::update(Time now) {
  UpdateContact update{.contact = contact(), .priority = static_cast<std::int32_t>(draw(5))};
  if (chance(70)) update.requirement = requirement();
  if (chance(30)) update.relax = relaxation();
  update.not_before = later(now);
  return update;
}

Supervise TapeWriter::supervision(const Engine& engine) {
  Supervise command;
  command.verb = static_cast<SupervisorVerb>(draw(17));
  command.supervisor = chance(95) ? "s0" : "";
  if (chance(30)) command.reason = "because";
  command.contact = contact();
  command.agent = agent();
  const State& state = engine.state();
  std::vector<Assignment> live;
  state.assignments.for_each([&](AssignmentRef, const Assignment& a) { live.push_back(a); });
  if (!live.empty() && chance(60)) {
    const Assignment& pick = live[draw(live.size())];
    command.contact = state[pick.contact].id;
    if (chance(50)) command.agent = state[pick.agent].id;
  }
  command.queue = chance(15) ? "s0" : queue();
  if (chance(50)) command.priority = static_cast<std::int32_t>(draw(5));
  if (chance(50)) command.tier = static_cast<std::int32_t>(draw(2));
  command.force = chance(50);
  return command;
}

// What a well-behaved client would do next.
CommandBody TapeWriter::sensible(const Engine& engine) {
  const State& state = engine.state();
  std::vector<Assignment> live;
  state.assignments.for_each([&](AssignmentRef, const Assignment& a) { live.push_back(a); });
  if (live.empty()) return Login{agent(), chance(80) ? std::optional(profile()) : std::nullopt, chance(90)};
  const Assignment& pick = live[draw(live.size())];
  const std::string agent_id = state[pick.agent].id;
  const std::string contact_id = state[pick.contact].id;
  switch (pick.phase) {
    case AssignmentPhase::Offered:
      if (chance(70)) return AcceptOffer{agent_id, pick.offer};
      return DeclineOffer{agent_id, pick.offer};
    case AssignmentPhase::Dialing:
      if (chance(10)) return EndContact{contact_id, chance(50) ? agent_id : ""};
      if (chance(50)) return ConnectCallback{contact_id, static_cast<std::uint32_t>(draw(3))};
      return FailCallback{contact_id, static_cast<std::uint32_t>(draw(3)), static_cast<DialFailure>(draw(4))};
    case AssignmentPhase::Connected:
      if (chance(30)) {
        const bool to_queue = chance(50);
        return TransferContact{contact_id, chance(80) ? agent_id : "", to_queue ? queue() : "",
                               to_queue ? "" : agent(), chance(20)};
      }
      return EndContact{contact_id, chance(50) ? agent_id : ""};
    case AssignmentPhase::WrapUp:
      return FinishWrapUp{agent_id, contact_id};
  }
  return AdvanceTime{};
}

CommandBody TapeWriter::body(const Engine& engine) {
  if (chance(45)) return sensible(engine);
  const OfferId any_offer{1 + draw(engine.state().next_offer + 2)};
  switch (draw(28)) {
    case 0:
      return CancelContact{contact()};
    case 1:
      return EndContact{contact(), chance(50) ? agent() : ""};
    case 2:
      return update(engine.now());
    case 3:
      return Login{agent(), profile(), chance(80)};
    case 4:
      return Logout{agent()};
    case 5:
    case 6:
      return SetReady{agent()};
    case 7:
      return SetNotReady{agent(), chance(50) ? "break" : "lunch"};
    case 8:
      return AcceptOffer{agent(), any_offer};
    case 9:
      return DeclineOffer{agent(), any_offer};
    case 10:
      return FinishWrapUp{agent(), contact()};
    case 11:
      return ReleaseAgent{agent(), chance(50)};
    case 12:
      return AgentDisconnected{agent()};
    case 13:
      return GatewayConnected{"g" + std::to_string(draw(2))};
    case 14:
      return GatewayDisconnected{"g" + std::to_string(draw(2))};
    case 15:
      if (chance(20)) return RouterRestarted{};
      return AdvanceTime{};
    case 16:
      if (chance(30)) {
        ApplyConfig apply{++config_version_, config()};
        if (chance(30)) apply.supervisor = "eva";
        return apply;
      }
      return TransferContact{contact(), "", "q0", "", false};
    case 17:
      return opening_times(engine);
    case 18:
      return queue_mode();
    case 19:
    case 20:
      return RequestCallback{contact(), later(engine.now()), later(engine.now())};
    case 21:
      if (chance(50)) return ConnectCallback{contact(), 0};
      return FailCallback{contact(), 0, DialFailure::Busy};
    case 22:
    case 23:
    case 24:
      if (chance(8)) return ForgetCustomer{customer(), chance(90) ? "eva" : "", ""};
      return supervision(engine);
    default:
      return submission(engine.now());
  }
}

Command TapeWriter::next(const Engine& engine) {
  Command command;
  command.at = engine.now();
  // Mostly small steps, sometimes a jump past several deadlines.
  if (chance(70))
    command.at += Duration{static_cast<std::int64_t>(draw(chance(10) ? 120'000'000 : 4'000'000))};
  command.body = body(engine);
  if (chance(15)) command.request_id = "r" + std::to_string(draw(8));
  return command;
}

}  // namespace cordboard::testing
