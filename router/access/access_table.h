// Which roles may call which rpc: the one table of it. The gRPC edge answers by it, docs/API.md prints it (a
// test compares), and the router does not start while an rpc has no row.

#pragma once

#include <span>
#include <string_view>

#include "router/access/identity.h"

namespace cordboard {

struct AccessRow {
  std::string_view rpc;  // "GatewayService/SubmitContact"
  Roles roles;
  // Its name in the audit trail (AuditRecord), where attempts without the role go; empty: it is not audited.
  std::string_view audited_as = {};
};

std::span<const AccessRow> access_table();

// nullptr when the table has no such rpc.
const AccessRow* find_access_row(std::string_view rpc);

}  // namespace cordboard
