#include "router/config/config.h"

#include <utility>

#include "router/config/access_schema.h"
#include "router/config/calendar_schema.h"
#include "router/config/escalation_schema.h"
#include "router/config/server_schema.h"
#include "router/config/tenant_checks.h"
#include "router/config/tenant_schema.h"
#include "router/config/yaml_reader.h"

namespace cordboard {
namespace {

struct FileDraft : TenantDraft {
  ServerConfig server;
};

const Schema<FileDraft>& file_schema() {
  static const Schema<FileDraft> schema(
      tenant_schema(),
      {custom_key<FileDraft>({"server", "mapping", "see below", "", "Settings of the process."},
                             [](const Reader& reader, FileDraft& file) {
                               server_schema().read(reader, file.server);
                               check_access(reader, file.server);
                             })});
  return schema;
}

// An empty document is an empty mapping. nullopt when something was reported as an error.
std::optional<FileDraft> read_draft(const Reader& reader, const Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.error_count();
  FileDraft draft;
  if (!reader.is_null()) file_schema().read(reader, draft);
  resolve_tenant(reader, draft);
  if (diagnostics.error_count() == errors_before) warn_about_tenant(reader, draft);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return draft;
}

ConfigResult read_config(YamlFile& file) {
  ConfigResult result;
  if (!file.diagnostics().has_errors()) {
    if (auto draft = read_draft(file.root(), file.diagnostics())) {
      result.config = LoadedConfig{std::move(static_cast<TenantConfig&>(*draft)), std::move(draft->server)};
    }
  }
  result.text = file.text();
  result.diagnostics = file.diagnostics();
  return result;
}

}  // namespace

ConfigResult load_config_file(const std::string& path) {
  YamlFile file = YamlFile::load(path);
  return read_config(file);
}

ConfigResult parse_config(std::string_view text, std::string source_name) {
  YamlFile file(std::string(text), std::move(source_name));
  return read_config(file);
}

std::optional<TenantConfig> parse_tenant_config(const Reader& reader) {
  auto draft = read_draft(reader, reader.diagnostics());
  if (!draft) return std::nullopt;
  if (const auto server = reader.find("server")) server->warning("has no effect here");
  return std::move(static_cast<TenantConfig&>(*draft));
}

std::string_view to_string(AgentStrategy strategy) {
  switch (strategy) {
    case AgentStrategy::LongestIdle:
      return "longest_idle";
    case AgentStrategy::MostSkilled:
      return "most_skilled";
    case AgentStrategy::LeastSkilled:
      return "least_skilled";
    case AgentStrategy::ScarceFirst:
      return "scarce_first";
    case AgentStrategy::LeastOccupied:
      return "least_occupied";
    case AgentStrategy::FewestContacts:
      return "fewest_contacts";
    case AgentStrategy::RoundRobin:
      return "round_robin";
    case AgentStrategy::Random:
      return "random";
  }
  return "unknown";
}

std::string_view to_string(RemovedQueues removed) {
  return removed == RemovedQueues::Drain ? "drain" : "refuse";
}

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::Trace:
      return "trace";
    case LogLevel::Debug:
      return "debug";
    case LogLevel::Info:
      return "info";
    case LogLevel::Warn:
      return "warn";
    case LogLevel::Error:
      return "error";
    case LogLevel::Critical:
      return "critical";
    case LogLevel::Off:
      return "off";
  }
  return "unknown";
}

std::vector<SectionDoc> config_sections() {
  return {file_schema().document(""),
          queue_schema().document("queues[]"),
          last_agent_schema().document("queues[].last_agent"),
          relax_schema().document("queues[].relax[]"),
          escalation_schema().document("queues[].escalate[]"),
          service_level_schema().document("queues[].service_level"),
          split_schema().document("splits[]"),
          split_share_schema().document("splits[].to[]"),
          calendar_schema().document("calendars[]"),
          special_day_schema().document("calendars[].holidays[]"),
          redial_schema().document("queues[].redial"),
          callback_schema().document("queues[].callback"),
          agent_schema().document("agents[]"),
          agent_channel_schema().document("agents[].channels.NAME"),
          channel_schema().document("channels.NAME"),
          limits_schema().document("limits"),
          server_schema().document("server"),
          rates_schema().document("server.rates"),
          tls_schema().document("server.tls"),
          access_schema().document("server.access"),
          token_schema().document("server.access.tokens"),
          certificate_grant_schema().document("server.access.certificates[]")};
}

}  // namespace cordboard
