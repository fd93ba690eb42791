#include "router/grpc/config_service.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <string>
#include <utility>

#include "router/codec/api_time.h"
#include "router/config/config.h"
#include "router/config/config_changes.h"
#include "router/core/config_impact.h"
#include "router/core/state.h"
#include "router/grpc/unary_call.h"

namespace cordboard {
namespace {

using Detail = v1::RejectionDetail;

constexpr std::uint32_t kVersionsPerPage = 100;
constexpr std::uint32_t kMaxVersionsPerPage = 1'000;

void fill_diagnostic(const Diagnostic& from, v1::Diagnostic* to) {
  to->set_severity(from.severity == Severity::Error ? v1::Diagnostic::ERROR : v1::Diagnostic::WARNING);
  to->set_line(static_cast<std::uint32_t>(from.line));
  to->set_column(static_cast<std::uint32_t>(from.column));
  to->set_key(from.path);
  to->set_message(from.message);
  to->set_suggestion(from.suggestion);
}

void fill_check(const ConfigResult& result, v1::ValidateResponse* response) {
  response->set_valid(result.config.has_value());
  for (const Diagnostic& diagnostic : result.diagnostics.all()) {
    fill_diagnostic(diagnostic, response->add_diagnostics());
  }
}

void fill_version(const ConfigVersion& version, v1::ConfigVersion* row) {
  row->set_number(version.version);
  fill_time(time_from_us(version.applied_at_us), row->mutable_applied_at());
  row->set_source(version.source);
  row->set_bytes(version.text.size());
}

// From the version before `version` to this text.
void fill_changes(const ConfigHistory& versions, std::uint64_t version, const std::string& text,
                  v1::ApplyResponse* response) {
  const ConfigHistory::Version before = versions.find(version - 1);
  if (before == nullptr) return;  // not kept any more
  const ConfigChanges changes = config_changes(before->text, text);
  for (const ConfigChange& change : changes.changes) {
    v1::ConfigChange* const row = response->add_changes();
    row->set_path(change.path);
    row->set_before(change.before);
    row->set_after(change.after);
  }
  response->set_changes_left_out(static_cast<std::uint32_t>(changes.left_out));
}

void fill_impact(const ConfigImpact& impact, v1::ApplyResponse* response) {
  if (impact.rejection) fill_rejection(*impact.rejection, response->mutable_rejection());
  for (const QueueImpact& queue : impact.queues) {
    v1::QueueImpact* const row = response->add_impact();
    row->set_queue(queue.queue);
    row->set_added(queue.added);
    row->set_removed(queue.removed);
    row->set_draining(queue.draining);
    row->set_unanswered_before(queue.unanswered_before);
    row->set_unanswered_after(queue.unanswered_after);
    row->set_unservable_before(queue.unservable_before);
    row->set_unservable_after(queue.unservable_after);
    row->set_offers_made(queue.offers_made);
    row->set_offers_rescinded(queue.offers_rescinded);
    row->set_contacts_ended(queue.contacts_ended);
  }
}

grpc::Status unknown_version(std::uint64_t version) {
  return to_status(Refusal{Detail::UNKNOWN_VERSION,
                           "version " + std::to_string(version) + " was never applied or is not kept"});
}

std::string first_error(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity == Severity::Error) return to_string(diagnostic);
  }
  return "it cannot be read";
}

}  // namespace

// A configuration on its way into force.
struct ConfigServiceEdge::Change {
  std::string yaml;
  std::string source;  // see ConfigVersion
  std::uint64_t if_version = 0;
  bool dry_run = false;
  std::string supervisor;
  std::string roles = {};
  std::string reason;
  std::string request_id;
  TenantConfig config;
};

grpc::ServerUnaryReactor* ConfigServiceEdge::Get(Context* context, const v1::GetRequest* request,
                                                 v1::GetResponse* response) {
  const Caller caller = gate_.admit<v1::GetRequest>(*context);
  if (caller.refused) return finish(*context, to_status(*caller.refused));
  if (const Refused refused = caller.intake(RequestClass::Look)) {
    return finish(*context, refuse(*context, *refused));
  }
  const ConfigHistory::Version found = caller.tenant->configs.find(request->version());
  if (found == nullptr) return finish(*context, unknown_version(request->version()));
  response->set_yaml(found->text);
  fill_version(*found, response->mutable_version());
  return finish(*context, grpc::Status::OK);
}

