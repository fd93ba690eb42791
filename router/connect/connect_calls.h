// Calls of browsers: the Connect protocol, passed on to the services of the gRPC server within the process,
// so that a browser is let in, limited, shed and audited by the same code as everybody else.
//
// Messages are passed on as bytes. A stream is read from gRPC one message at a time, the next when the
// client's machine has taken the one before, so that one message at most waits here, and gRPC's limits bound
// the rest.

#pragma once

#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <unordered_map>

#include "router/connect/same_site.h"
#include "router/grpc/gate.h"
#include "router/http/http_call.h"

namespace cordboard {

// Of a unary call that names none: what hangs must not keep a connection for ever.
inline constexpr std::chrono::seconds kUnaryTimeout{60};

using ByteStub = grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer>;

class ConnectCalls final : public HttpCalls {
 public:
  // `channel` leads to the server whose calls `gate` lets in, which outlives this.
  ConnectCalls(const std::shared_ptr<grpc::Channel>& channel, const Gate& gate, HostRule hosts);
  // Waits for the calls under way, which the HTTP server has told gone().
  ~ConnectCalls() override;

  bool has(std::string_view path) const override;
  std::shared_ptr<HttpCall> begin(HttpRequest request, std::shared_ptr<HttpReply> reply) override;

 private:
  struct Method {
    std::string input;  // the name of the request's message
    bool client_streams;
    bool server_streams;
  };

  ByteStub stub_;
  const Gate& gate_;
  const HostRule hosts_;
  std::unordered_map<std::string, Method> methods_;  // by path; never iterated
  // A call keeps the channel, and ends on a thread of gRPC: were it the last to let go of it, this thread
  // would wait for its own end. So each has a share of this, and the channel goes when all have given theirs
  // back.
  const std::shared_ptr<std::promise<void>> all_ended_ = std::make_shared<std::promise<void>>();
  std::shared_ptr<void> under_way_;
};

}  // namespace cordboard
