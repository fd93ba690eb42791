// Who is at work: shifts begin and end, breaks are taken, connections fail and come back, agents return after
// a ring-no-answer.
//
// At the start everybody logs in, so that the engine knows them all, and who is not on duty leaves at once.
// A shift that ends lets the agent finish what is in hand. So does a break, which lasts its full length from
// the moment at which nothing is in hand any more; a break that is due while the agent is away is not taken.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agents-sim/base/future_events.h"
#include "agents-sim/base/random.h"
#include "agents-sim/virtual/crew.h"
#include "agents-sim/virtual/engine_port.h"
#include "agents-sim/virtual/roster.h"
#include "router/core/event.h"

namespace cordboard::sim {

// What Attendance needs of the run it is part of.
class RunLoop {
 public:
  virtual Time now() const = 0;
  // Lets everybody react to what the last command did.
  virtual void settle(const Outcome& outcome) = 0;
  // Never is not scheduled; what is due now happens in this instant.
  virtual void schedule_agent(Time at, FutureKind kind, std::uint32_t subject, std::uint32_t agent,
                              std::uint64_t stamp) = 0;

 protected:
  ~RunLoop() = default;
};

class Attendance {
 public:
  // All must outlive the attendance.
  Attendance(Crew& crew, EnginePort& port, RunLoop& loop, std::uint64_t seed, std::uint64_t replication);

  // Logs the agents in and plans their days. What went wrong, or empty.
  std::string start();

  // DutyChanges, BreakBegins, BreakEnds, AgentLeaves, AgentReturns or AgentNotices.
  void handle(const FutureEvent& event);
  void on(std::uint32_t agent, const AgentActivityChanged& event);

  AgentRef ref(std::uint32_t agent) const { return members_[agent].ref; }

 private:
  struct Member {
    AgentRef ref;
    std::uint64_t session = 0;  // counts logins; what was planned in an earlier one is void
    bool on_duty = true;
    bool connected = true;
    bool on_break = false;
    bool break_waits = false;  // for what is in hand
    std::uint32_t plan = 0;    // of the break
    std::uint64_t day = 0;     // of the break
  };

  void begin_session(std::uint32_t agent, bool ready);
  void plan_break(std::uint32_t plan, std::uint32_t agent, std::uint64_t day);
  void change_duty(std::uint32_t agent);
  void begin_break(std::uint32_t plan, std::uint32_t agent, std::uint64_t day);
  void leave_for_break(std::uint32_t agent);
  void end_break(std::uint32_t agent);
  void lose(std::uint32_t agent);
  void come_back(std::uint32_t agent);
  void notice(std::uint32_t agent);
  RandomStream break_random(std::uint32_t plan, std::uint32_t agent, std::uint64_t day) const;

  Crew* crew_;
  EnginePort* port_;
  RunLoop* loop_;
  std::vector<Member> members_;
  std::vector<Roster> rosters_;      // of all agents when somebody has shifts, else none
  std::vector<KeyedRandom> breaks_;  // by group
};

}  // namespace cordboard::sim
