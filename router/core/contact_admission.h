// May this contact come in, change, or go there? Looks at everything a command says before anything changes.

#pragma once

#include "router/core/step.h"

namespace cordboard::contacts {

// The command in terms of the state, or why it is refused.
struct Admission {
  Outcome refused;  // accepted() means go on
  QueueRef queue;
  SplitRef split;  // by whose name the queue was found
  ChannelRef channel;
  AgentRef target;
  Requirement requirement;          // the contact's own
  RequirementClass known;           // of a submit: its class, when there is one already
  std::vector<RelaxStep> relax;     // its own steps, canonical
  std::vector<AgentRef> preferred;  // those who are known
};

inline constexpr std::int32_t kMaxPriority = 1000;  // and tier; the least is its negative
inline constexpr std::size_t kMaxContactIdLength = 128;
inline constexpr Duration kMaxRelaxAfter = 365 * 24h;
inline constexpr Duration kMaxScheduledAhead = 366 * 24h;

// Can a contact of this channel be given to this agent alone? One who is logged in and takes the channel.
std::optional<Rejection> check_taker(const State& state, const std::string& agent, ChannelRef channel);

Admission admit(const State& state, Time now, const SubmitContact& command);
// Of an update: what it gives of the requirement and the steps; nothing else is set.
Admission admit_update(const State& state, const Contact& contact, const UpdateContact& command, Time now);
Admission admit_callback(const State& state, Time now, const Contact& contact,
                         const RequestCallback& command);
Admission admit_transfer(const State& state, const Contact& contact, const TransferContact& command);

// An unanswered contact to another queue, which may be the one where it is. A split is as good as a queue.
Admission admit_move(const State& state, const Contact& contact, const std::string& queue);

// The requirement class of the admitted contact, one reference more.
RequirementClass join_class(State& state, const Admission& admission);
// The class with this key, for contacts whose requirement is `of_queue` and `own`.
RequirementClass join_class(State& state, const MatchIndex::RequirementKey& key, const Requirement& of_queue,
                            const Requirement& own);

// Parts of a fingerprint.
void add_to(Hasher& hasher, const std::vector<RelaxStep>& steps);
void add_to(Hasher& hasher, const std::string& attributes, const std::optional<SealedText>& sealed);
// Of everything the client chose, so that a repeated submit can be told from another one with the same id.
std::uint64_t fingerprint_of(const SubmitContact& command);

}  // namespace cordboard::contacts
