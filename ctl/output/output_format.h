// How a command prints its answer.
//
//   table  for people; columns may change
//   json   protobuf's JSON mapping of the API's messages; fields without a value are there, too. A list is an
//          array with a row a line; `watch` prints one message a line
//   yaml   the same members as YAML
//   csv    RFC 4180 with a header and "\n": a column for each member, named by its path as in JSON; what is
//          repeated is JSON in its cell; texts that begin with = + - or @ get a ' before them

#pragma once

#include <cstdint>

namespace cordboard::ctl {

enum class OutputFormat : std::uint8_t { Table, Json, Yaml, Csv };

}  // namespace cordboard::ctl
