#include "router/connect/connect_calls.h"

#include <google/protobuf/descriptor.h>

#include <chrono>
#include <utility>

#include "router/connect/connect_exchange.h"
#include "router/connect/connect_request.h"
#include "router/connect/envelope.h"

namespace cordboard {
namespace {

// Paths of services, whether there are such or not.
constexpr std::string_view kServicePaths = "/cordboard.v1.";

constexpr unsigned kHttp11 = 11;

// An answer to a call that does not begin. Of a stream that has another status than 200, clients do not read
// why.
void refuse(HttpReply& reply, const ConnectError& error, bool streams) {
  if (!streams || error.http_status != 0) return reply.send(error_response(error));
  HttpResponse response = stream_head();
  response.body = stream_end(&error);
  reply.send(std::move(response));
}

}  // namespace

ConnectCalls::ConnectCalls(const std::shared_ptr<grpc::Channel>& channel, const Gate& gate, HostRule hosts)
    : stub_(channel),
      gate_(gate),
      hosts_(std::move(hosts)),
      under_way_(this, [ended = all_ended_](void*) { ended->set_value(); }) {
  for (const std::string& name : kServices) {
    const auto* const service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    for (int i = 0; i < service->method_count(); ++i) {
      const auto* const method = service->method(i);
      methods_.emplace(
          "/" + name + "/" + method->name(),
          Method{method->input_type()->full_name(), method->client_streaming(), method->server_streaming()});
    }
  }
}

ConnectCalls::~ConnectCalls() {
  under_way_.reset();
  all_ended_->get_future().wait();
}

bool ConnectCalls::has(std::string_view path) const { return path.starts_with(kServicePaths); }

std::shared_ptr<HttpCall> ConnectCalls::begin(HttpRequest request, std::shared_ptr<HttpReply> reply) {
  const auto found = methods_.find(request.path);
  const bool streams =
      found != methods_.end() && found->second.server_streams && !found->second.client_streams;
  const auto refused = [&](const ConnectError& error) {
    refuse(*reply, error, streams);
    return nullptr;
  };
  if (const auto foreign = check_same_site(request, hosts_)) return refused(*foreign);
  if (found == methods_.end()) {
    return refused({ConnectCode::Unimplemented, "there is no " + request.path, {}, 404});
  }
  const Method& method = found->second;
  if (method.client_streams) {
    return refused(
        {ConnectCode::Unimplemented,
         request.path + " is a stream both ways, for gRPC only; there are unary methods and Listen"});
  }
  auto headers = read_headers(request, streams);
  if (const auto* wrong = std::get_if<ConnectError>(&headers)) return refused(*wrong);
  if (streams) {
    if (request.version < kHttp11) {
      return refused({ConnectCode::Unimplemented, request.path + " is a stream: it needs HTTP/1.1", {}, 505});
    }
    auto message = only_message(request.body);
    if (const auto* wrong = std::get_if<ConnectError>(&message)) return refused(*wrong);
    request.body.erase(0, kEnvelopeHeaderBytes);
    if (!reply->reserve_stream()) {
      return refused(
          {ConnectCode::ResourceExhausted,
           "too many streams are open on this listener: three quarters of server.http_connections"});
    }
  }

  const auto& taken = std::get<ConnectHeaders>(headers);
  auto context = std::make_unique<grpc::ClientContext>();
  auto timeout = taken.timeout;
  if (!timeout && !streams) timeout = kUnaryTimeout;
  if (timeout) context->set_deadline(std::chrono::system_clock::now() + *timeout);
  if (!taken.authorization.empty()) context->AddMetadata("authorization", taken.authorization);
  if (!taken.tenant.empty()) context->AddMetadata(kTenantKey, taken.tenant);
  context->AddMetadata(kBrowserKey, gate_.vouch(request.client));
  ConnectStart start{under_way_,         std::move(request.path), method.input, std::move(request.body),
                     std::move(context), std::move(reply)};
  return streams ? begin_stream(stub_, std::move(start)) : begin_unary(stub_, std::move(start));
}

}  // namespace cordboard
