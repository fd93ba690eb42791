#include "agents-sim/demo/demo_plan.h"

#include <algorithm>
#include <array>
#include <utility>

#include "agents-sim/live/staffing.h"

namespace cordboard::sim {
namespace {

using namespace std::chrono_literals;

// Of the agents' time, by twelfths of the hour.
constexpr std::array<double, 12> kLoad = {0.60, 0.70, 0.80, 0.90, 1.00, 1.10,
                                          1.10, 0.95, 0.85, 0.80, 0.70, 0.55};
// Some contacts take longer than others; queues take turns.
constexpr std::array<Duration, 5> kHandleTimes = {180s, 150s, 240s, 200s, 270s};
constexpr Duration kWrapUp = 20s;

std::vector<RatePiece> pieces(double contacts_per_hour, Duration hour) {
  std::vector<RatePiece> pieces;
  for (std::size_t i = 0; i < kLoad.size(); ++i) {
    pieces.push_back({hour * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(kLoad.size()),
                      contacts_per_hour * kLoad[i]});
  }
  return pieces;
}

Behaviour people() {
  Behaviour people;
  people.answer_delay = Distribution::uniform(1s, 4s);
  people.wrap_up = Distribution::exponential(kWrapUp);
  people.notice_after = Distribution::uniform(20s, 60s);
  people.pause = Distribution::uniform(2min, 6min);
  people.decline = 0.02;
  people.no_answer = 0.01;
  people.pause_probability = 0.02;
  return people;
}

}  // namespace

LivePlan demo_plan(const TenantConfig& config, std::size_t agents, Duration hour) {
  Staffing staffing = staff(config, std::max(agents, config.agents.size()));
  LivePlan plan;
  plan.agents = std::move(staffing.agents);
  plan.router = config;
  plan.behaviour = people();
  plan.duration = hour;
  for (const ChannelConfig& channel : config.channels) plan.channels.push_back(channel.name);
  for (std::size_t i = 0; i < config.queues.size(); ++i) {
    if (staffing.shares[i] <= 0) continue;
    const Duration handle = kHandleTimes[i % kHandleTimes.size()];
    const double agents_here = staffing.shares[i] * static_cast<double>(plan.agents.size());
    const double per_agent_hour =
        static_cast<double>(Duration(1h).count()) / static_cast<double>((handle + kWrapUp).count());
    ContactStream stream;
    stream.name = stream.queue = config.queues[i].name;
    stream.arrivals.pieces = pieces(agents_here * per_agent_hour, hour);
    stream.handle_time = Distribution::uniform(handle / 3, handle * 5 / 3);
    stream.patience = Distribution::exponential(150s);
    stream.transfer = {0.04, config.queues[staffing.transfers_to[i]].name};
    plan.streams.push_back(std::move(stream));
  }
  return plan;
}

}  // namespace cordboard::sim
