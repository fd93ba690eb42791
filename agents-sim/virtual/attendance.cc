#include "agents-sim/virtual/attendance.h"

#include "agents-sim/scenario/weekday.h"
#include "router/core/state.h"

namespace cordboard::sim {
namespace {

constexpr Time kStart = time_from_us(0);

Time later(Time now, Duration delay) { return delay == kForever ? kNever : now + delay; }

bool has_work(AgentActivity activity) {
  return activity == AgentActivity::Handling || activity == AgentActivity::WrapUp;
}

}  // namespace

Attendance::Attendance(Crew& crew, EnginePort& port, RunLoop& loop, std::uint64_t seed,
                       std::uint64_t replication)
    : crew_(&crew), port_(&port), loop_(&loop), members_(crew.size()) {
  bool shifts = false;
  for (std::uint32_t agent = 0; agent < crew.size(); ++agent) {
    shifts = shifts || !crew.group(agent).duty.always();
    if (crew.group_of(agent) < breaks_.size()) continue;
    breaks_.emplace_back(seed, replication, "agents/" + crew.group(agent).name + "/breaks");
  }
  if (!shifts) return;
  for (std::uint32_t agent = 0; agent < crew.size(); ++agent) {
    rosters_.emplace_back(crew.group(agent).duty, crew.member(agent));
  }
}

std::string Attendance::start() {
  for (std::uint32_t agent = 0; agent < crew_->size(); ++agent) {
    Member& member = members_[agent];
    member.on_duty = rosters_.empty() || rosters_[agent].on_duty(Duration::zero());
    const Outcome outcome =
        port_->login(loop_->now(), crew_->id(agent), &crew_->group(agent).profile, member.on_duty);
    if (!outcome.accepted())
      return "agent " + crew_->id(agent) + " cannot log in: " + outcome.rejection->detail;
    member.ref = port_->engine().state().find_agent(crew_->id(agent));
    if (member.on_duty) {
      loop_->schedule_agent(later(loop_->now(), crew_->until_loss(agent)), FutureKind::AgentLeaves, 0, agent,
                            member.session);
    } else {
      port_->logout(loop_->now(), crew_->id(agent));
    }
    if (!rosters_.empty()) {
      loop_->schedule_agent(later(kStart, rosters_[agent].next_change(Duration::zero())),
                            FutureKind::DutyChanges, 0, agent, 0);
    }
    for (std::uint32_t plan = 0; plan < crew_->group(agent).breaks.size(); ++plan) plan_break(plan, agent, 0);
  }
  return {};
}

void Attendance::handle(const FutureEvent& event) {
  const Member& member = members_[event.agent];
  switch (event.kind) {
    case FutureKind::DutyChanges:
      return change_duty(event.agent);
    case FutureKind::BreakBegins:
      return begin_break(event.subject, event.agent, event.stamp);
    default:
      break;
  }
  if (event.stamp != member.session) return;
  if (event.kind == FutureKind::BreakEnds) return end_break(event.agent);
  if (event.kind == FutureKind::AgentLeaves) return lose(event.agent);
  if (event.kind == FutureKind::AgentReturns) return come_back(event.agent);
  if (event.kind == FutureKind::AgentNotices) return notice(event.agent);
}

void Attendance::on(std::uint32_t agent, const AgentActivityChanged& event) {
  Member& member = members_[agent];
  if (event.to == AgentActivity::NotResponding) {
    const Distribution& by_hand = crew_->group(agent).return_after;
    if (!by_hand.is_never()) {
      loop_->schedule_agent(later(loop_->now(), crew_->return_after(agent)), FutureKind::AgentNotices, 0,
                            agent, member.session);
    } else if (port_->engine().state().config.not_responding_return == Duration::zero()) {
      // Nothing brings the agent back by itself: they notice at once.
      loop_->schedule_agent(loop_->now(), FutureKind::AgentNotices, 0, agent, member.session);
    }
  }
  if (member.break_waits && !has_work(event.to)) leave_for_break(agent);
}

void Attendance::begin_session(std::uint32_t agent, bool ready) {
  Member& member = members_[agent];
  member.connected = true;
  loop_->schedule_agent(later(loop_->now(), crew_->until_loss(agent)), FutureKind::AgentLeaves, 0, agent,
                        member.session);
  loop_->settle(port_->login(loop_->now(), crew_->id(agent), &crew_->group(agent).profile, ready));
  // A break that ended while the connection was lost.
  if (ready && port_->engine().state()[member.ref].state == AgentState::NotReady) {
    loop_->settle(port_->set_ready(loop_->now(), crew_->id(agent)));
  }
}

void Attendance::change_duty(std::uint32_t agent) {
  Member& member = members_[agent];
  const Duration at = loop_->now() - kStart;
  loop_->schedule_agent(later(kStart, rosters_[agent].next_change(at)), FutureKind::DutyChanges, 0, agent, 0);
  ++member.session;
  member.on_break = member.break_waits = false;
  member.on_duty = rosters_[agent].on_duty(at);
  if (member.on_duty) return begin_session(agent, true);
  // Who has lost the connection for long is logged out already.
  if (port_->engine().state()[member.ref].state == AgentState::LoggedOut) return;
  loop_->settle(port_->logout(loop_->now(), crew_->id(agent)));
}

RandomStream Attendance::break_random(std::uint32_t plan, std::uint32_t agent, std::uint64_t day) const {
  return breaks_[crew_->group_of(agent)].at(crew_->member(agent), (day << 32) + plan);
}

void Attendance::plan_break(std::uint32_t plan, std::uint32_t agent, std::uint64_t day) {
  const BreakPlan& rule = crew_->group(agent).breaks[plan];
  RandomStream random = break_random(plan, agent, day);
  const Duration begin = Distribution::uniform(rule.from, rule.to).sample(random);
  loop_->schedule_agent(kStart + static_cast<std::int64_t>(day) * kDay + begin, FutureKind::BreakBegins, plan,
                        agent, day);
}

void Attendance::begin_break(std::uint32_t plan, std::uint32_t agent, std::uint64_t day) {
  plan_break(plan, agent, day + 1);
  Member& member = members_[agent];
  if (!member.on_duty || !member.connected || member.on_break) return;
  member.on_break = true;
  member.break_waits = true;
  member.plan = plan;
  member.day = day;
  const std::string& reason = crew_->group(agent).breaks[plan].reason;
  loop_->settle(port_->set_not_ready(loop_->now(), crew_->id(agent), reason));
  if (member.break_waits && !has_work(port_->engine().state()[member.ref].activity)) leave_for_break(agent);
}

void Attendance::leave_for_break(std::uint32_t agent) {
  Member& member = members_[agent];
  member.break_waits = false;
  RandomStream random = break_random(member.plan, agent, member.day);
  random.uniform();  // was when it begins
  const Duration length = crew_->group(agent).breaks[member.plan].length.sample(random);
  loop_->schedule_agent(later(loop_->now(), length), FutureKind::BreakEnds, 0, agent, member.session);
}

void Attendance::end_break(std::uint32_t agent) {
  Member& member = members_[agent];
  member.on_break = false;
  if (member.connected) loop_->settle(port_->set_ready(loop_->now(), crew_->id(agent)));
}

void Attendance::lose(std::uint32_t agent) {
  Member& member = members_[agent];
  member.connected = false;
  loop_->settle(port_->disconnect(loop_->now(), crew_->id(agent)));
  loop_->schedule_agent(later(loop_->now(), crew_->absence(agent)), FutureKind::AgentReturns, 0, agent,
                        member.session);
}

void Attendance::come_back(std::uint32_t agent) { begin_session(agent, !members_[agent].on_break); }

// Meanwhile the router or a break may have ended it.
void Attendance::notice(std::uint32_t agent) {
  if (!port_->engine().state()[members_[agent].ref].not_responding) return;
  loop_->settle(port_->set_ready(loop_->now(), crew_->id(agent)));
}

}  // namespace cordboard::sim
