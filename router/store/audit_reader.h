// Reads the audit trail of a store that nobody serves, without the rest of it: a log that is damaged, or that
// takes long to check, does not stand in the way. Changes no byte.
#pragma once

#include <filesystem>

#include "router/store/audit_chain.h"
#include "router/store/result.h"

namespace cordboard {

// Visits the rows of the store in `directory` as long as the chain holds; see Store::read_audit. Damaged also
// when rows that were durable are lost with the write-ahead log, or the database beside it is.
//
// InUse while a router serves it: the owner's lock is exclusive, because a reader would keep the write-ahead
// log, and with it erased keys, from being emptied.
Result<AuditLink> read_audit_trail(const std::filesystem::path& directory, const AuditVisitor& visit);

}  // namespace cordboard
