// Any requests of gateways, agents and supervisors, one after the other, as the services take them: every
// rule of the engine holds after each, what is refused changes nothing, every answer and every event can be
// read by the client, and a log of what was accepted leads to the same state.

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "router/codec/api_act.h"
#include "router/codec/api_delta.h"
#include "router/codec/api_errors.h"
#include "router/codec/api_events.h"
#include "router/codec/api_explain.h"
#include "router/codec/api_requests.h"
#include "router/codec/storage_codec.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/fuzz/fuzz_tape.pb.h"
#include "tests/fuzz/message_fuzzing.h"
#include "tests/support/random_tape.h"

using namespace cordboard;
using namespace cordboard::testing;

namespace {

constexpr int kMaxSteps = 60;
constexpr std::string_view kGateway = "g0";

// Those of TapeWriter's configurations, and some that nobody has.
constexpr std::string_view kWords[] = {"c0",          "c1",
                                       "c2",          "c3",
                                       "a0",          "a1",
                                       "a2",          "g0",
                                       "g1",          "q0",
                                       "q1",          "q2",
                                       "r0",          "s0",
                                       "s1",          "k0",
                                       "x",           "y",
                                       "z",           "x >= 50",
                                       "x and not y", "(x or y) and z >= 2",
                                       "x and (",     "voice",
                                       "chat",        "email",
                                       "callback",    "",
                                       " ",           "eva",
                                       "id 1",        "\t",
                                       "\xc3\xa9",    "\xe2\x80\xae",
                                       "r1",          "r2"};

class Tenant {
 public:
  explicit Tenant(std::uint32_t config_seed) {
    apply({time_from_us(1'700'000'000'000'000), "", ApplyConfig{1, TapeWriter(config_seed).config()}});
  }

  void take(const fuzz::Step& step) {
    const Time at = engine().now() + std::chrono::milliseconds(step.after_ms() % 600'000);
    CommandBody body;
    switch (step.request_case()) {
      case fuzz::Step::kGateway:
        if (step.gateway().has_heartbeat()) return;
        return ask(at, std::string(request_id_of(step.gateway())), to_command(step.gateway(), kGateway, body),
                   body);
      case fuzz::Step::kAgent:
        if (step.agent().has_heartbeat()) return;
        return ask(at, std::string(request_id_of(step.agent())), to_command(step.agent(), body), body);
      case fuzz::Step::kAct:
        return ask(at, step.act().request_id(), to_command(step.act(), body), body);
      case fuzz::Step::kMode:
        return ask(at, step.mode().request_id(), to_command(step.mode(), body), body);
      case fuzz::Step::kForget:
        return ask(at, step.forget().request_id(), to_command(step.forget(), body), body);
      case fuzz::Step::kExplain:
        return explain(step.explain());
      case fuzz::Step::kActs: {
        v1::ListActsResponse response;
        fill_acts(state(), step.acts(), &response);
        return check_sent(response);
      }
      case fuzz::Step::kPeers:
        return ask(at, "", std::nullopt, peers(step.peers()));
      case fuzz::Step::REQUEST_NOT_SET:
        return ask(at, "", std::nullopt, AdvanceTime{});
    }
  }

  // A log of the commands, and a snapshot, lead to the same state; and all of it can be shown.
  void finish() {
    Engine replayed;
    std::vector<Event> events;
    for (const Command& command : checked_.log()) {
      std::string record;
      encode_command(command, record);
      Command read;
      CB_ASSERT(!decode_command(record, read), "a record of an accepted command cannot be read");
      events.clear();
      CB_ASSERT(replayed.apply(read, events).accepted(), "a record of an accepted command is refused");
    }
    CB_ASSERT(replayed.digest() == engine().digest(), "the log leads elsewhere");
    Engine restored;
    CB_ASSERT(!restored.restore(engine().snapshot()), "a snapshot cannot be read");
    CB_ASSERT(restored.digest() == engine().digest(), "the snapshot leads elsewhere");

    WatchFilter filter;
    filter.data = CustomerData::With;
    SnapshotChunks chunks(1, engine().now(), state(), filter, late_);
    for (v1::Snapshot chunk; chunks.next(&chunk); chunk.Clear()) check_sent(chunk);
  }

 private:
  Engine& engine() { return checked_.engine(); }
  const State& state() { return engine().state(); }

  static CommandBody peers(std::uint32_t kind) {
    switch (kind % 4) {
      case 0:
        return GatewayConnected{std::string(kGateway)};
      case 1:
        return GatewayDisconnected{std::string(kGateway)};
      case 2:
        return AgentDisconnected{"a0"};
      default:
        return RouterRestarted{};
    }
  }

  static void check_sent(const google::protobuf::Message& message) {
    CB_ASSERT(survives_the_wire(message), "a client cannot read it");
  }
  template <class Message>
  static void check_bytes(std::string_view bytes) {
    Message message;
    CB_ASSERT(message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())),
              "a client cannot read it");
  }

  template <class Reason>
  static void check_refusal(const Reason& reason) {
    v1::RejectionDetail detail;
    fill_rejection(reason, &detail);
    check_sent(detail);
    CB_ASSERT(detail.reason() != v1::RejectionDetail::REASON_UNSPECIFIED && detail.code() != 0, "no reason");
    // Three times in the trailers of a call, which gRPC limits to 8 KiB.
    CB_ASSERT(status_details(detail).size() < 2'700, "too long for a trailer");
  }

  void ask(Time at, const std::string& request_id, const Refused& refused, const CommandBody& body) {
    if (refused) return check_refusal(*refused);
    if (!std::holds_alternative<RouterRestarted>(body) && engine().next_deadline() <= at) {
      apply({at, "", AdvanceTime{}});
    }
    apply({at, request_id, body});
  }

  void apply(const Command& command) {
    const auto wrong = checked_.apply(command);
    CB_ASSERT(!wrong, "%s: %s", std::string(name_of(command.body)).c_str(), wrong->c_str());
    if (checked_.outcome().rejection) return check_refusal(*checked_.outcome().rejection);
    if (!checked_.outcome().repeated) tell(command.at);
  }

  // Gateways, agents and watchers.
  void tell(Time at) {
    const auto& events = checked_.events();
    ++revision_;
    if (revision_ == 1) late_.rebuild(state(), at);
    late_.observe(state(), events, at);
    for (const EncodedEvent& event : encoder_.encode(state(), events)) {
      check_bytes<v1::Event>(event.bytes);
      std::string notice;
      if (event.subjects.contact) append_gateway_notice(event, revision_, at, notice);
      check_bytes<v1::GatewayNotice>(notice);
      notice.clear();
      if (event.subjects.agent) append_agent_notice(event, state(), revision_, at, notice);
      check_bytes<v1::AgentNotice>(notice);
    }
    WatchFilter filter;
    filter.data = CustomerData::With;
    v1::Delta delta;
    if (fill_delta({revision_, at, state(), events}, filter, late_, &delta)) check_sent(delta);
  }

  void explain(const v1::ExplainRequest& request) {
    const ContactRef contact = state().find_contact(request.contact_id());
    if (!contact || !is_unanswered(state()[contact].state)) return;
    v1::ExplainResponse response;
    const AgentRef agent = state().find_agent(request.agent_id());
    if (agent) {
      fill_pair(state(), engine().now(), contact, agent, &response);
    } else {
      fill_wait(state(), engine().now(), contact, &response);
    }
    check_sent(response);
  }

  CheckedEngine checked_;
  LateWaiting late_;
  EventEncoder encoder_;
  std::uint64_t revision_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::ApiTape tape;
  if (!read_message(text_of(data, size), tape) || tape.steps_size() > kMaxSteps) return 0;
  Tenant tenant(tape.config());
  for (const fuzz::Step& step : tape.steps()) tenant.take(step);
  tenant.finish();
  return 0;
}

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned int seed) {
  fuzz::ApiTape tape;
  return mutate_text(tape, data, size, max_size, seed, kWords);
}
