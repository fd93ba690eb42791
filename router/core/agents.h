// What agents do and how the engine sees them: chosen state, derived activity, capacity, time accounting.

#pragma once

#include "router/core/step.h"

namespace cordboard::agents {

Outcome login(Step& step, const Login& command);
Outcome logout(Step& step, const Logout& command);
Outcome set_ready(Step& step, const SetReady& command);
Outcome set_not_ready(Step& step, const SetNotReady& command);
Outcome finish_wrap_up(Step& step, const FinishWrapUp& command);
Outcome release(Step& step, const ReleaseAgent& command);
Outcome disconnect(Step& step, const AgentDisconnected& command);

// Everything that changes an agent happens within one of these. The constructor takes the agent out of the
// match index and closes the books up to now; the destructor derives the activity, tells when it changed, and
// puts the agent back when it has capacity. At most one per agent at a time.
class Change {
 public:
  Change(Step& step, AgentRef agent, Cause cause);
  ~Change();
  Change(const Change&) = delete;
  Change& operator=(const Change&) = delete;

 private:
  Step& step_;
  AgentRef agent_;
  Cause cause_;
};

// REQUIRES: within a Change. The agent gets no offers until it returns.
void mark_not_responding(Step& step, AgentRef agent);

void on_return(Step& step, AgentRef agent);     // not_responding_return has passed
void on_grace_end(Step& step, AgentRef agent);  // disconnect_grace has passed

// After a restart nobody is connected: rescinds every offer and starts every agent's grace.
void disconnect_all(Step& step);

// Transfers that wait for the agent although it no longer takes contacts of their channel, and contacts that
// prefer it although it may no longer serve them, wait for others.
void release_unserved(Step& step, AgentRef agent);

// ---- Also used when a configuration is applied or a snapshot is restored ----

// A profile with its skills sorted by name, or why it is refused.
std::optional<Rejection> check_profile(const State& state, const AgentProfile& profile);
AgentProfile normalised(AgentProfile profile);
AgentRef add(State& state, const std::string& id);
// Capacity by channel, from the profile or the configuration. Contacts held stay counted.
void resolve_channels(State& state, Agent& agent);
// Adds `elapsed` to the sums that the agent's situation says, as it is since `accounted_at`.
void account(const State& state, const Agent& agent, Duration elapsed, AgentCounters& into);

AgentActivity derive_activity(const State& state, const Agent& agent);

}  // namespace cordboard::agents
