// What a call brings along: the channel's encryption, and the caller's token.
//
// Files are read anew for each channel and call, so that certificates and tokens may change under a command
// that runs for long. Throws CommandFailed (BadConfig) when the target or the tenant cannot be one, when a
// file cannot be read or holds something else, and when a token would leave the machine unencrypted.

#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <string>

#include "ctl/client/router_choice.h"

namespace cordboard::ctl {

std::shared_ptr<grpc::Channel> open_channel(const RouterChoice& choice);

// Adds the tenant and the token. REQUIRES: a channel was opened with the same choice.
void add_metadata(const RouterChoice& choice, grpc::ClientContext& context);

}  // namespace cordboard::ctl
