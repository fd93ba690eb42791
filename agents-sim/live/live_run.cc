#include "agents-sim/live/live_run.h"

#include <utility>

namespace cordboard::sim {
namespace {

// Room for the contacts of the plan, so that the list rarely moves.
std::size_t expected_contacts(const LivePlan& plan) {
  double sum = 1'000;
  for (const ContactStream& stream : plan.streams) {
    if (stream.arrivals.recorded) sum += static_cast<double>(stream.arrivals.recorded->records.size());
    double highest = 0;
    for (const RatePiece& piece : stream.arrivals.pieces) highest = std::max(highest, piece.per_hour);
    sum += highest * static_cast<double>(plan.duration.count()) / 3.6e9;
  }
  return static_cast<std::size_t>(std::min(sum * 1.1, 1e6));
}

}  // namespace

LiveRun::LiveRun(EventLoop& loop, Connection& connection, LivePlan plan)
    : loop_(loop),
      connection_(connection),
      plan_(std::move(plan)),
      contacts_(expected_contacts(plan_)),
      agents_(plan_.agents),
      audit_(plan_.agents.size(), {[this](ContactNo no) { return ids_.id_of(no); },
                                   [this](AgentNo no) {
                                     return no < agents_.size() ? agents_[no].id : std::string("(unknown)");
                                   }}),
      agent_player_({loop_, future_, agents_, contacts_, tally_, plan_}),
      customer_player_({loop_, future_, agents_, contacts_, tally_, plan_}, classes_),
      gateway_({loop_, connection_, ids_, contacts_, classes_, audit_, plan_.router,
                [this](const std::string& id) { return agents_.number_of(id); },
                [this](ContactNo no, v1::SubmitContactRequest& request) {
                  customer_player_.describe(no, request);
                },
                repetition_},
               plan_.gateway, customer_player_),
      desk_({loop_, connection_, ids_, agents_, audit_, plan_.channels, plan_.router, repetition_},
            plan_.sessions, agent_player_) {
  agent_player_.set_desk(desk_);
  customer_player_.set_clients(gateway_, desk_);
  loop_.add_source(*this);
  loop_.add_flusher([this] { flush(); });
}

void LiveRun::open() {
  gateway_.open();
  if (!agents_held_) desk_.for_each([](AgentClient& client) { client.open(); });
  watch_progress();
}

void LiveRun::let_agents_in() {
  if (!std::exchange(agents_held_, false)) return;
  agent_player_.expect_all_back();
  desk_.for_each([](AgentClient& client) { client.open(); });
}

void LiveRun::reopen() {
  if (phase_ >= Phase::Closing) return;
  agent_player_.expect_all_back();
  gateway_.reopen();
  if (!agents_held_) desk_.for_each([](AgentClient& client) { client.reopen(); });
}

void LiveRun::stop_arrivals() { customer_player_.stop(); }

void LiveRun::run_due(Time now) {
  while (future_.next_at() <= now) dispatch(future_.pop());
}

void LiveRun::dispatch(const FutureEvent& event) {
  switch (event.kind) {
    case FutureKind::Arrival:
    case FutureKind::PatienceEnds:
      customer_player_.handle(event);
      break;
    case FutureKind::HandlingEnds:
      if (contacts_.contains(event.subject)) {
        customer_player_.handle(event);
      } else {
        agent_player_.handle(event);
      }
      break;
    default:
      agent_player_.handle(event);
  }
}

void LiveRun::flush() {
  move_on();
  gateway_.flush();
  desk_.for_each([](AgentClient& client) { client.flush(); });
}

void LiveRun::move_on() {
  check_failures();
  switch (phase_) {
    case Phase::Starting:
      if (gateway_.is_ready() && (agents_held_ || agent_player_.settled() == agents_.size())) begin_playing();
      break;
    case Phase::Playing:
      if (customer_player_.arrivals_over()) phase_ = Phase::Draining;
      break;
    case Phase::Draining:
      if (contacts_.live() > 0 || outstanding() > 0) break;
      drained_at_ = loop_.now();
      phase_ = Phase::Leaving;
      desk_.for_each([](AgentClient& client) { client.log_out(); });
      break;
    case Phase::Leaving:
      if (outstanding() == 0) close();
      break;
    case Phase::Closing:
      if (!gateway_.is_closed() || !desk_.is_closed()) break;
      phase_ = Phase::Over;
      audit_.finish();
      if (on_over_) on_over_();
      break;
    case Phase::Over:
      break;
  }
}

void LiveRun::begin_playing() {
  phase_ = Phase::Playing;
  playing_since_ = loop_.now();
  customer_player_.begin();
  if (on_playing_) on_playing_();
}

void LiveRun::close() {
  phase_ = Phase::Closing;
  if (drained_at_ == Time{}) drained_at_ = loop_.now();
  loop_.cancel(watchdog_);
  gateway_.finish();
  desk_.for_each([](AgentClient& client) { client.finish(); });
}

void LiveRun::check_failures() {
  if (phase_ >= Phase::Closing) return;
  if (!customer_player_.failure().empty())
    give_up(customer_player_.failure());
  else if (!agent_player_.failure().empty())
    give_up(agent_player_.failure());
}

void LiveRun::give_up(std::string why) {
  if (phase_ >= Phase::Closing) return;
  failure_ = std::move(why);
  close();
}

void LiveRun::watch_progress() {
  watchdog_ = loop_.after(plan_.give_up_after, [this] {
    std::optional<std::uint64_t> progress = customer_player_.progress() + agent_player_.settled();
    if (may_be_quiet()) progress.reset();  // counts from its end
    if (progress == std::exchange(last_progress_, progress) && progress) {
      if (outstanding() > 0) {
        audit_.findings().add(Rule::NoAnswer, std::to_string(outstanding()) + " requests");
      }
      give_up(phase_ == Phase::Starting ? "the router does not answer, or not all agents could log in"
                                        : "nothing has happened for too long");
    } else {
      watch_progress();
    }
  });
}

// The next thing to happen may be far away.
bool LiveRun::may_be_quiet() const {
  return phase_ == Phase::Playing || (phase_ == Phase::Draining && agents_held_) ||
         contacts_.is_anybody_talking(loop_.now());
}

std::map<std::string, std::uint64_t> LiveRun::refusals() const {
  std::map<std::string, std::uint64_t> sums = gateway_.refusals();
  desk_.add_refusals(sums);
  return sums;
}

}  // namespace cordboard::sim
