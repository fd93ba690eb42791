// ConfigService: see proto/cordboard/v1/config_service.proto.

#pragma once

#include "cordboard/v1/config_service.grpc.pb.h"
#include "router/grpc/tenant_directory.h"

namespace cordboard {

class ConfigServiceEdge final
    : public v1::ConfigService::WithCallbackMethod_Get<
          v1::ConfigService::WithCallbackMethod_Validate<v1::ConfigService::Service>> {
 public:
  explicit ConfigServiceEdge(const TenantDirectory& tenants) : tenants_(tenants) {}

  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context, const v1::GetRequest* request,
                                v1::GetResponse* response) override;
  grpc::ServerUnaryReactor* Validate(grpc::CallbackServerContext* context, const v1::ValidateRequest* request,
                                     v1::ValidateResponse* response) override;

 private:
  const TenantDirectory& tenants_;
};

}  // namespace cordboard