// Takes time in proportion to the text, on a thread of gRPC.
grpc::ServerUnaryReactor* ConfigServiceEdge::Validate(Context* context, const v1::ValidateRequest* request,
                                                      v1::ValidateResponse* response) {
  const Caller caller = gate_.admit<v1::ValidateRequest>(*context);
  if (caller.refused) return finish(*context, to_status(*caller.refused));
  if (const Refused refused = caller.intake(RequestClass::Look)) {
    return finish(*context, refuse(*context, *refused));
  }
  fill_check(parse_config(request->yaml(), "request"), response);
  return finish(*context, grpc::Status::OK);
}

grpc::ServerUnaryReactor* ConfigServiceEdge::ListVersions(Context* context,
                                                          const v1::ListVersionsRequest* request,
                                                          v1::ListVersionsResponse* response) {
  const Caller caller = gate_.admit<v1::ListVersionsRequest>(*context);
  if (caller.refused) return finish(*context, to_status(*caller.refused));
  if (const Refused refused = caller.intake(RequestClass::Look)) {
    return finish(*context, refuse(*context, *refused));
  }
  const std::uint32_t asked = request->limit() == 0 ? kVersionsPerPage : request->limit();
  const std::size_t limit = std::min(asked, kMaxVersionsPerPage);
  const auto versions = caller.tenant->configs.list(request->before_version(), limit + 1);
  for (std::size_t i = 0; i < std::min(limit, versions.size()); ++i) {
    fill_version(*versions[i], response->add_versions());
  }
  response->set_more(versions.size() > limit);
  return finish(*context, grpc::Status::OK);
}

grpc::ServerUnaryReactor* ConfigServiceEdge::Apply(Context* context, const v1::ApplyRequest* request,
                                                   v1::ApplyResponse* response) {
  const Caller caller = gate_.admit<v1::ApplyRequest>(*context);
  if (caller.refused) return finish(*context, to_status(*caller.refused));
  if (const Refused refused = caller.intake(RequestClass::Progress)) {
    return finish(*context, refuse(*context, *refused));
  }
  return change(caller, *context,
                {.yaml = request->yaml(),
                 .source = kAppliedSource,
                 .if_version = request->if_version(),
                 .dry_run = request->dry_run(),
                 .supervisor = request->supervisor(),
                 .reason = request->reason(),
                 .request_id = request->request_id(),
                 .config = {}},
                response);
}

grpc::ServerUnaryReactor* ConfigServiceEdge::Rollback(Context* context, const v1::RollbackRequest* request,
                                                      v1::ApplyResponse* response) {
  const Caller caller = gate_.admit<v1::RollbackRequest>(*context);
  if (caller.refused) return finish(*context, to_status(*caller.refused));
  if (const Refused refused = caller.intake(RequestClass::Progress)) {
    return finish(*context, refuse(*context, *refused));
  }
  if (request->version() == 0) {
    return finish(*context, to_status(malformed("version: the version to go back to is missing")));
  }
  const ConfigHistory::Version found = caller.tenant->configs.find(request->version());
  if (found == nullptr) return finish(*context, unknown_version(request->version()));
  return change(caller, *context,
                {.yaml = found->text,
                 .source = kRolledBackSource + std::to_string(request->version()),
                 .if_version = request->if_version(),
                 .dry_run = request->dry_run(),
                 .supervisor = request->supervisor(),
                 .reason = request->reason(),
                 .request_id = request->request_id(),
                 .config = {}},
                response);
}

