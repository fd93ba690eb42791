// Sends what a supervisor decided.

#pragma once

#include "cordboard/v1/act.pb.h"
#include "ctl/client/actor.h"
#include "ctl/client/command_options.h"

namespace cordboard::ctl {

// Fills in who, why and the request id; prints the receipt.
void do_act(const RouterOptions& options, const Actor& actor, v1::ActRequest request, Terminal& terminal);

}  // namespace cordboard::ctl
