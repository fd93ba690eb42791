// The agents of a live run, as their clients know them.

#pragma once

#include <algorithm>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "agents-sim/audit/agent_audit.h"
#include "agents-sim/audit/audit_types.h"
#include "router/core/config.h"

namespace cordboard::sim {

struct LiveAgent {
  std::string id;
  bool declared = false;  // by the router's configuration, which knows its profile then
  AgentProfile profile;
  bool logged_in = false;          // on the stream there is now
  bool away = false;               // has asked for no offers
  std::vector<SkillLevel> skills;  // as the router says
  std::vector<HeldContact> held;

  HeldContact* find(ContactNo contact) {
    const auto found =
        std::find_if(held.begin(), held.end(), [&](const HeldContact& h) { return h.contact == contact; });
    return found == held.end() ? nullptr : &*found;
  }
  HeldContact* find_offer(OfferNo offer) {
    const auto found =
        std::find_if(held.begin(), held.end(), [&](const HeldContact& h) { return h.offer == offer; });
    return found == held.end() ? nullptr : &*found;
  }
  void drop(ContactNo contact) {
    std::erase_if(held, [&](const HeldContact& h) { return h.contact == contact; });
  }
};

class LiveAgents {
 public:
  static constexpr AgentNo kUnknown = 0xffffffff;

  explicit LiveAgents(std::vector<LiveAgent> agents) : agents_(std::move(agents)) {
    for (AgentNo no = 0; no < agents_.size(); ++no) numbers_.emplace(agents_[no].id, no);
  }

  std::size_t size() const { return agents_.size(); }
  LiveAgent& operator[](AgentNo agent) { return agents_[agent]; }
  const LiveAgent& operator[](AgentNo agent) const { return agents_[agent]; }

  // kUnknown for the agents of others.
  AgentNo number_of(const std::string& id) const {
    const auto found = numbers_.find(id);
    return found == numbers_.end() ? kUnknown : found->second;
  }

 private:
  std::vector<LiveAgent> agents_;
  std::unordered_map<std::string, AgentNo> numbers_;  // looked up only
};

}  // namespace cordboard::sim
