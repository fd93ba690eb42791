#include "router/connect/connect_exchange.h"

#include <utility>
#include <vector>

#include "cordboard/v1/error.pb.h"
#include "router/connect/connect_request.h"
#include "router/connect/envelope.h"

namespace cordboard {
namespace {

grpc::ByteBuffer to_buffer(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

// `before` and the bytes of a message.
std::string to_bytes(const grpc::ByteBuffer& buffer, std::string before) {
  std::vector<grpc::Slice> slices;
  (void)buffer.Dump(&slices);
  before.reserve(before.size() + buffer.Length());
  for (const grpc::Slice& slice : slices) {
    before.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return before;
}

// REQUIRES: the status is not OK.
ConnectError to_error(const grpc::Status& status, const std::string& input) {
  ConnectError error{connect_code(status.error_code()), status.error_message()};
  // The method exists, so this is how the library answers what it cannot parse.
  if (error.code == ConnectCode::Unimplemented && error.message.empty()) {
    return {ConnectCode::InvalidArgument, "the message is not a " + input};
  }
  v1::ErrorStatus packed;
  if (!packed.ParseFromString(status.error_details())) return error;
  for (const google::protobuf::Any& detail : packed.details()) {
    const std::string& url = detail.type_url();
    error.details.push_back({url.substr(url.rfind('/') + 1), detail.value()});
  }
  return error;
}

class UnaryExchange final : public HttpCall, public grpc::ClientUnaryReactor {
 public:
  explicit UnaryExchange(ConnectStart start)
      : start_(std::move(start)), request_(to_buffer(std::exchange(start_.message, {}))) {}

  void run(ByteStub& stub, std::shared_ptr<UnaryExchange> self) {
    self_ = std::move(self);
    stub.PrepareUnaryCall(start_.context.get(), start_.path, {}, &request_, &response_, this);
    StartCall();
  }

 private:
  void written() override {}
  void gone() override { start_.context->TryCancel(); }

  void OnDone(const grpc::Status& status) override {
    const auto self = std::move(self_);
    if (status.ok()) {
      start_.reply->send({200, kUnaryContent, to_bytes(response_, {}), {}});
    } else {
      start_.reply->send(error_response(to_error(status, start_.input)));
    }
  }

  ConnectStart start_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  std::shared_ptr<UnaryExchange> self_;  // until gRPC is done with it
};

// A hold keeps gRPC from ending the call while a message is with the HTTP server, when nothing of it is
// asked.
class StreamExchange final : public HttpCall,
                             public grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit StreamExchange(ConnectStart start)
      : start_(std::move(start)), request_(to_buffer(std::exchange(start_.message, {}))) {}

  void run(ByteStub& stub, std::shared_ptr<StreamExchange> self) {
    self_ = std::move(self);
    stub.PrepareBidiStreamingCall(start_.context.get(), start_.path, {}, this);
    start_.reply->begin(stream_head());
    AddHold();
    StartWriteLast(&request_, {});
    StartRead(&incoming_);
    StartCall();
  }

 private:
  void OnWriteDone(bool) override { request_.Clear(); }

  void OnReadDone(bool ok) override {
    {
      const std::lock_guard lock(mutex_);
      if (ok && !gone_) {
        passing_ = true;
      } else {
        ok = false;
      }
    }
    if (!ok) return RemoveHold();
    start_.reply->write(to_bytes(incoming_, envelope_header(EnvelopeKind::Message, incoming_.Length())));
  }

  void written() override {
    {
      const std::lock_guard lock(mutex_);
      passing_ = false;
    }
    StartRead(&incoming_);
  }

  void gone() override {
    bool held = false;
    {
      const std::lock_guard lock(mutex_);
      gone_ = true;
      held = std::exchange(passing_, false);
    }
    start_.context->TryCancel();
    if (held) RemoveHold();
  }

  void OnDone(const grpc::Status& status) override {
    const auto self = std::move(self_);
    if (status.ok()) return start_.reply->end(stream_end(nullptr));
    const ConnectError error = to_error(status, start_.input);
    start_.reply->end(stream_end(&error));
  }

  ConnectStart start_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer incoming_;
  std::shared_ptr<StreamExchange> self_;  // until gRPC is done with it
  std::mutex mutex_;
  bool passing_ = false;  // a message is with the HTTP server, which will say written() or gone()
  bool gone_ = false;
};

}  // namespace

HttpResponse error_response(const ConnectError& error) {
  const unsigned status = error.http_status != 0 ? error.http_status : http_status_of(error.code);
  return {status, "application/json", error_json(error), {}};
}

// Proxies are asked not to collect what should be seen at once.
HttpResponse stream_head() { return {200, kStreamContent, "", {{"X-Accel-Buffering", "no"}}}; }

std::string stream_end(const ConnectError* error) {
  const std::string json = end_of_stream_json(error);
  return envelope_header(EnvelopeKind::EndOfStream, json.size()) + json;
}

std::shared_ptr<HttpCall> begin_unary(ByteStub& stub, ConnectStart start) {
  auto exchange = std::make_shared<UnaryExchange>(std::move(start));
  exchange->run(stub, exchange);
  return exchange;
}

std::shared_ptr<HttpCall> begin_stream(ByteStub& stub, ConnectStart start) {
  auto exchange = std::make_shared<StreamExchange>(std::move(start));
  exchange->run(stub, exchange);
  return exchange;
}

}  // namespace cordboard
