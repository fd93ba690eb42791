// What is printed of a request that was done.

#pragma once

#include <google/protobuf/message.h>

#include <ostream>

#include "cordboard/v1/receipt.pb.h"
#include "ctl/output/output_format.h"
#include "ctl/output/printer.h"
#include "ctl/output/value_text.h"

namespace cordboard::ctl {

// Table: one line with the receipt. Otherwise the whole answer.
template <class Response>
void print_done(OutputFormat format, const Response& response, std::ostream& out) {
  if (format != OutputFormat::Table) return print_message(format, response, out);
  const v1::Receipt& receipt = response.receipt();
  out << (receipt.repeated() ? "done before" : "done") << " at revision " << receipt.revision() << ", "
      << second_text(receipt.at()) << '\n';
}

}  // namespace cordboard::ctl
