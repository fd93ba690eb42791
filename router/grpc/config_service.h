// ConfigService: see proto/cordboard/v1/config_service.proto.
//
// Dry runs work on a copy of the engine: the loop's thread takes the copy, a thread of this service restores
// it and applies the configuration to it, one after the other. The same thread compares the texts of two
// versions.

#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <memory>

#include "cordboard/v1/config_service.grpc.pb.h"
#include "router/grpc/gate.h"

namespace cordboard {

// Dry runs that wait or run; one more is refused as overloaded, because each holds a copy of a tenant.
inline constexpr int kMaxDryRuns = 4;

class ConfigServiceEdge final
    : public v1::ConfigService::WithCallbackMethod_Get<v1::ConfigService::WithCallbackMethod_Validate<
          v1::ConfigService::WithCallbackMethod_Apply<v1::ConfigService::WithCallbackMethod_ListVersions<
              v1::ConfigService::WithCallbackMethod_Rollback<v1::ConfigService::Service>>>>> {
 public:
  using Context = grpc::CallbackServerContext;

  explicit ConfigServiceEdge(const Gate& gate) : gate_(gate) {}
  // REQUIRES: no call is under way.
  ~ConfigServiceEdge() override { comparisons_.join(); }

  grpc::ServerUnaryReactor* Get(Context* context, const v1::GetRequest* request,
                                v1::GetResponse* response) override;
  grpc::ServerUnaryReactor* Validate(Context* context, const v1::ValidateRequest* request,
                                     v1::ValidateResponse* response) override;
  grpc::ServerUnaryReactor* Apply(Context* context, const v1::ApplyRequest* request,
                                  v1::ApplyResponse* response) override;
  grpc::ServerUnaryReactor* ListVersions(Context* context, const v1::ListVersionsRequest* request,
                                         v1::ListVersionsResponse* response) override;
  grpc::ServerUnaryReactor* Rollback(Context* context, const v1::RollbackRequest* request,
                                     v1::ApplyResponse* response) override;

 private:
  struct Change;

  grpc::ServerUnaryReactor* change(const Caller& caller, Context& context, Change&& change,
                                   v1::ApplyResponse* response);
  grpc::ServerUnaryReactor* dry_run(TenantEdge& tenant, Context& context, Change&& change,
                                    v1::ApplyResponse* response);
  grpc::ServerUnaryReactor* apply(TenantEdge& tenant, Context& context, Change&& change,
                                  v1::ApplyResponse* response);

  const Gate& gate_;
  std::atomic<int> dry_runs_under_way_{0};
  boost::asio::thread_pool comparisons_{1};  // dry runs, and what an Apply changed
};

}  // namespace cordboard
