// Prints rows of the audit trail, one by one, for people or for programs.

#pragma once

#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "ctl/output/output_format.h"
#include "router/codec/storage_audit.h"
#include "router/store/audit_chain.h"

namespace cordboard::ctl {

struct ListedRow {
  std::string tenant;
  std::uint64_t number = 0;
  AuditHash hash{};
  AuditEntry entry;
};

// Texts are shown as plain_text() has them.
class RowWriter {
 public:
  virtual ~RowWriter() = default;
  virtual void write(const ListedRow& row) = 0;
  // After the last row.
  virtual void end() {}
};

// Table: columns for people, which may change. Json: an array with an object a line; all members are always
// there. Yaml: the same. Csv: csv_line() with a header; texts as csv_text() has them.
std::unique_ptr<RowWriter> make_row_writer(OutputFormat format, std::ostream& out);

}  // namespace cordboard::ctl
