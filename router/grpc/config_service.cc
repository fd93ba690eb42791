#include "router/grpc/config_service.h"

#include "router/codec/api_time.h"
#include "router/config/config.h"
#include "router/grpc/unary_call.h"

namespace cordboard {
namespace {

void fill_diagnostic(const Diagnostic& from, v1::Diagnostic* to) {
  to->set_severity(from.severity == Severity::Error ? v1::Diagnostic::ERROR : v1::Diagnostic::WARNING);
  to->set_line(static_cast<std::uint32_t>(from.line));
  to->set_column(static_cast<std::uint32_t>(from.column));
  to->set_key(from.path);
  to->set_message(from.message);
  to->set_suggestion(from.suggestion);
}

}  // namespace

grpc::ServerUnaryReactor* ConfigServiceEdge::Get(grpc::CallbackServerContext* context, const v1::GetRequest*,
                                                 v1::GetResponse* response) {
  TenantEdge* const tenant = tenants_.find(*context);
  if (tenant == nullptr) return finish(*context, to_status(TenantDirectory::unknown_tenant()));
  response->set_yaml(tenant->config.text);
  response->set_version(tenant->config.version);
  response->set_source(tenant->config.source);
  fill_time(time_from_us(tenant->config.applied_at_us), response->mutable_applied_at());
  return finish(*context, grpc::Status::OK);
}

// Takes time in proportion to the text, on a thread of gRPC.
grpc::ServerUnaryReactor* ConfigServiceEdge::Validate(grpc::CallbackServerContext* context,
                                                      const v1::ValidateRequest* request,
                                                      v1::ValidateResponse* response) {
  if (tenants_.find(*context) == nullptr) {
    return finish(*context, to_status(TenantDirectory::unknown_tenant()));
  }
  const ConfigResult result = parse_config(request->yaml(), "request");
  response->set_valid(result.config.has_value());
  for (const Diagnostic& diagnostic : result.diagnostics.all()) {
    fill_diagnostic(diagnostic, response->add_diagnostics());
  }
  return finish(*context, grpc::Status::OK);
}

}  // namespace cordboard
