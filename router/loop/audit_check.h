// Is the audit trail of a store whole, and does it agree with the log?
//
// Beyond the chain: each record that needs a privilege has its row, and each row that says "done" names such
// a record, as far back as the log goes. Where something cannot be decoded only that is said.
//
// For a store that nobody serves; writes nothing.

#pragma once

#include <string>
#include <vector>

#include "router/store/store.h"

namespace cordboard {

struct AuditReport {
  AuditLink end;                     // of the rows that are whole
  std::vector<std::string> damages;  // empty when all is well
};

// An error: the disk cannot be read.
Result<AuditReport> check_audit(Store& store);

}  // namespace cordboard
