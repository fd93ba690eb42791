#include "agents-sim/crash/crash_run.h"

#include <utility>

#include "agents-sim/clients/router_config.h"

namespace cordboard::sim {
namespace {

constexpr Duration kQuietEnd{500'000};    // contacts go on arriving for this long after the last restart
constexpr Duration kBacklogSpacing{100};  // 10,000 contacts a second
constexpr Duration kRouterStops{30'000'000};

}  // namespace

CrashRun::CrashRun(EventLoop& loop, CrashOptions options, const std::string& directory)
    : loop_(loop),
      options_(std::move(options)),
      random_(options_.live.seed, 0, "crash/kills"),
      router_(loop, {options_.router, options_.config, directory + "/data", directory + "/router.log"},
              {[this](const ReadyLine& ready, Duration took) { on_ready(ready, took); },
               [this](const std::string& why) { fail(why); }}) {}

std::string CrashRun::run() {
  if (const auto problem = router_.start()) return *problem;
  loop_.run();
  if (!failure_.empty()) return failure_;
  if (live_->failure().empty() && kills_ != options_.kills) {
    return "the contacts were over after " + std::to_string(kills_) + " of " +
           std::to_string(options_.kills) + " kills";
  }
  connection_->close();
  const int status = router_.terminate(kRouterStops);
  if (status != 0) return "the router did not end with 0 at SIGTERM:\n" + router_.log_tail();
  return live_->failure();
}

void CrashRun::interrupt() { fail("interrupted"); }

// The clients still have reads under way: the loop runs on until their streams are closed.
void CrashRun::fail(const std::string& why) {
  if (!failure_.empty()) return;
  failure_ = why;
  loop_.cancel(next_kill_);
  router_.kill();
  if (live_) {
    live_->give_up(why);
  } else {
    loop_.stop();
  }
}

void CrashRun::on_ready(const ReadyLine& ready, Duration took) {
  if (!live_) {
    connection_ = std::make_unique<Connection>(ready.grpc, options_.live.tenant);
    if (const std::string problem = begin(); !problem.empty()) fail(problem);
    return;
  }
  restart_to_ready_.add(took);
  connection_->retarget(ready.grpc);
  live_->reopen();
  go_on();
}

// To the next kill, or to the end.
void CrashRun::go_on() {
  if (kills_ < options_.kills) return plan_kill();
  live_->let_agents_in();
  loop_.after(kQuietEnd, [this] { live_->stop_arrivals(); });
}

std::string CrashRun::begin() {
  const auto config = fetch_config(*connection_);
  if (const auto* error = std::get_if<RouterConfigError>(&config)) return error->message;
  LivePlanResult made = make_live_plan(options_.live, std::get<TenantConfig>(config));
  if (!made.plan) return made.messages.front();
  recorded_ = std::move(made.recorded);
  const bool has_backlog = options_.backlog > 0;
  live_ = std::make_unique<LiveRun>(
      loop_, *connection_, has_backlog ? backlog_plan(std::move(*made.plan)) : std::move(*made.plan));
  live_->on_over([this] { loop_.stop(); });
  if (has_backlog) {
    live_->hold_agents();
    loop_.add_flusher([this] { watch_backlog(); });
  } else {
    live_->on_playing([this] { go_on(); });
  }
  live_->open();
  return {};
}

// The contacts of the plan's streams in turn, all within a short time, and no more.
LivePlan CrashRun::backlog_plan(LivePlan plan) const {
  ArrivalFile file;
  file.texts.emplace_back();
  for (const ContactStream& stream : plan.streams) file.texts.push_back(stream.queue);
  for (std::uint32_t i = 0; i < options_.backlog; ++i) {
    ArrivalRecord record;
    record.at = i * kBacklogSpacing;
    record.queue = 1 + i % static_cast<std::uint32_t>(plan.streams.size());
    file.records.push_back(record);
  }
  plan.streams.resize(1);
  plan.streams.front().arrivals.recorded = std::make_shared<const ArrivalFile>(std::move(file));
  plan.duration = kForever;
  return plan;
}

// The first kill waits for the last acknowledgement.
void CrashRun::watch_backlog() {
  const LiveTally& tally = live_->tally();
  if (backlog_is_there_ || tally.acknowledged + tally.refused < options_.backlog) return;
  backlog_is_there_ = true;
  go_on();
}

void CrashRun::plan_kill() {
  const double gap_us = 2 * options_.mean_gap_ms * 1e3 * random_.uniform();
  next_kill_ = loop_.after(Duration{static_cast<std::int64_t>(gap_us)}, [this] { kill(); });
}

void CrashRun::kill() {
  router_.kill();
  ++kills_;
  if (const auto problem = router_.start()) fail(*problem);
}

}  // namespace cordboard::sim
