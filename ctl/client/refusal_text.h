// What a failed call means to the person who made it.

#pragma once

#include <grpcpp/support/status.h>

#include <string>

#include "cordboard/v1/error.pb.h"
#include "ctl/client/command_failed.h"
#include "ctl/client/router_choice.h"

namespace cordboard::ctl {

// A default message when the status has none.
v1::RejectionDetail rejection_of(const grpc::Status& status);

// The call may have done what it asked for: it was on its way, and no answer came.
bool answer_was_lost(const grpc::Status& status);

// `hint`: what to do, in words; empty: what is usual for such a failure.
CommandFailed failure_of(const grpc::Status& status, const RouterChoice& choice, const std::string& hint);

}  // namespace cordboard::ctl
