#include "agents-sim/demo/demo_run.h"

#include <cstdio>
#include <utility>

#include "agents-sim/demo/demo_plan.h"
#include "agents-sim/live/live_report.h"

namespace cordboard::sim {
namespace {

constexpr Duration kRouterStops{20'000'000};
constexpr std::size_t kAgentsByDefault = 120;

double to_ms(Duration duration) { return static_cast<double>(duration.count()) * 1e-3; }

}  // namespace

DemoRun::DemoRun(EventLoop& loop, DemoOptions options, const TenantConfig& config,
                 const std::string& directory)
    : loop_(loop),
      options_(std::move(options)),
      plan_(demo_plan(config,
                      options_.agents == 0 && config.agents.empty() ? kAgentsByDefault : options_.agents,
                      Duration{static_cast<std::int64_t>(options_.seconds * options_.speed * 1e6)})),
      router_(loop,
              {.binary = options_.router,
               .config = directory + "/config.yaml",
               .data_dir = directory + "/data",
               .log_file = directory + "/router.log",
               .dashboard = options_.dashboard},
              {[this](const ReadyLine& ready, Duration took) { on_ready(ready, took); },
               [this](const std::string& why) { fail(why); }}),
      screen_(options_.speed) {
  plan_.speed = options_.speed;
  plan_.seed = options_.seed;
}

std::string DemoRun::run() {
  if (const auto problem = router_.start()) return *problem;
  loop_.run();
  return failure_.empty() ? finish() : failure_;
}

void DemoRun::interrupt(int count) {
  if (count > 1 || !live_) return fail("interrupted");
  live_->stop_arrivals();
}

// The clients still have reads under way: the loop runs on until their streams are closed.
void DemoRun::fail(const std::string& why) {
  if (!failure_.empty()) return;
  failure_ = why;
  router_.kill();
  if (live_) {
    live_->give_up(why);
  } else {
    loop_.stop();
  }
}

void DemoRun::on_ready(const ReadyLine& ready, Duration took) {
  if (!live_) return begin(ready);
  char text[200];
  std::snprintf(
      text, sizeof text,
      "  kill -9: the router was gone for %.0f ms (%.0f ms to start and replay its log); calls wait on "
      "where they were",
      to_ms(loop_.clock_now() - killed_at_), to_ms(took));
  screen_.note(text);
  connection_->retarget(ready.grpc);
  live_->reopen();
  watch_->reopen();
}

void DemoRun::begin(const ReadyLine& ready) {
  if (!options_.dashboard.empty())
    screen_.note("  while it runs, the dashboard is at http://" + ready.http + "/\n");
  connection_ = std::make_unique<Connection>(ready.grpc, "");
  live_ = std::make_unique<LiveRun>(loop_, *connection_, plan_);
  live_->on_over([this] { over(); });
  live_->on_playing([this] { plan_crash(); });
  watch_ = std::make_unique<WatchClient>(loop_, *connection_);
  loop_.add_flusher([this] {
    if (is_over_ && watch_->is_closed()) loop_.stop();
  });
  live_->open();
  watch_->open();
  refresh();
}

std::string_view DemoRun::phase_text() const {
  if (!router_.is_running() || (crashed_ && !live_->gateway_is_ready()))
    return "the router is being restarted";
  switch (live_->phase()) {
    case LiveRun::Phase::Starting:
      return "agents log in";
    case LiveRun::Phase::Playing:
      return "a busy hour";
    case LiveRun::Phase::Draining:
      return "no new contacts; the last ones are served";
    default:
      return "agents log out";
  }
}

void DemoRun::refresh() {
  if (live_->phase() < LiveRun::Phase::Leaving) {
    const Duration played = live_->phase() == LiveRun::Phase::Starting
                                ? Duration::zero()
                                : loop_.clock_now() - live_->playing_since();
    const auto in_plan = static_cast<std::int64_t>(static_cast<double>(played.count()) * options_.speed);
    screen_.show(*watch_, Duration{in_plan}, plan_.duration, phase_text());
  }
  loop_.after(screen_.interval(), [this] { refresh(); });
}

void DemoRun::plan_crash() {
  if (!options_.crash) return;
  loop_.after(Duration{static_cast<std::int64_t>(options_.seconds / 2 * 1e6)}, [this] { crash(); });
}

void DemoRun::crash() {
  if (live_->phase() != LiveRun::Phase::Playing) return;
  crashed_ = true;
  killed_at_ = loop_.clock_now();
  router_.kill();
  if (const auto problem = router_.start()) fail(*problem);
}

void DemoRun::over() {
  watch_->finish();
  is_over_ = true;
}

// From the router itself, now that everything is over.
std::vector<v1::Queue> DemoRun::final_queues() const {
  grpc::ClientContext context;
  connection_->prepare(context);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  v1::ListQueuesResponse response;
  const auto stub = v1::SupervisorService::NewStub(connection_->channel());
  if (!stub->ListQueues(&context, {}, &response).ok()) return watch_->queues();
  return {response.queues().begin(), response.queues().end()};
}

std::string DemoRun::finish() {
  screen_.report(final_queues());
  const LiveTally& tally = live_->tally();
  const Findings& findings = live_->audit().findings();
  std::printf("\n  %llu contacts: %llu completed, %llu abandoned, %llu ended otherwise\n",
              static_cast<unsigned long long>(tally.submitted),
              static_cast<unsigned long long>(tally.completed),
              static_cast<unsigned long long>(tally.abandoned),
              static_cast<unsigned long long>(tally.ended() - tally.completed - tally.abandoned));
  std::printf("  %llu offers: %llu declined, %llu not answered; %llu transfers\n",
              static_cast<unsigned long long>(tally.offers), static_cast<unsigned long long>(tally.declines),
              static_cast<unsigned long long>(tally.not_responding),
              static_cast<unsigned long long>(tally.transfers));
  std::printf("  audit by the clients: %llu lost, %llu double offered, %llu other violations%s\n",
              static_cast<unsigned long long>(findings.count(Rule::Lost)),
              static_cast<unsigned long long>(findings.count(Rule::DoubleOffered)),
              static_cast<unsigned long long>(findings.violations()),
              crashed_ ? ", across a kill -9 of the router" : "");
  std::fflush(stdout);
  std::fputs(findings_text(live_->audit()).c_str(), stderr);
  connection_->close();
  const int status = router_.terminate(kRouterStops);
  if (status != 0) return "the router did not end with 0 at SIGTERM:\n" + router_.log_tail();
  if (!live_->failure().empty()) return live_->failure();
  return live_->is_clean() ? "" : "the audit is not clean";
}

}  // namespace cordboard::sim
