// The agents of a run and how they behave: whether and when they answer, how long they wrap up, when their
// connection fails.
//
// Agents of a group share one random stream per kind of decision, so a change of one behaviour leaves the
// draws of the others as they were.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agents-sim/base/random.h"
#include "agents-sim/scenario/scenario.h"
#include "router/core/types.h"

namespace cordboard::sim {

enum class Reply : std::uint8_t { Accept, Decline, None };

class Crew {
 public:
  // `groups` must outlive the crew.
  Crew(const std::vector<AgentGroup>& groups, std::uint64_t seed, std::uint64_t replication);

  // Agents are numbered 0, 1, ... in the order of the groups.
  std::uint32_t size() const { return static_cast<std::uint32_t>(members_.size()); }
  std::uint32_t group_count() const { return static_cast<std::uint32_t>(groups_.size()); }
  const std::string& id(std::uint32_t agent) const { return members_[agent].id; }
  std::uint32_t group_of(std::uint32_t agent) const { return members_[agent].group; }
  // Its number in the group, from 0.
  std::uint32_t member(std::uint32_t agent) const { return members_[agent].number; }
  const AgentGroup& group(std::uint32_t agent) const { return *groups_[members_[agent].group].plan; }

  // What an agent of the group does about an offer. The delay does not matter when there is no reply.
  Reply reply(std::uint32_t agent);
  Duration answer_delay(std::uint32_t agent);
  Duration wrap_up(std::uint32_t agent);
  // From a ring-no-answer until the agent is back by hand.
  Duration return_after(std::uint32_t agent);
  // Until the connection fails (kForever: it does not) and from then until it is back.
  Duration until_loss(std::uint32_t agent);
  Duration absence(std::uint32_t agent);

 private:
  struct Member {
    std::string id;
    std::uint32_t group = 0;
    std::uint32_t number = 0;
  };
  struct Group {
    Group(const AgentGroup& plan, std::uint64_t seed, std::uint64_t replication);

    const AgentGroup* plan;
    RandomStream no_answer;
    RandomStream decline;
    RandomStream delay;
    RandomStream wrap_up;
    RandomStream back;
    RandomStream loss;
  };

  Group& group_at(std::uint32_t agent) { return groups_[members_[agent].group]; }

  std::vector<Group> groups_;
  std::vector<Member> members_;
};

}  // namespace cordboard::sim
