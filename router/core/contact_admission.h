// May this contact come in, change, or go there? Looks at everything a command says before anything changes.

#pragma once

#include "router/core/step.h"

namespace cordboard::contacts {

// The command in terms of the state, or why it is refused.
struct Admission {
  Outcome refused;  // accepted() means go on
  QueueRef queue;
  ChannelRef channel;
  AgentRef target;
  Requirement requirement;  // the contact's own
};

inline constexpr std::int32_t kMaxPriority = 1000;  // and tier; the least is its negative
inline constexpr std::size_t kMaxContactIdLength = 128;
inline constexpr std::size_t kMaxCustomerLength = 128;

Admission admit(const State& state, const SubmitContact& command);
Admission admit_update(const State& state, const Contact& contact, const UpdateContact& command);
Admission admit_transfer(const State& state, const Contact& contact, const TransferContact& command);

// The requirement class of the admitted contact, one reference more.
RequirementClass join_class(State& state, const Admission& admission);

// Of everything the client chose, so that a repeated submit can be told from another one with the same id.
std::uint64_t fingerprint_of(const SubmitContact& command);

}  // namespace cordboard::contacts
