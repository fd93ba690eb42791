// cordboardctl events: everything that happened, from the log of a router that is stopped.
//
// One JSON object a line, in the order of the log: the tenant, the revision, the time of its command, and the
// event by protobuf's JSON mapping of `v1::Event`. Whoever counts from these lines alone has the figures that
// the router shows; tests/figures does. Nothing of customers is in events; ids of contacts are as the gateway
// gave them.
//
// The log is applied again from its first record, so all of it must be kept (`server.keep_log`): a log that
// begins later ends with BadConfig and says where it begins. Lines are printed as they come, because there
// may be more of them than memory: whoever reads them slowly holds the store for that time. What is damaged
// ends it with StoreDamaged, and what was printed until then did happen.

#pragma once

#include <CLI/App.hpp>

#include "ctl/command.h"

namespace cordboard::ctl {

// REQUIRES: both outlive the parsing of the command line.
void add_events(CLI::App& app, Terminal& terminal);

}  // namespace cordboard::ctl
