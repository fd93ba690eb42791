#include "router/codec/storage_codec.h"

#include <google/protobuf/arena.h>

#include <iterator>
#include <limits>
#include <utility>

#include "cordboard/storage/v1/command.pb.h"
#include "router/codec/storage_config.h"
#include "router/codec/storage_reader.h"
#include "router/core/assert.h"

namespace cordboard {
namespace {

namespace stored = storage::v1;

// A new command needs a field in CommandRecord, a line in RecordWriter and one in load_body.
static_assert(std::variant_size_v<CommandBody> == 26);

template <class Stored>
std::optional<Time> not_before_of(const Stored& from) {
  return from.has_not_before_us() ? std::optional(time_from_us(from.not_before_us())) : std::nullopt;
}
template <class Stored>
std::optional<Time> promise_of(const Stored& from) {
  return from.has_promise_us() ? std::optional(time_from_us(from.promise_us())) : std::nullopt;
}

void store_sealed(const std::optional<SealedText>& from, auto* to) {
  if (!from) return;
  to->mutable_sealed()->set_hash(from->hash);
  to->mutable_sealed()->set_bytes(from->bytes);
}
std::optional<SealedText> load_sealed(auto& from, StorageReader& reader) {
  if (!from.has_sealed()) return std::nullopt;
  const stored::SealedText& sealed = reader.known(*from.mutable_sealed());
  return SealedText{sealed.hash(), sealed.bytes()};
}

void store(const SubmitContact& from, stored::SubmitContact* to) {
  to->set_contact(from.contact);
  to->set_gateway(from.gateway);
  to->set_queue(from.queue);
  to->set_channel(from.channel);
  to->set_priority(from.priority);
  to->set_tier(from.tier);
  to->set_requirement(from.requirement);
  to->set_customer(from.customer);
  to->set_attributes(from.attributes);
  store_steps(from.relax, to->mutable_relax());
  if (from.not_before) to->set_not_before_us(to_us(*from.not_before));
  to->set_callback(from.callback);
  if (from.promise) to->set_promise_us(to_us(*from.promise));
  for (const std::string& agent : from.preferred_agents) to->add_preferred_agents(agent);
  to->set_preferred_for_us(to_us(from.preferred_for));
  to->set_preferred_first(from.preferred_first);
  store_sealed(from.sealed, to);
}

SubmitContact load(stored::SubmitContact& from, StorageReader& reader) {
  return {.contact = std::move(*from.mutable_contact()),
          .gateway = std::move(*from.mutable_gateway()),
          .queue = std::move(*from.mutable_queue()),
          .channel = std::move(*from.mutable_channel()),
          .priority = from.priority(),
          .tier = from.tier(),
          .requirement = std::move(*from.mutable_requirement()),
          .customer = std::move(*from.mutable_customer()),
          .attributes = std::move(*from.mutable_attributes()),
          .relax = load_steps(*from.mutable_relax(), reader),
          .not_before = not_before_of(from),
          .callback = from.callback(),
          .promise = promise_of(from),
          .preferred_agents = {std::make_move_iterator(from.mutable_preferred_agents()->begin()),
                               std::make_move_iterator(from.mutable_preferred_agents()->end())},
          .preferred_for = Duration{from.preferred_for_us()},
          .preferred_first = from.preferred_first(),
          .sealed = load_sealed(from, reader)};
}

void store(const UpdateContact& from, stored::UpdateContact* to) {
  to->set_contact(from.contact);
  if (from.priority) to->set_priority(*from.priority);
  if (from.tier) to->set_tier(*from.tier);
  if (from.requirement) to->set_requirement(*from.requirement);
  if (from.attributes) to->set_attributes(*from.attributes);
  if (from.relax) store_steps(*from.relax, to->mutable_relax()->mutable_steps());
  if (from.not_before) to->set_not_before_us(to_us(*from.not_before));
  store_sealed(from.sealed, to);
}

UpdateContact load(stored::UpdateContact& from, StorageReader& reader) {
  UpdateContact to;
  to.contact = std::move(*from.mutable_contact());
  if (from.has_priority()) to.priority = from.priority();
  if (from.has_tier()) to.tier = from.tier();
  if (from.has_requirement()) to.requirement = std::move(*from.mutable_requirement());
  if (from.has_attributes()) to.attributes = std::move(*from.mutable_attributes());
  if (from.has_relax()) to.relax = load_steps(*reader.known(*from.mutable_relax()).mutable_steps(), reader);
  to.not_before = not_before_of(from);
  to.sealed = load_sealed(from, reader);
  return to;
}

void store(const CancelContact& from, stored::CancelContact* to) { to->set_contact(from.contact); }
CancelContact load(stored::CancelContact& from) { return {std::move(*from.mutable_contact())}; }

void store(const EndContact& from, stored::EndContact* to) {
  to->set_contact(from.contact);
  to->set_agent(from.agent);
}
EndContact load(stored::EndContact& from) {
  return {std::move(*from.mutable_contact()), std::move(*from.mutable_agent())};
}

void store(const TransferContact& from, stored::TransferContact* to) {
  to->set_contact(from.contact);
  to->set_agent(from.agent);
  to->set_queue(from.queue);
  to->set_to_agent(from.to_agent);
  to->set_to_back(from.to_back);
}
TransferContact load(stored::TransferContact& from) {
  return {.contact = std::move(*from.mutable_contact()),
          .agent = std::move(*from.mutable_agent()),
          .queue = std::move(*from.mutable_queue()),
          .to_agent = std::move(*from.mutable_to_agent()),
          .to_back = from.to_back()};
}

void store(const Login& from, stored::Login* to) {
  to->set_agent(from.agent);
  if (from.profile) store_profile(*from.profile, to->mutable_profile());
  to->set_ready(from.ready);
}
Login load(stored::Login& from, StorageReader& reader) {
  Login to;
  to.agent = std::move(*from.mutable_agent());
  if (from.has_profile()) to.profile = load_profile(reader.known(*from.mutable_profile()), reader);
  to.ready = from.ready();
  return to;
}

void store(const Logout& from, stored::Logout* to) { to->set_agent(from.agent); }
Logout load(stored::Logout& from) { return {std::move(*from.mutable_agent())}; }

void store(const SetReady& from, stored::SetReady* to) { to->set_agent(from.agent); }
SetReady load(stored::SetReady& from) { return {std::move(*from.mutable_agent())}; }

void store(const SetNotReady& from, stored::SetNotReady* to) {
  to->set_agent(from.agent);
  to->set_reason(from.reason);
}
SetNotReady load(stored::SetNotReady& from) {
  return {std::move(*from.mutable_agent()), std::move(*from.mutable_reason())};
}

void store(const AcceptOffer& from, stored::AcceptOffer* to) {
  to->set_agent(from.agent);
  to->set_offer(from.offer.value);
}
AcceptOffer load(stored::AcceptOffer& from) {
  return {std::move(*from.mutable_agent()), OfferId{from.offer()}};
}

void store(const DeclineOffer& from, stored::DeclineOffer* to) {
  to->set_agent(from.agent);
  to->set_offer(from.offer.value);
}
DeclineOffer load(stored::DeclineOffer& from) {
  return {std::move(*from.mutable_agent()), OfferId{from.offer()}};
}

void store(const FinishWrapUp& from, stored::FinishWrapUp* to) {
  to->set_agent(from.agent);
  to->set_contact(from.contact);
}
FinishWrapUp load(stored::FinishWrapUp& from) {
  return {std::move(*from.mutable_agent()), std::move(*from.mutable_contact())};
}

void store(const ReleaseAgent& from, stored::ReleaseAgent* to) {
  to->set_agent(from.agent);
  to->set_end_contacts(from.end_contacts);
}
ReleaseAgent load(stored::ReleaseAgent& from) {
  return {std::move(*from.mutable_agent()), from.end_contacts()};
}

void store(const AgentDisconnected& from, stored::AgentDisconnected* to) { to->set_agent(from.agent); }
AgentDisconnected load(stored::AgentDisconnected& from) { return {std::move(*from.mutable_agent())}; }

void store(const GatewayConnected& from, stored::GatewayConnected* to) { to->set_gateway(from.gateway); }
GatewayConnected load(stored::GatewayConnected& from) { return {std::move(*from.mutable_gateway())}; }

void store(const GatewayDisconnected& from, stored::GatewayDisconnected* to) {
  to->set_gateway(from.gateway);
}
GatewayDisconnected load(stored::GatewayDisconnected& from) { return {std::move(*from.mutable_gateway())}; }

void store(const RouterRestarted&, stored::RouterRestarted*) {}
RouterRestarted load(stored::RouterRestarted&) { return {}; }

void store(const AdvanceTime&, stored::AdvanceTime*) {}
AdvanceTime load(stored::AdvanceTime&) { return {}; }

void store(const ApplyConfig& from, stored::ApplyConfig* to) {
  to->set_version(from.version);
  to->set_if_version(from.if_version);
  to->set_supervisor(from.supervisor);
  to->set_reason(from.reason);
  store_config(from.config, to->mutable_config());
}
ApplyConfig load(stored::ApplyConfig& from, StorageReader& reader) {
  return {.version = from.version(),
          .config = load_config(reader.known(*from.mutable_config()), reader),
          .if_version = from.if_version(),
          .supervisor = std::move(*from.mutable_supervisor()),
          .reason = std::move(*from.mutable_reason())};
}

void store(const SetQueueMode& from, stored::SetQueueMode* to) {
  to->set_queue(from.queue);
  to->set_all(from.all);
  to->set_mode(static_cast<stored::QueueMode>(from.mode));
  to->set_reason(from.reason);
  to->set_supervisor(from.supervisor);
}
SetQueueMode load(stored::SetQueueMode& from, StorageReader& reader) {
  if (!stored::QueueMode_IsValid(from.mode())) {
    reader.fail("queue mode " + std::to_string(from.mode()) + " is unknown: written by a newer router");
    from.set_mode(stored::QUEUE_MODE_BY_HOURS);
  }
  return {.queue = std::move(*from.mutable_queue()),
          .all = from.all(),
          .mode = static_cast<QueueMode>(from.mode()),
          .reason = std::move(*from.mutable_reason()),
          .supervisor = std::move(*from.mutable_supervisor())};
}
static_assert(static_cast<int>(QueueMode::ByHours) == stored::QUEUE_MODE_BY_HOURS &&
              static_cast<int>(QueueMode::Open) == stored::QUEUE_MODE_OPEN &&
              static_cast<int>(QueueMode::Closed) == stored::QUEUE_MODE_CLOSED);

void store(const SetOpeningTimes& from, stored::SetOpeningTimes* to) {
  for (const OpeningTimes& times : from.calendars) {
    stored::OpeningTimes* const row = to->add_calendars();
    row->set_calendar(times.calendar);
    row->set_open(times.open);
    for (const Time at : times.changes) row->add_changes_us(to_us(at));
    row->set_until_us(to_us(times.until));
  }
}
SetOpeningTimes load(stored::SetOpeningTimes& from, StorageReader& reader) {
  SetOpeningTimes to;
  for (stored::OpeningTimes& row : *from.mutable_calendars()) {
    reader.known(row);
    OpeningTimes& times = to.calendars.emplace_back();
    times.calendar = std::move(*row.mutable_calendar());
    times.open = row.open();
    for (const std::int64_t us : row.changes_us()) times.changes.push_back(time_from_us(us));
    times.until = time_from_us(row.until_us());
  }
  return to;
}

void store(const RequestCallback& from, stored::RequestCallback* to) {
  to->set_contact(from.contact);
  if (from.not_before) to->set_not_before_us(to_us(*from.not_before));
  if (from.promise) to->set_promise_us(to_us(*from.promise));
}
RequestCallback load(stored::RequestCallback& from) {
  return {std::move(*from.mutable_contact()), not_before_of(from), promise_of(from)};
}

void store(const ConnectCallback& from, stored::ConnectCallback* to) {
  to->set_contact(from.contact);
  to->set_attempt(from.attempt);
}
ConnectCallback load(stored::ConnectCallback& from) {
  return {std::move(*from.mutable_contact()), from.attempt()};
}

stored::DialFailure store_failure(DialFailure failure) {
  switch (failure) {
    case DialFailure::NoAnswer:
      return stored::DIAL_FAILURE_NO_ANSWER;
    case DialFailure::Busy:
      return stored::DIAL_FAILURE_BUSY;
    case DialFailure::Unreachable:
      return stored::DIAL_FAILURE_UNREACHABLE;
    case DialFailure::AnsweringMachine:
      return stored::DIAL_FAILURE_ANSWERING_MACHINE;
  }
  return stored::DIAL_FAILURE_UNSPECIFIED;
}
DialFailure load_failure(stored::DialFailure failure, StorageReader& reader) {
  switch (failure) {
    case stored::DIAL_FAILURE_NO_ANSWER:
      return DialFailure::NoAnswer;
    case stored::DIAL_FAILURE_BUSY:
      return DialFailure::Busy;
    case stored::DIAL_FAILURE_UNREACHABLE:
      return DialFailure::Unreachable;
    case stored::DIAL_FAILURE_ANSWERING_MACHINE:
      return DialFailure::AnsweringMachine;
    default:
      reader.fail("dial failure " + std::to_string(failure) + " is unknown: written by a newer router");
      return DialFailure::NoAnswer;
  }
}
void store(const FailCallback& from, stored::FailCallback* to) {
  to->set_contact(from.contact);
  to->set_attempt(from.attempt);
  to->set_reason(store_failure(from.reason));
}
FailCallback load(stored::FailCallback& from, StorageReader& reader) {
  return {std::move(*from.mutable_contact()), from.attempt(), load_failure(from.reason(), reader)};
}

// The stored numbers are those of the engine and one.
void store(const Supervise& from, stored::Supervise* to) {
  to->set_verb(static_cast<stored::SupervisorVerb>(static_cast<int>(from.verb) + 1));
  to->set_supervisor(from.supervisor);
  to->set_reason(from.reason);
  to->set_contact(from.contact);
  to->set_agent(from.agent);
  to->set_queue(from.queue);
  if (from.priority) to->set_priority(*from.priority);
  if (from.tier) to->set_tier(*from.tier);
  to->set_force(from.force);
}
static_assert(stored::SUPERVISOR_VERB_MOVE == static_cast<int>(SupervisorVerb::Move) + 1 &&
              stored::SUPERVISOR_VERB_RELEASE == static_cast<int>(SupervisorVerb::Release) + 1 &&
              stored::SUPERVISOR_VERB_APPLY_CONFIG == static_cast<int>(SupervisorVerb::ApplyConfig) + 1);
Supervise load(stored::Supervise& from, StorageReader& reader) {
  Supervise to;
  if (from.verb() < stored::SUPERVISOR_VERB_MOVE || from.verb() > stored::SUPERVISOR_VERB_APPLY_CONFIG) {
    reader.fail("supervisor verb " + std::to_string(from.verb()) + " is unknown: written by a newer router");
  } else {
    to.verb = static_cast<SupervisorVerb>(from.verb() - 1);
  }
  to.supervisor = std::move(*from.mutable_supervisor());
  to.reason = std::move(*from.mutable_reason());
  to.contact = std::move(*from.mutable_contact());
  to.agent = std::move(*from.mutable_agent());
  to.queue = std::move(*from.mutable_queue());
  if (from.has_priority()) to.priority = from.priority();
  if (from.has_tier()) to.tier = from.tier();
  to.force = from.force();
  return to;
}

void store(const ForgetCustomer& from, stored::ForgetCustomer* to) {
  to->set_customer(from.customer);
  to->set_supervisor(from.supervisor);
  to->set_reason(from.reason);
}
ForgetCustomer load(stored::ForgetCustomer& from, StorageReader&) {
  return {std::move(*from.mutable_customer()), std::move(*from.mutable_supervisor()),
          std::move(*from.mutable_reason())};
}

struct RecordWriter {
  stored::CommandRecord& record;

