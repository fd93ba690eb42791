// Events of the engine -> events and notices of the API, as bytes: a contact makes about ten events, of which
// its gateway and its agent are told, and each is encoded once.
//
// References are resolved by the state right after the command that caused the events; nothing may be
// applied in between. For the thread that owns the engine.

#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cordboard/v1/agent_session.pb.h"
#include "cordboard/v1/event.pb.h"
#include "cordboard/v1/gateway_session.pb.h"
#include "cordboard/v1/receipt.pb.h"
#include "router/codec/event_subjects.h"
#include "router/codec/wire_writer.h"
#include "router/core/event.h"
#include "router/core/state.h"

namespace cordboard {

// A v1::Event; `out` of fill_event is empty.
void append_event(const Event& event, const State& state, std::string& out);
void fill_event(const Event& event, const State& state, v1::Event* out);

struct EncodedEvent {
  const Event* event;
  EventSubjects subjects;
  std::string_view bytes;  // a v1::Event
};

class EventEncoder {
 public:
  // The events of one command. Valid until the next call, and while `events` is.
  std::span<const EncodedEvent> encode(const State& state, std::span<const Event> events);

 private:
  std::string bytes_;
  std::vector<std::size_t> ends_;
  std::vector<EncodedEvent> encoded_;
};

// v1::GatewayNotice, for the gateway of the contact that the event concerns.
void append_gateway_notice(const EncodedEvent& event, std::uint64_t revision, Time at, std::string& out);

// v1::AgentNotice, for the agent that the event concerns. An offer that ended within the command that made it
// is still announced, as offer_created in `event`; offer_ended follows.
void append_agent_notice(const EncodedEvent& event, const State& state, std::uint64_t revision, Time at,
                         std::string& out);
// A live offer, for the agent who is to learn of it again.
void append_offer_notice(const State& state, AssignmentRef offer, std::uint64_t revision, Time at,
                         std::string& out);

// v1::Receipt.
void fill_receipt(std::uint64_t revision, Time at, bool repeated, v1::Receipt* out);
void write_receipt(int field, std::uint64_t revision, Time at, bool repeated, WireWriter& out);

}  // namespace cordboard
