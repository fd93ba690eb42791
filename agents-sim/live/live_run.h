// One live run: customers and agents play a plan against a running router, and an audit watches.
//
//   starting --> playing --> draining --> leaving --> closing --> over
//
// It starts to play when every agent is logged in; it drains when the time is up, until every contact has
// come to its end and every request is answered; agents log out; streams end. When nothing comes or goes for
// LivePlan::give_up_after although it should (contacts arrive, agents are there, nobody is still talking), or
// a session is refused for good, it closes at once, and what has not ended is lost.
//
// A router that goes away meanwhile is waited for; reopen() tells that it is back, somewhere else. Belongs to
// the loop's thread. The loop and the connection must outlive it.

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "agents-sim/audit/audit.h"
#include "agents-sim/base/future_events.h"
#include "agents-sim/clients/agent_desk.h"
#include "agents-sim/clients/event_loop.h"
#include "agents-sim/clients/gateway_client.h"
#include "agents-sim/live/agent_player.h"
#include "agents-sim/live/customer_player.h"
#include "agents-sim/live/live_plan.h"
#include "agents-sim/live/live_tally.h"

namespace cordboard::sim {

class LiveRun final : private TimedSource {
 public:
  enum class Phase : std::uint8_t { Starting, Playing, Draining, Leaving, Closing, Over };

  LiveRun(EventLoop& loop, Connection& connection, LivePlan plan);
  LiveRun(const LiveRun&) = delete;
  LiveRun& operator=(const LiveRun&) = delete;

  // Called once, when all agents are logged in and the first contact comes.
  void on_playing(std::function<void()> task) { on_playing_ = std::move(task); }
  void on_over(std::function<void()> task) { on_over_ = std::move(task); }

  void open();
  // Agents stay away until let_agents_in(). REQUIRES: before open().
  void hold_agents() { agents_held_ = true; }
  void let_agents_in();
  // The connection leads to another router (the same one, restarted).
  void reopen();
  // No more arrivals: drains.
  void stop_arrivals();
  // Closes at once.
  void give_up(std::string why);

  Phase phase() const { return phase_; }
  const LivePlan& plan() const { return plan_; }
  const LiveTally& tally() const { return tally_; }
  const Audit& audit() const { return audit_; }
  bool gateway_is_ready() const { return gateway_.is_ready(); }
  Time playing_since() const { return playing_since_; }
  // How long contacts arrived, and until all was drained; real time.
  Duration played() const { return drained_at_ - playing_since_; }
  std::uint64_t breaks() const { return gateway_.breaks() + desk_.breaks(); }
  std::uint64_t repeated() const { return gateway_.repeated() + desk_.repeated(); }
  // Every agent has logged in since the last reopen() or let_agents_in().
  bool all_agents_are_back() const { return agent_player_.back() == agents_.size(); }
  // What clients were told of contacts and agents of others.
  std::uint64_t foreign() const { return gateway_.foreign() + desk_.foreign(); }
  // Requests that were refused, by reason.
  std::map<std::string, std::uint64_t> refusals() const;
  // Why it gave up; empty when it did not.
  const std::string& failure() const { return failure_; }
  bool is_clean() const { return failure_.empty() && audit_.findings().total() == 0; }

 private:
  Time next_at() const override { return future_.next_at(); }
  void run_due(Time now) override;
  void dispatch(const FutureEvent& event);
  void flush();
  void move_on();
  void begin_playing();
  void close();
  void watch_progress();
  bool may_be_quiet() const;
  void check_failures();
  std::uint64_t outstanding() const { return gateway_.outstanding() + desk_.outstanding(); }

  EventLoop& loop_;
  Connection& connection_;
  const LivePlan plan_;
  FutureEvents future_;
  ContactIds ids_{ContactIds::fresh_prefix()};
  const RepetitionPlan repetition_{plan_.repeat, plan_.seed, ContactIds::fresh_prefix()};
  LiveContacts contacts_;
  LiveAgents agents_;
  OrderClasses classes_;
  LiveTally tally_;
  Audit audit_;
  AgentPlayer agent_player_;
  CustomerPlayer customer_player_;
  GatewayClient gateway_;
  AgentDesk desk_;
  Phase phase_ = Phase::Starting;
  bool agents_held_ = false;
  Time playing_since_{};
  Time drained_at_{};
  EventLoop::TimerId watchdog_ = EventLoop::kNoTimer;
  std::optional<std::uint64_t> last_progress_;
  std::string failure_;
  std::function<void()> on_playing_;
  std::function<void()> on_over_;
};

}  // namespace cordboard::sim
