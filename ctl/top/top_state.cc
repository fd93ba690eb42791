#include "ctl/top/top_state.h"

#include <algorithm>

#include "ctl/output/value_text.h"

namespace cordboard::ctl {
namespace {

std::string activity_of(const v1::Agent& agent) {
  if (agent.state() == v1::Agent::LOGGED_OUT && agent.activity() == v1::Agent::IDLE) return {};
  if (agent.state() == v1::Agent::NOT_READY && agent.activity() == v1::Agent::IDLE) return "not_ready";
  return word_of(agent.activity());
}

}  // namespace

void TopState::clock_shows(Time router, Time now) {
  router_at_ = router;
  heard_at_ = now;
}

void TopState::apply(const v1::WatchResponse& response, Time now) {
  trouble_.clear();
  if (response.has_snapshot()) {
    take(response.snapshot(), now);
  } else if (response.has_deltas()) {
    for (const v1::Delta& delta : response.deltas().deltas()) take(delta, now);
  } else if (response.has_heartbeat()) {
    revision_ = response.heartbeat().revision();
    clock_shows(to_time(response.heartbeat().at()), now);
  } else if (response.has_reset()) {
    collecting_ = false;
  }
}

void TopState::cut(const std::string& why) {
  trouble_ = why;
  collecting_ = false;
}

std::map<std::string, int> TopState::agents() const {
  std::map<std::string, int> counts;
  for (const auto& [agent, activity] : activities_)
    if (!activity.empty()) ++counts[activity];
  return counts;
}

void TopState::take(const v1::Snapshot& snapshot, Time now) {
  if (!collecting_) {
    queues_.clear();
    activities_.clear();
  }
  collecting_ = !snapshot.last_chunk();
  if (to_time(snapshot.at()) > router_time(now)) clock_shows(to_time(snapshot.at()), now);
  take_rows(snapshot);
  complete_ = snapshot.last_chunk();
}

void TopState::take(const v1::Delta& delta, Time now) {
  clock_shows(to_time(delta.at()), now);
  take_rows(delta);
  for (const std::string& name : delta.removed_queues())
    std::erase_if(queues_, [&](const v1::Queue& row) { return row.queue() == name; });
}

template <class Part>
void TopState::take_rows(const Part& part) {
  revision_ = part.revision();
  for (const v1::Queue& row : part.queues()) put(row);
  for (const v1::Agent& row : part.agents()) activities_[row.agent_id()] = activity_of(row);
}

void TopState::put(const v1::Queue& row) {
  const auto same = [&](const v1::Queue& known) { return known.queue() == row.queue(); };
  const auto at = std::find_if(queues_.begin(), queues_.end(), same);
  if (at == queues_.end())
    queues_.push_back(row);
  else
    *at = row;
}

}  // namespace cordboard::ctl