// Checks on a thread of gRPC, as Validate does.
grpc::ServerUnaryReactor* ConfigServiceEdge::change(const Caller& caller, Context& context, Change&& change,
                                                    v1::ApplyResponse* response) {
  if (const Refused refused = name_supervisor(caller, change.supervisor)) {
    return finish(context, to_status(*refused));
  }
  change.roles = caller.roles();
  if (change.supervisor.empty() && !change.dry_run) {
    return finish(context, to_status(malformed("supervisor: who applies it is missing")));
  }
  ConfigResult result = parse_config(change.yaml, "request");
  if (!result.config && !change.dry_run) {
    return finish(context,
                  to_status(Refusal{Detail::INVALID_CONFIGURATION, first_error(result.diagnostics)}));
  }
  fill_check(result, response->mutable_check());
  if (!result.config) return finish(context, grpc::Status::OK);
  change.config = std::move(result.config->tenant);
  return change.dry_run ? dry_run(*caller.tenant, context, std::move(change), response)
                        : apply(*caller.tenant, context, std::move(change), response);
}

grpc::ServerUnaryReactor* ConfigServiceEdge::dry_run(TenantEdge& tenant, Context& context, Change&& change,
                                                     v1::ApplyResponse* response) {
  if (dry_runs_under_way_.fetch_add(1) >= kMaxDryRuns) {
    dry_runs_under_way_.fetch_sub(1);
    return finish(context, refuse(context, Admission::Overloaded));
  }
  const std::shared_ptr<void> place(nullptr, [this](void*) { dry_runs_under_way_.fetch_sub(1); });
  grpc::ServerUnaryReactor* const reactor = context.DefaultReactor();
  auto call = std::make_shared<UnaryCall>(reactor);
  auto wanted = std::make_shared<Change>(std::move(change));
  const Admission admission =
      tenant.loop.query([this, place, call, wanted, response, configs = &tenant.configs](
                            const Engine& engine, std::uint64_t) -> Release {
        auto copy = std::make_shared<const std::string>(engine.snapshot());
        return [this, place, call, wanted, response, copy, configs] {
          boost::asio::post(comparisons_, [place, call, wanted, response, copy, configs] {
            Engine restored;
            const auto error = restored.restore(*copy);
            CB_ASSERT(!error, "a copy of an engine cannot be read");
            const std::uint64_t next = restored.state().config_version + 1;
            response->mutable_version()->set_number(next);
            fill_changes(*configs, next, wanted->yaml, response);
            fill_impact(preview_config(std::move(restored), wanted->config, wanted->if_version), response);
            call->set(grpc::Status::OK);
          });
        };
      });
  if (admission != Admission::Admitted) call->set(refuse(context, admission));
  return reactor;
}

grpc::ServerUnaryReactor* ConfigServiceEdge::apply(TenantEdge& tenant, Context& context, Change&& change,
                                                   v1::ApplyResponse* response) {
  grpc::ServerUnaryReactor* const reactor = context.DefaultReactor();
  auto call = std::make_shared<UnaryCall>(reactor);
  const std::string source = change.source + (change.reason.empty() ? "" : ": " + change.reason);
  Request request;
  request.body = ApplyConfig{.config = std::move(change.config),
                             .if_version = change.if_version,
                             .supervisor = std::move(change.supervisor),
                             .reason = std::move(change.reason)};
  request.request_id = std::move(change.request_id);
  request.roles = std::move(change.roles);
  request.config_text = change.yaml;
  request.config_source = source;
  request.reply = [this, call, response, &tenant, source, request_id = request.request_id,
                   text = std::move(change.yaml)](const Answer& answer) mutable {
    if (answer.outcome.rejection) return call->set(to_status(*answer.outcome.rejection));
    ConfigHistory& versions = tenant.configs;
    if (!answer.outcome.repeated) {
      versions.add({versions.find(0)->version + 1, to_us(answer.at), source, std::move(text),
                    ConfigOrigin::Request, request_id});
    }
    ConfigHistory::Version made = versions.find_request(request_id);
    if (request_id.empty() || made == nullptr) made = versions.find(0);
    fill_version(*made, response->mutable_version());
    fill_receipt(answer.revision, answer.at, answer.outcome.repeated, response->mutable_receipt());
    // Comparing takes time in proportion to the texts, which this thread does not have.
    boost::asio::post(comparisons_, [call, response, made, &versions] {
      fill_changes(versions, made->version, made->text, response);
      call->set(grpc::Status::OK);
    });
  };
  const Admission admission = tenant.loop.submit(std::move(request));
  if (admission != Admission::Admitted) call->set(refuse(context, admission));
  return reactor;
}

}  // namespace cordboard
