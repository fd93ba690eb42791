#include "agents-sim/crash/crash_run.h"

#include <sys/wait.h>

#include <csignal>
#include <utility>

#include "agents-sim/clients/router_config.h"
#include "router/store/exit_code.h"

namespace cordboard::sim {
namespace {

constexpr Duration kQuietEnd{500'000};    // contacts go on arriving for this long after the last restart
constexpr Duration kBacklogSpacing{100};  // 10,000 contacts a second
constexpr Duration kRouterStops{30'000'000};

// "exit code 8", "signal 15"
std::string end_text(int status) {
  return WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status))
                             : "exit code " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

CrashRun::CrashRun(EventLoop& loop, CrashOptions options, const std::string& directory)
    : loop_(loop),
      options_(std::move(options)),
      directory_(directory),
      random_(options_.live.seed, 0, "crash/kills"),
      router_(loop, {options_.router, options_.config, directory + "/data", directory + "/router.log"},
              {[this](const ReadyLine& ready, Duration took) { on_ready(ready, took); },
               [this](const std::string& why) { on_over(why); }}),
      proxy_(make_proxy(options_.live)) {}

std::string CrashRun::run() {
  if (const auto problem = start_router()) return *problem;
  loop_.run();
  if (!failure_.empty()) return failure_;
  if (live_->failure().empty() && options_.faults.empty() && kills_ != options_.kills) {
    return "the contacts were over after " + std::to_string(kills_) + " of " +
           std::to_string(options_.kills) + " kills";
  }
  connection_->close();
  if (proxy_) proxy_->close();
  if (std::string problem = stop_router(); !problem.empty()) return problem;
  return live_->failure();
}

// One that ends on its way out, at a call that was meant for that, has to start again.
std::string CrashRun::stop_router() {
  stopping_ = true;
  while (true) {
    const int status = router_.terminate(kRouterStops);
    if (status == 0) return {};
    if (!was_asked_for(status)) {
      return "the router ended with " + end_text(status) + " at SIGTERM, not with 0:\n" + router_.log_tail();
    }
    if (auto problem = start_router()) return *problem;
    loop_.run();
    if (!failure_.empty()) return failure_;
  }
}

std::string CrashRun::report_file(std::size_t life) const {
  return directory_ + "/calls-" + std::to_string(life);
}

std::optional<std::string> CrashRun::start_router() {
  const std::size_t life = lives_++;
  if (life >= options_.faults.size()) return router_.start();
  CallFault fault = options_.faults[life];
  fault.under = directory_ + "/data";
  fault.report = report_file(life);
  return router_.start(words_to_inject("/proc/self/exe", fault));
}

// Killed, or ended with the code for a log that cannot be written, as its fault asks for.
bool CrashRun::was_asked_for(int status) {
  const std::size_t life = lives_ - 1;
  if (life >= options_.faults.size()) return false;
  const auto report = report_of(life);
  if (!report || !report->reached) return false;
  const bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  // A signal that comes when it is ending already ends it at once.
  const bool hurried = stopping_ && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM;
  const int code = hurried ? 128 + SIGTERM : WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  const bool ended = hurried || code == static_cast<int>(ExitCode::LogFailed) ||
                     code == static_cast<int>(ExitCode::StoreFailed);
  if (options_.faults[life].error == 0 ? !killed : !ended) return false;
  ended_lives_.push_back({*report, killed ? 0 : code});
  return true;
}

void CrashRun::on_over(const std::string& why) {
  if (!was_asked_for(router_.last_status())) return fail(why);
  if (const auto problem = start_router()) fail(*problem);
}

void CrashRun::interrupt() { fail("interrupted"); }

// The clients still have reads under way: the loop runs on until their streams are closed.
void CrashRun::fail(const std::string& why) {
  if (!failure_.empty()) return;
  failure_ = why;
  loop_.cancel(next_kill_);
  router_.kill();
  if (live_ && !stopping_) {
    live_->give_up(why);
  } else {
    loop_.stop();
  }
}

void CrashRun::on_ready(const ReadyLine& ready, Duration took) {
  if (stopping_) return loop_.stop();
  if (!live_) {
    connection_ = std::make_unique<Connection>(
        way_to(ready), options_.live.tenant, proxy_ ? Connection::Kind::Separate : Connection::Kind::Shared);
    if (const std::string problem = begin(ready); !problem.empty()) fail(problem);
    return;
  }
  restart_to_ready_.add(took);
  connection_->retarget(way_to(ready));
  live_->reopen();
  expect_agents();
  if (options_.faults.empty()) go_on();
}

// To the next kill, or to the end.
void CrashRun::go_on() {
  if (kills_ < options_.kills) return plan_kill();
  if (options_.backlog > 0) expect_agents();
  live_->let_agents_in();
  loop_.after(kQuietEnd, [this] { live_->stop_arrivals(); });
}

std::string CrashRun::way_to(const ReadyLine& ready) {
  if (!proxy_) return ready.grpc;
  proxy_->lead_to(ready.grpc);
  return proxy_->address();
}

// With a backlog they come when they are let in.
void CrashRun::expect_agents() {
  agents_away_since_.reset();
  if (options_.backlog == 0 || kills_ == options_.kills) agents_away_since_ = loop_.clock_now();
}

void CrashRun::watch_agents() {
  if (!agents_away_since_ || !live_->all_agents_are_back()) return;
  ready_to_agents_.add(loop_.clock_now() - *std::exchange(agents_away_since_, std::nullopt));
}

std::string CrashRun::begin(const ReadyLine& ready) {
  const auto config = fetch_config(Connection(ready.grpc, options_.live.tenant));
  if (const auto* error = std::get_if<RouterConfigError>(&config)) return error->message;
  LivePlanResult made = make_live_plan(options_.live, std::get<TenantConfig>(config));
  if (!made.plan) return made.messages.front();
  recorded_ = std::move(made.recorded);
  const bool has_backlog = options_.backlog > 0;
  live_ = std::make_unique<LiveRun>(
      loop_, *connection_, has_backlog ? backlog_plan(std::move(*made.plan)) : std::move(*made.plan));
  live_->on_over([this] {
    if (!stopping_) loop_.stop();
  });
  loop_.add_flusher([this] { watch_agents(); });
  if (has_backlog) {
    live_->hold_agents();
    loop_.add_flusher([this] { watch_backlog(); });
  } else if (options_.faults.empty()) {
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
  if (const auto problem = start_router()) fail(*problem);
}

}  // namespace cordboard::sim
