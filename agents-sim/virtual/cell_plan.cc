#include "agents-sim/virtual/cell_plan.h"

#include <algorithm>

namespace cordboard::sim {
namespace {

constexpr std::uint32_t kNoCell = 0xffffffff;

// kNoCell when the text is not the name of a queue (it may be a requirement or a customer).
std::uint32_t queue_index(const Scenario& scenario, std::string_view name) {
  const auto& queues = scenario.router.queues;
  const auto found = std::find_if(queues.begin(), queues.end(),
                                  [&](const QueueConfig& queue) { return queue.name == name; });
  return found == queues.end() ? kNoCell : static_cast<std::uint32_t>(found - queues.begin());
}

}  // namespace

CellPlan::CellPlan(const Scenario& scenario) {
  for (std::uint32_t stream = 0; stream < scenario.contacts.size(); ++stream) {
    const ContactStream& plan = scenario.contacts[stream];
    std::vector<std::uint32_t> cells(plan.arrivals.recorded ? plan.arrivals.recorded->texts.size() : 1,
                                     kNoCell);
    if (!plan.queue.empty()) {
      cells[ArrivalRecord::kNoText] = find_or_add({stream, queue_index(scenario, plan.queue)});
    }
    if (plan.arrivals.recorded) {
      for (const ArrivalRecord& record : plan.arrivals.recorded->records) {
        if (cells[record.queue] != kNoCell) continue;
        cells[record.queue] =
            find_or_add({stream, queue_index(scenario, plan.arrivals.recorded->text(record.queue))});
      }
    }
    by_text_.push_back(std::move(cells));
  }
}

std::uint32_t CellPlan::find_or_add(CellKey key) {
  const auto same = [&](const CellKey& other) {
    return other.stream == key.stream && other.queue == key.queue;
  };
  const auto found = std::find_if(keys_.begin(), keys_.end(), same);
  if (found != keys_.end()) return static_cast<std::uint32_t>(found - keys_.begin());
  keys_.push_back(key);
  return size() - 1;
}

}  // namespace cordboard::sim
