// What supervisors do to contacts, agents and queues, and to the tenant as a whole.
//
// Each act that was accepted is one audit event, the first of its step, and is remembered with who did it and
// why: the newest kMaxActs of them, as a part of the state. An act that changes nothing (the contact is in
// that queue already) is answered as repeated, and is not remembered.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "router/core/step.h"

namespace cordboard::supervision {

inline constexpr std::size_t kMaxActs = 1'000;

Outcome act(Step& step, const Supervise& command);

// Whoever acts has a client id and no long-winded reason; else why not.
std::optional<Rejection> check_author(const std::string& supervisor, const std::string& reason);

// What an act is about, in terms of the state before it.
struct Subject {
  ContactRef contact{};
  AgentRef agent{};
  QueueRef queue{};
};
// Remembers an act and tells it as the first event of the step. For acts that are commands of their own, too.
// `what` says more than the verb, in words: "queue=support", "closed", "version=7"; never customer data.
void record(Step& step, SupervisorVerb verb, const std::string& supervisor, const std::string& reason,
            const Subject& subject, std::string what);

// The act with this number; nullptr when it is forgotten.
const SupervisorAct* find(const State& state, std::uint64_t number);

}  // namespace cordboard::supervision