  void operator()(const SubmitContact& c) const { store(c, record.mutable_submit_contact()); }
  void operator()(const UpdateContact& c) const { store(c, record.mutable_update_contact()); }
  void operator()(const CancelContact& c) const { store(c, record.mutable_cancel_contact()); }
  void operator()(const EndContact& c) const { store(c, record.mutable_end_contact()); }
  void operator()(const TransferContact& c) const { store(c, record.mutable_transfer_contact()); }
  void operator()(const Login& c) const { store(c, record.mutable_login()); }
  void operator()(const Logout& c) const { store(c, record.mutable_logout()); }
  void operator()(const SetReady& c) const { store(c, record.mutable_set_ready()); }
  void operator()(const SetNotReady& c) const { store(c, record.mutable_set_not_ready()); }
  void operator()(const AcceptOffer& c) const { store(c, record.mutable_accept_offer()); }
  void operator()(const DeclineOffer& c) const { store(c, record.mutable_decline_offer()); }
  void operator()(const FinishWrapUp& c) const { store(c, record.mutable_finish_wrap_up()); }
  void operator()(const ReleaseAgent& c) const { store(c, record.mutable_release_agent()); }
  void operator()(const AgentDisconnected& c) const { store(c, record.mutable_agent_disconnected()); }
  void operator()(const GatewayConnected& c) const { store(c, record.mutable_gateway_connected()); }
  void operator()(const GatewayDisconnected& c) const { store(c, record.mutable_gateway_disconnected()); }
  void operator()(const RouterRestarted& c) const { store(c, record.mutable_router_restarted()); }
  void operator()(const AdvanceTime& c) const { store(c, record.mutable_advance_time()); }
  void operator()(const ApplyConfig& c) const { store(c, record.mutable_apply_config()); }
  void operator()(const Supervise& c) const { store(c, record.mutable_supervise()); }
  void operator()(const SetQueueMode& c) const { store(c, record.mutable_set_queue_mode()); }
  void operator()(const SetOpeningTimes& c) const { store(c, record.mutable_set_opening_times()); }
  void operator()(const RequestCallback& c) const { store(c, record.mutable_request_callback()); }
  void operator()(const ConnectCallback& c) const { store(c, record.mutable_connect_callback()); }
  void operator()(const FailCallback& c) const { store(c, record.mutable_fail_callback()); }
  void operator()(const ForgetCustomer& c) const { store(c, record.mutable_forget_customer()); }
};

CommandBody load_body(stored::CommandRecord& record, StorageReader& reader) {
  using Record = stored::CommandRecord;
  switch (record.body_case()) {
    case Record::kSubmitContact:
      return load(reader.known(*record.mutable_submit_contact()), reader);
    case Record::kUpdateContact:
      return load(reader.known(*record.mutable_update_contact()), reader);
    case Record::kCancelContact:
      return load(reader.known(*record.mutable_cancel_contact()));
    case Record::kEndContact:
      return load(reader.known(*record.mutable_end_contact()));
    case Record::kTransferContact:
      return load(reader.known(*record.mutable_transfer_contact()));
    case Record::kLogin:
      return load(reader.known(*record.mutable_login()), reader);
    case Record::kLogout:
      return load(reader.known(*record.mutable_logout()));
    case Record::kSetReady:
      return load(reader.known(*record.mutable_set_ready()));
    case Record::kSetNotReady:
      return load(reader.known(*record.mutable_set_not_ready()));
    case Record::kAcceptOffer:
      return load(reader.known(*record.mutable_accept_offer()));
    case Record::kDeclineOffer:
      return load(reader.known(*record.mutable_decline_offer()));
    case Record::kFinishWrapUp:
      return load(reader.known(*record.mutable_finish_wrap_up()));
    case Record::kReleaseAgent:
      return load(reader.known(*record.mutable_release_agent()));
    case Record::kAgentDisconnected:
      return load(reader.known(*record.mutable_agent_disconnected()));
    case Record::kGatewayConnected:
      return load(reader.known(*record.mutable_gateway_connected()));
    case Record::kGatewayDisconnected:
      return load(reader.known(*record.mutable_gateway_disconnected()));
    case Record::kRouterRestarted:
      return load(reader.known(*record.mutable_router_restarted()));
    case Record::kAdvanceTime:
      return load(reader.known(*record.mutable_advance_time()));
    case Record::kApplyConfig:
      return load(reader.known(*record.mutable_apply_config()), reader);
    case Record::kSetQueueMode:
      return load(reader.known(*record.mutable_set_queue_mode()), reader);
    case Record::kSetOpeningTimes:
      return load(reader.known(*record.mutable_set_opening_times()), reader);
    case Record::kRequestCallback:
      return load(reader.known(*record.mutable_request_callback()));
    case Record::kConnectCallback:
      return load(reader.known(*record.mutable_connect_callback()));
    case Record::kFailCallback:
      return load(reader.known(*record.mutable_fail_callback()), reader);
    case Record::kSupervise:
      return load(reader.known(*record.mutable_supervise()), reader);
    case Record::kForgetCustomer:
      return load(reader.known(*record.mutable_forget_customer()), reader);
    case Record::BODY_NOT_SET:
      break;
  }
  reader.fail("the record holds no command");
  return AdvanceTime{};
}

}  // namespace

void encode_command(const Command& command, std::string& out) {
  // Most records fit the block, so that encoding one allocates little.
  alignas(8) char block[2048];
  google::protobuf::ArenaOptions options;
  options.initial_block = block;
  options.initial_block_size = sizeof(block);
  google::protobuf::Arena arena(options);
  auto& record = *google::protobuf::Arena::CreateMessage<stored::CommandRecord>(&arena);
  record.set_at_us(to_us(command.at));
  record.set_request_id(command.request_id);
  std::visit(RecordWriter{record}, command.body);
  const bool appended = record.AppendToString(&out);
  CB_ASSERT(appended, "a record of %zu bytes", record.ByteSizeLong());
}

std::optional<std::string> decode_command(std::string_view bytes, Command& command) {
  stored::CommandRecord record;
  const bool fits = bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max());
  if (!fits || !record.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return "the bytes are no command record";
  }
  StorageReader reader;
  reader.known(record);
  command.at = time_from_us(record.at_us());
  command.request_id = std::move(*record.mutable_request_id());
  command.body = load_body(record, reader);
  return reader.take_error();
}

}  // namespace cordboard
