#include "agents-sim/virtual/crew.h"

namespace cordboard::sim {

Crew::Group::Group(const AgentGroup& agents, std::uint64_t seed, std::uint64_t replication)
    : plan(&agents),
      no_answer(seed, replication, "agents/" + agents.name + "/no_answer"),
      decline(seed, replication, "agents/" + agents.name + "/decline"),
      delay(seed, replication, "agents/" + agents.name + "/answer_delay"),
      wrap_up(seed, replication, "agents/" + agents.name + "/wrap_up"),
      back(seed, replication, "agents/" + agents.name + "/return_after"),
      loss(seed, replication, "agents/" + agents.name + "/disconnects") {}

Crew::Crew(const std::vector<AgentGroup>& groups, std::uint64_t seed, std::uint64_t replication) {
  for (const AgentGroup& plan : groups) {
    const auto group = static_cast<std::uint32_t>(groups_.size());
    groups_.emplace_back(plan, seed, replication);
    for (std::uint32_t i = 1; i <= plan.count; ++i) {
      members_.push_back({plan.count == 1 ? plan.name : plan.name + "-" + std::to_string(i), group, i - 1});
    }
  }
}

Reply Crew::reply(std::uint32_t agent) {
  Group& group = group_at(agent);
  if (group.no_answer.chance(group.plan->no_answer_probability)) return Reply::None;
  return group.decline.chance(group.plan->decline_probability) ? Reply::Decline : Reply::Accept;
}

Duration Crew::answer_delay(std::uint32_t agent) {
  Group& group = group_at(agent);
  return group.plan->answer_delay.sample(group.delay);
}

Duration Crew::wrap_up(std::uint32_t agent) {
  Group& group = group_at(agent);
  return group.plan->wrap_up.sample(group.wrap_up);
}

Duration Crew::return_after(std::uint32_t agent) {
  Group& group = group_at(agent);
  return group.plan->return_after.sample(group.back);
}

Duration Crew::until_loss(std::uint32_t agent) {
  Group& group = group_at(agent);
  return group.plan->disconnects.every.sample(group.loss);
}

Duration Crew::absence(std::uint32_t agent) {
  Group& group = group_at(agent);
  return group.plan->disconnects.absence.sample(group.loss);
}

}  // namespace cordboard::sim
