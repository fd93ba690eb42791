#include "router/codec/storage_audit.h"

#include <limits>
#include <utility>
#include <variant>

#include "cordboard/storage/v1/audit.pb.h"
#include "router/codec/storage_reader.h"
#include "router/codec/wire_writer.h"
#include "router/core/assert.h"

namespace cordboard {

using Record = storage::v1::AuditRecord;

namespace {

// Who did it, and what: as the command says.
struct Doer {
  const std::string& supervisor;
  SupervisorVerb verb;
};
std::optional<Doer> doer_of(const CommandBody& body) {
  if (const auto* act = std::get_if<Supervise>(&body)) return Doer{act->supervisor, act->verb};
  if (const auto* mode = std::get_if<SetQueueMode>(&body))
    return Doer{mode->supervisor, SupervisorVerb::SetQueueMode};
  if (const auto* forget = std::get_if<ForgetCustomer>(&body))
    return Doer{forget->supervisor, SupervisorVerb::ForgetCustomer};
  if (const auto* config = std::get_if<ApplyConfig>(&body))
    return Doer{config->supervisor, SupervisorVerb::ApplyConfig};
  return std::nullopt;
}

// The engine remembers each act but that of the file that a router is started with, which is nobody's.
SupervisorAct act_of(const Command& command, const Doer& doer, const State& state) {
  const auto* const config = std::get_if<ApplyConfig>(&command.body);
  if (config != nullptr && config->supervisor.empty()) {
    SupervisorAct act;
    act.at = command.at;
    act.verb = SupervisorVerb::ApplyConfig;
    act.what = "version=" + std::to_string(config->version);
    return act;
  }
  CB_ASSERT(!state.acts.empty(), "an act is not remembered");
  const SupervisorAct& newest = state.acts.back();
  CB_ASSERT(newest.at == command.at, "the newest act is of another time");
  CB_ASSERT(newest.verb == doer.verb, "the newest act is another one");
  CB_ASSERT(newest.supervisor == doer.supervisor, "the newest act is somebody else's");
  return newest;
}

}  // namespace

bool is_audited(const CommandBody& body) { return doer_of(body).has_value(); }

std::optional<AuditEntry> audit_entry(const Command& command, const State& state, std::uint64_t sequence,
                                      std::string roles) {
  const auto doer = doer_of(command.body);
  if (!doer) return std::nullopt;
  const SupervisorAct act = act_of(command, *doer, state);
  return AuditEntry{.at = act.at,
                    .who = act.supervisor,
                    .roles = std::move(roles),
                    .action = std::string(to_string(act.verb)),
                    .contact = act.contact,
                    .agent = act.agent,
                    .queue = act.queue,
                    .what = act.what,
                    .reason = act.reason,
                    .refusal = {},
                    .attempts = 0,
                    .sequence = sequence};
}

std::string encode_audit(const AuditEntry& entry) {
  std::string bytes;
  WireWriter writer(bytes);
  writer.number(Record::kAtUsFieldNumber, static_cast<std::uint64_t>(to_us(entry.at)));
  writer.text(Record::kWhoFieldNumber, entry.who);
  writer.text(Record::kRolesFieldNumber, entry.roles);
  writer.text(Record::kActionFieldNumber, entry.action);
  writer.text(Record::kContactFieldNumber, entry.contact);
  writer.text(Record::kAgentFieldNumber, entry.agent);
  writer.text(Record::kQueueFieldNumber, entry.queue);
  writer.text(Record::kWhatFieldNumber, entry.what);
  writer.text(Record::kReasonFieldNumber, entry.reason);
  writer.text(Record::kRefusalFieldNumber, entry.refusal);
  writer.number(Record::kAttemptsFieldNumber, entry.attempts);
  writer.number(Record::kSequenceFieldNumber, entry.sequence);
  return bytes;
}

std::optional<AuditError> decode_audit(std::string_view bytes, AuditEntry& entry) {
  Record record;
  const bool fits = bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max());
  if (!fits || !record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return AuditError{.what = "the bytes are no audit record"};
  }
  StorageReader reader;
  reader.known(record);
  entry = {.at = time_from_us(record.at_us()),
           .who = std::move(*record.mutable_who()),
           .roles = std::move(*record.mutable_roles()),
           .action = std::move(*record.mutable_action()),
           .contact = std::move(*record.mutable_contact()),
           .agent = std::move(*record.mutable_agent()),
           .queue = std::move(*record.mutable_queue()),
           .what = std::move(*record.mutable_what()),
           .reason = std::move(*record.mutable_reason()),
           .refusal = std::move(*record.mutable_refusal()),
           .attempts = record.attempts(),
           .sequence = record.sequence()};
  if (auto unknown = reader.take_error()) return AuditError{.what = std::move(*unknown), .newer = true};
  return std::nullopt;
}

}  // namespace cordboard
