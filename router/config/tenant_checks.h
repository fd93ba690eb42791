// What one key of a tenant says about another: names that must exist or be unique, bounds that must hold
// together, and what is allowed but hardly meant.

#pragma once

#include "router/config/tenant_schema.h"

namespace cordboard {

// Turns the groups of the draft into agents, and reports every contradiction at the key that causes it.
// `root` is the mapping the draft was read from.
void resolve_tenant(const Reader& root, TenantDraft& tenant);

// Reports as warnings what works but serves nobody. Gives up on the queues of a tenant that is so large and
// so varied that comparing all of them with all agents would take seconds.
// REQUIRES: the draft was resolved without an error.
void warn_about_tenant(const Reader& root, const TenantDraft& tenant);

// More agents than this are never generated, whatever `limits.agents` says.
inline constexpr std::size_t kMaxDeclaredAgents = 1'000'000;
// Nor more skills, counted over all agents.
inline constexpr std::size_t kMaxDeclaredSkills = 5'000'000;

}  // namespace cordboard
