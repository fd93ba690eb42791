#include "agents-sim/clients/router_config.h"

#include <chrono>
#include <utility>

#include "cordboard/v1/config_service.grpc.pb.h"
#include "router/config/config.h"

namespace cordboard::sim {

std::variant<TenantConfig, RouterConfigError> fetch_config(const Connection& connection) {
  grpc::ClientContext context;
  connection.prepare(context);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  v1::GetResponse response;
  const auto stub = v1::ConfigService::NewStub(connection.channel());
  const grpc::Status status = stub->Get(&context, {}, &response);
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED)
    return RouterConfigError{"no router answers"};
  if (!status.ok()) return RouterConfigError{"the router's configuration: " + status.error_message()};
  ConfigResult parsed = parse_config(response.yaml(), response.version().source());
  if (!parsed.config) return RouterConfigError{parsed.diagnostics.text()};
  return std::move(parsed.config->tenant);
}

const QueueConfig* find_queue(const TenantConfig& router, std::string_view queue) {
  for (const QueueConfig& known : router.queues) {
    if (known.name == queue) return &known;
  }
  return nullptr;
}

std::uint32_t ring_of(const TenantConfig& router, std::string_view queue) {
  const QueueConfig* const known = find_queue(router, queue);
  return known == nullptr ? 1 : known->ring;
}

}  // namespace cordboard::sim
