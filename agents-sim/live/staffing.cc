#include "agents-sim/live/staffing.h"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

#include "agents-sim/live/fitting_profile.h"
#include "router/core/requirement.h"

namespace cordboard::sim {
namespace {

class Planner {
 public:
  explicit Planner(const TenantConfig& config) : config_(config) {
    for (const QueueConfig& queue : config.queues) {
      const auto parsed = parse_requirement(queue.requirement);
      const auto* const requirement = std::get_if<Requirement>(&parsed);
      requirements_.push_back(requirement == nullptr ? Requirement{} : *requirement);
    }
  }

  Staffing plan(std::size_t count) {
    take_declared(count);
    if (result_.agents.size() < count) add_own(count);
    share_out();
    for (std::size_t queue = 0; queue < requirements_.size(); ++queue) {
      result_.transfers_to.push_back(transfer_target(queue));
    }
    return std::move(result_);
  }

 private:
  bool serves(const AgentProfile& profile, std::size_t queue) const {
    return serves(profile, queue, config_.queues[queue].channel);
  }
  bool serves(const AgentProfile& profile, std::size_t queue, const std::string& channel) const {
    const auto& channels = profile.channels;
    const bool takes = channels.empty() || std::any_of(channels.begin(), channels.end(),
                                                       [&](const auto& c) { return c.name == channel; });
    return takes && requirements_[queue].accepts(profile.skills);
  }

  std::size_t transfer_target(std::size_t queue) const {
    for (std::size_t i = 1; i < requirements_.size(); ++i) {
      const std::size_t next = (queue + i) % requirements_.size();
      const auto can = [&](const LiveAgent& agent) {
        return serves(agent.profile, next, config_.queues[queue].channel);
      };
      if (std::any_of(result_.agents.begin(), result_.agents.end(), can)) return next;
    }
    return queue;
  }

  void take(std::size_t declared) {
    const AgentConfig& agent = config_.agents[declared];
    result_.agents.push_back({agent.id, true, agent.profile, false, false, {}});
    taken_.insert(declared);
  }

  // The first agents of the configuration, and before them one for each queue.
  void take_declared(std::size_t count) {
    const std::size_t declared = config_.agents.size();
    for (std::size_t queue = 0; queue < requirements_.size() && taken_.size() < count; ++queue) {
      const auto can = [&](std::size_t agent) { return serves(config_.agents[agent].profile, queue); };
      if (std::any_of(taken_.begin(), taken_.end(), can)) continue;
      for (std::size_t agent = 0; agent < declared; ++agent) {
        if (!can(agent)) continue;
        take(agent);
        break;
      }
    }
    for (std::size_t agent = 0; agent < declared && taken_.size() < count; ++agent) {
      if (!taken_.contains(agent)) take(agent);
    }
  }

  // A profile for all queues, or one for each that somebody could serve.
  std::vector<AgentProfile> own_profiles() const {
    Requirement all;
    for (const Requirement& requirement : requirements_) all = all_of(all, requirement);
    if (const auto skills = fitting_skills(all)) return {{*skills, {}}};
    std::vector<AgentProfile> profiles;
    for (const Requirement& requirement : requirements_) {
      if (const auto skills = fitting_skills(requirement)) profiles.push_back({*skills, {}});
    }
    return profiles;
  }

  void add_own(std::size_t count) {
    if (!config_.undeclared_agents) {
      result_.warnings.push_back("the configuration declares " + std::to_string(config_.agents.size()) +
                                 " agents and allows no others: " + std::to_string(result_.agents.size()) +
                                 " of " + std::to_string(count) + " work");
      return;
    }
    std::set<std::string> ids;
    for (const AgentConfig& agent : config_.agents) ids.insert(agent.id);
    const std::vector<AgentProfile> profiles = own_profiles();
    if (profiles.empty()) return;
    for (std::size_t number = 1, made = 0; result_.agents.size() < count; ++number) {
      std::string id = "sim-" + std::to_string(number);
      if (ids.contains(id)) continue;
      result_.agents.push_back({std::move(id), false, profiles[made++ % profiles.size()], false, false, {}});
    }
  }

  void share_out() {
    std::vector<double> weights(requirements_.size(), 0.0);
    double sum = 0;
    for (const LiveAgent& agent : result_.agents) {
      std::vector<std::size_t> queues;
      for (std::size_t queue = 0; queue < weights.size(); ++queue) {
        if (serves(agent.profile, queue)) queues.push_back(queue);
      }
      for (const std::size_t queue : queues) weights[queue] += 1.0 / static_cast<double>(queues.size());
      sum += queues.empty() ? 0 : 1;
    }
    for (std::size_t queue = 0; queue < weights.size(); ++queue) {
      result_.shares.push_back(sum > 0 ? weights[queue] / sum : 0);
      if (weights[queue] > 0) continue;
      result_.warnings.push_back("queue " + config_.queues[queue].name +
                                 " gets no contacts: none of the agents at work can serve it");
    }
  }

  const TenantConfig& config_;
  std::vector<Requirement> requirements_;  // by queue
  std::set<std::size_t> taken_;            // of the declared agents
  Staffing result_;
};

}  // namespace

Staffing staff(const TenantConfig& config, std::size_t agents) { return Planner(config).plan(agents); }

}  // namespace cordboard::sim
