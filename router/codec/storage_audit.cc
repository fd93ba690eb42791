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

// The engine remembers each act but that of the file that a router is started with, which is nobody's.
SupervisorAct act_of(const Command& command, const State& state) {
  const auto* const config = std::get_if<ApplyConfig>(&command.body);
  if (config != nullptr && config->supervisor.empty()) {
    SupervisorAct act;
    act.at = command.at;
    act.verb = SupervisorVerb::ApplyConfig;
    act.what = "version=" + std::to_string(config->version);
    return act;
  }
  CB_ASSERT(!state.acts.empty() && state.acts.back().at == command.at, "an act is not remembered");
  return state.acts.back();
}

}  // namespace

bool is_audited(const CommandBody& body) {
  return std::holds_alternative<Supervise>(body) || std::holds_alternative<SetQueueMode>(body) ||
         std::holds_alternative<ForgetCustomer>(body) || std::holds_alternative<ApplyConfig>(body);
}

std::optional<AuditEntry> audit_entry(const Command& command, const State& state, std::uint64_t sequence,
                                      std::string roles) {
  if (!is_audited(command.body)) return std::nullopt;
  const SupervisorAct act = act_of(command, state);
  const auto* const forget = std::get_if<ForgetCustomer>(&command.body);
  return AuditEntry{.at = act.at,
                    .who = act.supervisor,
                    .roles = std::move(roles),
                    .action = std::string(to_string(act.verb)),
                    .contact = act.contact,
                    .agent = act.agent,
                    .queue = act.queue,
                    .customer = forget != nullptr ? forget->customer : "",
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
  writer.text(Record::kCustomerFieldNumber, entry.customer);
  writer.text(Record::kWhatFieldNumber, entry.what);
  writer.text(Record::kReasonFieldNumber, entry.reason);
  writer.text(Record::kRefusalFieldNumber, entry.refusal);
  writer.number(Record::kAttemptsFieldNumber, entry.attempts);
  writer.number(Record::kSequenceFieldNumber, entry.sequence);
  return bytes;
}

std::optional<std::string> decode_audit(std::string_view bytes, AuditEntry& entry) {
  Record record;
  const bool fits = bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max());
  if (!fits || !record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return "the bytes are no audit record";
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
           .customer = std::move(*record.mutable_customer()),
           .what = std::move(*record.mutable_what()),
           .reason = std::move(*record.mutable_reason()),
           .refusal = std::move(*record.mutable_refusal()),
           .attempts = record.attempts(),
           .sequence = record.sequence()};
  return reader.take_error();
}

}  // namespace cordboard
