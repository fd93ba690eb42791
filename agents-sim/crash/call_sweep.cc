#include "agents-sim/crash/call_sweep.h"

#include <chrono>
#include <filesystem>

#include "agents-sim/live/live_report.h"

namespace cordboard::sim {
namespace {

// A start of a router that finds data makes about 10 calls; the others are of its first contacts.
constexpr std::uint64_t kFirstCalls = 24;

class Sweep {
 public:
  Sweep(const CallSweepOptions& options, const std::string& directory)
      : options_(options), directory_(directory) {}

  CallSweepResult run() {
    const auto began = std::chrono::steady_clock::now();
    for (std::uint64_t at = options_.first; at <= options_.last; at += options_.step) {
      if (!run_once(at)) break;
    }
    result_.elapsed_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    return result_;
  }

 private:
  // True when the call was reached and all is well.
  bool run_once(std::uint64_t at) {
    const std::string directory = directory_ + "/" + std::to_string(at);
    std::filesystem::create_directory(directory);
    CrashOptions options = options_.crash;
    options.live.seed += at;
    for (const std::uint64_t call : {at, 1 + (at / options_.step) % kFirstCalls}) {
      options.faults.push_back(options_.fault);
      options.faults.back().at = call;
    }
    EventLoop loop;
    CrashRun run(loop, options, directory);
    const std::string problem = run.run();
    ++result_.runs;
    const bool reached = add_reports(run, at);
    if (run.live() != nullptr) add_live(*run.live());
    if (!problem.empty()) result_.failure = "call " + std::to_string(at) + ": " + problem;
    if (!result_.failure.empty() || !result_.findings.empty()) return false;
    std::filesystem::remove_all(directory);
    return reached;
  }

  bool add_reports(const CrashRun& run, std::uint64_t at) {
    for (const EndedLife& life : run.ended_lives()) {
      ++(life.exit_code == 0 ? result_.killed : result_.ended[life.exit_code]);
      if (life.exit_code != 0) result_.failure_to_end.add(Duration{life.report.ended_after_us});
    }
    std::uint64_t reached = 0;
    bool first_reached = false;
    for (std::size_t life = 0; life < 2; ++life) {
      const auto report = run.report_of(life);
      if (!report || !report->reached) continue;
      ++result_.by_call[report->call + " " + report->file];
      if (life == 0) first_reached = true;
      ++reached;
    }
    if (first_reached) result_.calls = at;
    result_.went_on += reached - run.ended_lives().size();
    return first_reached;
  }

  void add_live(const LiveRun& live) {
    const Findings& findings = live.audit().findings();
    result_.acknowledged += live.tally().acknowledged;
    result_.completed += live.tally().completed;
    result_.lost += findings.count(Rule::Lost);
    result_.doubled += findings.count(Rule::DoubleOffered);
    result_.violations += findings.violations();
    result_.acknowledged_lost += live.audit().contacts().acknowledged_lost();
    result_.findings = findings_text(live.audit());
  }

  const CallSweepOptions& options_;
  const std::string directory_;
  CallSweepResult result_;
};

}  // namespace

CallSweepResult sweep_calls(const CallSweepOptions& options, const std::string& directory) {
  return Sweep(options, directory).run();
}

}  // namespace cordboard::sim
