#include "tests/support/event_text.h"

#include <cstdio>

#include "router/core/supervision.h"

namespace cordboard::testing {
namespace {

struct Text {
  const State& state;

  std::string name(ContactRef ref) const { return state[ref].id; }
  std::string name(AgentRef ref) const { return ref ? state[ref].id : "-"; }
  std::string name(QueueRef ref) const { return state[ref].config.name; }
  static std::string name(OfferId offer) { return "o" + std::to_string(offer.value); }
  static std::string seconds(Duration duration) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3fs", static_cast<double>(to_us(duration)) / 1e6);
    return text;
  }
  static std::string moment(Time at) {
    std::string text = stamp(at);
    text.erase(text.find_last_not_of(' ') + 1);
    return text;
  }
  static std::string why(Cause cause) {
    return cause == Cause::None ? "" : " cause=" + std::string(to_string(cause));
  }

  std::string operator()(const ContactQueued& e) const {
    const std::string split = e.split ? " split=" + state.splits[e.split.value].name : "";
    return "ContactQueued " + name(e.contact) + " queue=" + name(e.queue) +
           " waiting=" + std::to_string(e.waiting) + split + why(e.cause);
  }
  std::string operator()(const ContactRequeued& e) const {
    return "ContactRequeued " + name(e.contact) + " queue=" + name(e.queue) + why(e.cause);
  }
  std::string operator()(const ContactUpdated& e) const { return "ContactUpdated " + name(e.contact); }
  std::string operator()(const OfferCreated& e) const {
    return "OfferCreated " + name(e.offer) + " contact=" + name(e.contact) + " agent=" + name(e.agent) +
           " expires=" + moment(e.expires_at);
  }
  std::string operator()(const OfferEnded& e) const {
    static constexpr const char* kNames[] = {"OfferPending", "OfferAccepted", "OfferDeclined", "OfferExpired",
                                             "OfferRescinded"};
    return kNames[static_cast<int>(e.state)] + (" " + name(e.offer)) + " contact=" + name(e.contact) +
           " agent=" + name(e.agent) + (e.state == OfferState::Rescinded ? why(e.cause) : "");
  }
  std::string operator()(const ContactConnected& e) const {
    return "ContactConnected " + name(e.contact) + " agent=" + name(e.agent) + " wait=" + seconds(e.wait);
  }
  std::string operator()(const ContactInterrupted& e) const {
    return "ContactInterrupted " + name(e.contact) + " agent=" + name(e.agent);
  }
  std::string operator()(const ContactResumed& e) const {
    return "ContactResumed " + name(e.contact) + " agent=" + name(e.agent) + " until=" + moment(e.until);
  }
  std::string operator()(const WrapUpStarted& e) const {
    return "WrapUpStarted " + name(e.contact) + " agent=" + name(e.agent) + " queue=" + name(e.queue);
  }
  std::string operator()(const WrapUpEnded& e) const {
    return "WrapUpEnded " + name(e.contact) + " agent=" + name(e.agent) + " queue=" + name(e.queue) +
           why(e.cause);
  }
  std::string operator()(const ContactTransferred& e) const {
    const std::string to = e.to_agent ? "agent=" + name(e.to_agent) : "queue=" + name(e.to_queue);
    return "ContactTransferred " + name(e.contact) + " from=" + name(e.from_agent) + " to " + to;
  }
  std::string operator()(const ContactEnded& e) const {
    return "ContactEnded " + name(e.contact) + " " + std::string(to_string(e.state)) + why(e.cause) +
           (e.destination ? " destination=" + state[e.destination].text : "");
  }
  std::string operator()(const QueueOpenChanged& e) const {
    return "QueueOpenChanged " + name(e.queue) + (e.open ? " open" : " closed") + why(e.cause);
  }
  std::string operator()(const OpeningTimesSet& e) const {
    return "OpeningTimesSet calendars=" + std::to_string(e.calendars);
  }
  std::string operator()(const QueueModeChanged& e) const {
    const ModeSwitch& changed = e.queue ? state[e.queue].mode : state.tenant_mode;
    return "QueueModeChanged " + (e.queue ? name(e.queue) : "all") + " " + std::string(to_string(e.from)) +
           "->" + std::string(to_string(e.to)) + " by=" + changed.supervisor +
           (changed.reason.empty() ? "" : " reason=" + changed.reason);
  }
  std::string operator()(const AgentStateChanged& e) const {
    return "AgentStateChanged " + name(e.agent) + " " + std::string(to_string(e.from)) + "->" +
           std::string(to_string(e.to));
  }
  std::string operator()(const AgentActivityChanged& e) const {
    return "AgentActivityChanged " + name(e.agent) + " " + std::string(to_string(e.from)) + "->" +
           std::string(to_string(e.to));
  }
  std::string operator()(const AgentProfileChanged& e) const {
    return "AgentProfileChanged " + name(e.agent);
  }
  std::string operator()(const QueueRenamed& e) const {
    return "QueueRenamed " + state.queues[e.queue.value].config.renamed_from + "->" + name(e.queue);
  }
  std::string operator()(const QueueRetired& e) const { return "QueueRetired " + name(e.queue); }
  std::string operator()(const EscalationFired& e) const {
    return "EscalationFired " + name(e.contact) + " queue=" + name(e.queue) +
           " rule=" + std::to_string(e.rule) + " trigger=" + std::string(to_string(e.trigger));
  }
  std::string operator()(const EscalationNotice& e) const {
    return "EscalationNotice " + name(e.contact) + " text=\"" +
           state[e.queue].config.escalate[e.rule].actions[e.action].text + "\"";
  }
  std::string operator()(const ContactPoolAdded& e) const {
    return "ContactPoolAdded " + name(e.contact) + " queue=" + name(e.queue) + " pool=" + name(e.pool);
  }
  std::string operator()(const ContactMoved& e) const {
    return "ContactMoved " + name(e.contact) + " from=" + name(e.from_queue) + " to=" + name(e.to_queue) +
           why(e.cause);
  }
  std::string operator()(const ContactRelaxed& e) const {
    return "ContactRelaxed " + name(e.contact) + " queue=" + name(e.queue) +
           (e.own ? " own_step=" : " step=") + std::to_string(e.step);
  }
  std::string operator()(const ConfigApplied& e) const {
    return "ConfigApplied version=" + std::to_string(e.version);
  }
  std::string operator()(const ContactScheduled& e) const {
    return "ContactScheduled " + name(e.contact) + " queue=" + name(e.queue) +
           (e.due == kNever ? " due=-" : " due=" + moment(e.due)) + (e.from_queue ? " left the queue" : "") +
           why(e.cause);
  }
  std::string operator()(const CallbackDialing& e) const {
    return "CallbackDialing " + name(e.contact) + " agent=" + name(e.agent) +
           " attempt=" + std::to_string(e.attempt) + " until=" + moment(e.until);
  }
  std::string operator()(const CallbackFailed& e) const {
    return "CallbackFailed " + name(e.contact) + " agent=" + name(e.agent) +
           " attempt=" + std::to_string(e.attempt) + why(e.cause);
  }
  std::string operator()(const CallbackPromiseBroken& e) const {
    return "CallbackPromiseBroken " + name(e.contact) + " promise=" + moment(e.promise);
  }
  std::string operator()(const CallbackOffered& e) const {
    return "CallbackOffered " + name(e.contact) + " queue=" + name(e.queue) + why(e.cause);
  }
  std::string operator()(const SupervisorActed& e) const {
    const SupervisorAct& act = *supervision::find(state, e.act);
    return "SupervisorActed " + act.supervisor + " " + std::string(to_string(e.verb)) +
           (e.contact ? " contact=" + name(e.contact) : "") + (e.agent ? " agent=" + name(e.agent) : "") +
           (e.queue ? " in=" + name(e.queue) : "") + (act.what.empty() ? "" : " (" + act.what + ")") +
           (act.reason.empty() ? "" : " reason=" + act.reason);
  }
  std::string operator()(const SupervisionRequested& e) const {
    return "SupervisionRequested " + name(e.contact) + " mode=" + std::string(to_string(e.mode)) +
           (e.agent ? " by=" + name(e.agent) : "") + " handled_by=" + name(e.handled_by);
  }
  std::string operator()(const ContactsUnservable& e) const {
    return "ContactsUnservable alarm=" + std::to_string(e.alarm) + " queue=" + name(e.queue) +
           " kind=" + std::string(to_string(e.kind)) + " contacts=" + std::to_string(e.contacts) +
           " first=" + name(e.first);
  }
  std::string operator()(const ContactsServable& e) const {
    return "ContactsServable alarm=" + std::to_string(e.alarm) + " queue=" + name(e.queue) +
           " lasted=" + seconds(e.lasted);
  }
};

}  // namespace

std::string stamp(Time at) {
  char text[32];
  std::snprintf(text, sizeof text, "@%.3f", static_cast<double>(to_us(at)) / 1e6);
  std::string padded = text;
  padded.resize(std::max<std::size_t>(padded.size(), 10), ' ');
  return padded;
}

std::string to_text(const State& state, Time at, const Event& event) {
  return stamp(at) + std::visit(Text{state}, event);
}

}  // namespace cordboard::testing
