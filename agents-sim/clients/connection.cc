#include "agents-sim/clients/connection.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <utility>

namespace cordboard::sim {
namespace {

std::shared_ptr<grpc::Channel> make_channel(const std::string& target, bool narrow) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);  // an earlier router there must not slow this one
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1'000);
  if (narrow) {
    arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
    arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 64 << 10);
  }
  return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments);
}

}  // namespace

Connection::Connection(const std::string& target, std::string tenant, Kind kind)
    : tenant_(std::move(tenant)),
      target_(target),
      kind_(kind),
      channel_(make_channel(target, kind == Kind::Narrow)) {}

void Connection::retarget(const std::string& target) {
  target_ = target;
  channel_ = make_channel(target, kind_ == Kind::Narrow);
}

std::shared_ptr<grpc::Channel> Connection::channel() const {
  return kind_ == Kind::Separate ? make_channel(target_, false) : channel_;
}

void Connection::prepare(grpc::ClientContext& context) const {
  context.set_wait_for_ready(true);
  if (!tenant_.empty()) context.AddMetadata("cordboard-tenant", tenant_);
}

}  // namespace cordboard::sim
