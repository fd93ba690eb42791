#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <variant>

#include "router/config/escalation_schema.h"
#include "router/config/tenant_checks.h"
#include "router/core/requirement.h"

namespace cordboard {
namespace {

// Skills and the channels served; what else differs between agents does not decide whom they can serve.
using Ability = std::pair<std::vector<SkillLevel>, std::vector<std::string>>;

std::set<Ability> abilities_of(const TenantDraft& tenant) {
  std::set<Ability> abilities;
  for (const AgentGroup& group : tenant.groups) {
    Ability ability{group.profile.skills, {}};
    for (const ChannelConfig& channel : group.profile.channels) ability.second.push_back(channel.name);
    abilities.insert(std::move(ability));
  }
  return abilities;
}

bool can_serve(const Ability& ability, const Requirement& requirement, const std::string& channel) {
  const auto& [skills, channels] = ability;
  const bool serves_channel =
      channels.empty() || std::find(channels.begin(), channels.end(), channel) != channels.end();
  return serves_channel && requirement.accepts(skills);
}

class QueueWarnings {
 public:
  explicit QueueWarnings(const TenantDraft& tenant) : tenant_(tenant), abilities_(abilities_of(tenant)) {
    for (const Ability& ability : abilities_) {
      for (const SkillLevel& skill : ability.first) skills_.insert(skill.skill);
    }
    known_skills_.assign(skills_.begin(), skills_.end());
  }

  void check(const Reader& item, const QueueConfig& queue) {
    const auto parsed = parse_requirement(queue.requirement);
    const auto* const requirement = std::get_if<Requirement>(&parsed);
    if (requirement == nullptr || !can_afford(*requirement)) return;
    const Reader at = item.find("requires").value_or(item);
    for (const std::string& skill : requirement->skills()) check_skill(at, skill);
    if (!tenant_.undeclared_agents && !is_served(*requirement, queue.channel)) {
      at.warning("no declared agent can serve this queue, and undeclared_agents is false");
    }
  }

 private:
  // Counts the comparisons that checking a requirement takes at most.
  bool can_afford(const Requirement& requirement) {
    comparisons_ += requirement.skills().size() * known_skills_.size() + abilities_.size();
    return comparisons_ <= kMaxComparisons;
  }

  // An undeclared agent may bring any skill, so only what looks misspelt is worth a word then.
  void check_skill(const Reader& at, const std::string& skill) const {
    if (skills_.contains(skill) || skills_.empty()) return;
    const std::string suggestion = did_you_mean(skill, known_skills_);
    if (tenant_.undeclared_agents && suggestion.empty()) return;
    at.warning("no declared agent has the skill " + skill, suggestion);
  }

  // Queues often share a requirement; each is evaluated once.
  bool is_served(const Requirement& requirement, const std::string& channel) {
    const auto [answer, is_new] = answers_.try_emplace({requirement.canonical(), channel}, false);
    if (is_new) {
      answer->second = std::any_of(abilities_.begin(), abilities_.end(), [&](const Ability& ability) {
        return can_serve(ability, requirement, channel);
      });
    }
    return answer->second;
  }

  static constexpr std::size_t kMaxComparisons = 1'000'000;

  const TenantDraft& tenant_;
  std::set<Ability> abilities_;
  std::set<std::string> skills_;
  std::vector<std::string_view> known_skills_;
  std::map<std::pair<std::string, std::string>, bool> answers_;
  std::size_t comparisons_ = 0;
};

void warn_about_relaxation(const Reader& item, const QueueConfig& queue) {
  if (queue.relax.empty()) return;
  const std::vector<Reader> steps = item.find("relax")->items();
  Requirement reached = std::get<Requirement>(parse_requirement(queue.requirement));
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const RelaxStep& step = queue.relax[i];
    const Requirement wider = any_of(reached, std::get<Requirement>(parse_requirement(step.requirement)));
    if (wider.canonical() == reached.canonical()) {
      steps[i].warning(reached.canonical().empty() ? "every agent may serve already: the step changes nothing"
                                                   : "accepts the same as before: the step changes nothing");
    }
    if (step.after >= queue.max_wait) {
      steps[i].warning("never comes: contacts wait at most " + format_duration(queue.max_wait) +
                       " (max_wait)");
    }
    reached = wider;
  }
}

void warn_about_last_agent(const Reader& item, const QueueConfig& queue) {
  const LastAgentRule& rule = queue.last_agent;
  if (rule.within == Duration::zero() || rule.wait < queue.max_wait) return;
  item.find("last_agent")
      ->find("wait")
      ->warning("nobody else is asked: contacts wait at most " + format_duration(queue.max_wait) +
                " (max_wait)");
}

void warn_about_queues(const Reader& root, const TenantDraft& tenant) {
  if (tenant.queues.empty()) {
    root.warning("no queue is configured: every contact will be refused");
    return;
  }
  const std::vector<Reader> items = root.find("queues")->items();
  QueueWarnings warnings(tenant);
  for (std::size_t i = 0; i < items.size(); ++i) {
    warnings.check(items[i], tenant.queues[i]);
    warn_about_relaxation(items[i], tenant.queues[i]);
    warn_about_last_agent(items[i], tenant.queues[i]);
    warn_about_escalation(items[i], tenant.queues[i], tenant);
  }
}

void warn_about_channels(const Reader& root, const TenantDraft& tenant) {
  const auto channels = root.find("channels");
  for (const ChannelConfig& channel : tenant.channels) {
    const std::uint32_t fitting = kAgentCapacityUnits / channel.units;
    if (channel.max_contacts <= fitting || !channels) continue;
    channels->find(channel.name)
        .value_or(*channels)
        .warning("max_contacts is " + std::to_string(channel.max_contacts) + ", but only " +
                 std::to_string(fitting) + " contacts of " + std::to_string(channel.units) +
                 " units fit into the 100 units of an agent");
  }
}

}  // namespace

void warn_about_tenant(const Reader& root, const TenantDraft& tenant) {
  warn_about_queues(root, tenant);
  warn_about_channels(root, tenant);
  if (tenant.undeclared_agents || !tenant.agents.empty()) return;
  root.find("undeclared_agents")
      .value_or(root)
      .warning("no agent is declared and undeclared_agents is false: nobody can log in");
}

}  // namespace cordboard
