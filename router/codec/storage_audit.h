// The bytes of a row of the audit trail: AuditEntry <-> cordboard.storage.v1.AuditRecord.
//
// The same entry always gives the same bytes. Thread-safe.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "router/core/command.h"
#include "router/core/state.h"
#include "router/core/types.h"

namespace cordboard {

// What proto/cordboard/storage/v1/audit.proto says, field by field.
struct AuditEntry {
  Time at;
  std::string who;
  std::string roles;
  std::string action;
  std::string contact;
  std::string agent;
  std::string queue;
  std::string what;
  std::string reason;
  std::string refusal;         // empty: done
  std::uint64_t attempts = 0;  // refused ones that it stands for
  std::uint64_t sequence = 0;  // of the record that did it, if one did

  friend bool operator==(const AuditEntry&, const AuditEntry&) = default;
};

// Whether it needs a privilege, so that its record has a row in the trail.
bool is_audited(const CommandBody& body);

// The entry of such a command, which was just applied as the record `sequence` and led to `state`; nothing
// for others. `roles` are the caller's.
std::optional<AuditEntry> audit_entry(const Command& command, const State& state, std::uint64_t sequence,
                                      std::string roles);

std::string encode_audit(const AuditEntry& entry);

struct AuditError {
  std::string what;
  bool newer = false;  // written by a newer router; otherwise the bytes are damaged
};

// Reads one row into `entry`, or says why not. After an error `entry` has no meaning.
std::optional<AuditError> decode_audit(std::string_view bytes, AuditEntry& entry);

}  // namespace cordboard
