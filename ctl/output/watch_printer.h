// Prints the messages of a watch as they come.
//
//   table  a line for each row, event and removal
//   json   a message a line
//   yaml   a document for each message, begun by "---"
//   csv    revision, at, what, name, row: a line as in the table, the row as JSON

#pragma once

#include <memory>
#include <ostream>

#include "cordboard/v1/supervisor_service.pb.h"
#include "ctl/output/output_format.h"

namespace cordboard::ctl {

class WatchPrinter {
 public:
  virtual ~WatchPrinter() = default;
  virtual void print(const v1::WatchResponse& response) = 0;
};

std::unique_ptr<WatchPrinter> make_watch_printer(OutputFormat format, std::ostream& out);

}  // namespace cordboard::ctl
