// Rows of CSV. Those of messages have a column for each member, found in the type itself, so that none is
// forgotten.

#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <string>
#include <vector>

namespace cordboard::ctl {

// Paths as in JSON ("kpis.asa.count"), in the order of the type. Times, durations and what is repeated
// are one column each.
std::vector<std::string> csv_columns(const google::protobuf::Descriptor& type);
std::vector<std::string> csv_cells(const google::protobuf::Message& message);

// A text that people wrote, with a ' before it where it begins with = + - or @: a spreadsheet would take it
// for a formula and compute it.
std::string csv_text(const std::string& text);

// RFC 4180, ended by "\n"; texts as plain_lines() has them.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace cordboard::ctl
