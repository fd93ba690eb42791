// The texts of enums and commands, as they appear in logs, metrics and messages.

#include <array>
#include <string_view>

#include "router/core/command.h"
#include "router/core/enum_name.h"
#include "router/core/event.h"
#include "router/core/reject_reason.h"
#include "router/core/states.h"
#include "router/core/wait_statistics.h"

namespace cordboard {

std::string_view to_string(ContactState state) {
  static constexpr std::array<std::string_view, 11> kNames = {
      "scheduled", "waiting",   "offered",   "dialing", "connected", "wrap_up",
      "completed", "abandoned", "cancelled", "expired", "overflowed"};
  return look_up(kNames, state);
}

std::string_view to_string(SupervisorVerb verb) {
  static constexpr std::array<std::string_view, 17> kNames = {
      "move",          "reprioritise", "assign",         "take_back",       "cancel",      "set_ready",
      "set_not_ready", "log_out",      "release",        "end_wrap_up",     "monitor",     "whisper",
      "barge",         "take_over",    "set_queue_mode", "forget_customer", "apply_config"};
  return look_up(kNames, verb);
}

std::string_view to_string(Servability servability) {
  static constexpr std::array<std::string_view, 3> kNames = {"servable", "nobody_logged_in", "nobody_known"};
  return look_up(kNames, servability);
}

std::string_view to_string(OfferState state) {
  static constexpr std::array<std::string_view, 5> kNames = {"pending", "accepted", "declined", "expired",
                                                             "rescinded"};
  return look_up(kNames, state);
}

std::string_view to_string(WaitFormula formula) {
  static constexpr std::array<std::string_view, 7> kNames = {
      "none",         "agent_free",    "head_of_line",    "last_to_enter_service",
      "queue_length", "measured_pace", "corrected_length"};
  return look_up(kNames, formula);
}

std::string_view to_string(AgentState state) {
  static constexpr std::array<std::string_view, 3> kNames = {"logged_out", "not_ready", "ready"};
  return look_up(kNames, state);
}

std::string_view to_string(AgentActivity activity) {
  static constexpr std::array<std::string_view, 6> kNames = {"idle",    "offered",        "handling",
                                                             "wrap_up", "not_responding", "disconnected"};
  return look_up(kNames, activity);
}

std::string_view to_string(QueueMode mode) {
  static constexpr std::array<std::string_view, 3> kNames = {"by_hours", "open", "closed"};
  return look_up(kNames, mode);
}

std::string_view to_string(ClosedAction action) {
  static constexpr std::array<std::string_view, 6> kNames = {"refuse",         "keep",    "wait",
                                                             "offer_callback", "deflect", "move_to_queue"};
  return look_up(kNames, action);
}
std::string to_text(const ClosedRule& rule) {
  const std::string name(to_string(rule.action));
  return takes_text(rule.action) ? "{" + name + ": " + rule.to + "}" : name;
}

std::string_view to_string(Cause cause) {
  static constexpr std::array<std::string_view, 37> kNames = {"none",
                                                              "transferred",
                                                              "offer_expired",
                                                              "declined",
                                                              "agent_not_ready",
                                                              "agent_logged_out",
                                                              "agent_lost",
                                                              "agent_released",
                                                              "customer_left",
                                                              "cancelled",
                                                              "agent_ended",
                                                              "gateway_lost",
                                                              "router_restarted",
                                                              "max_wait",
                                                              "max_handling",
                                                              "wrap_up_timeout",
                                                              "contact_updated",
                                                              "profile_changed",
                                                              "returned_by_itself",
                                                              "chosen",
                                                              "queue_closed",
                                                              "answered_elsewhere",
                                                              "config_changed",
                                                              "escalation",
                                                              "opening_hours",
                                                              "supervisor",

                                                              "callback_requested",
                                                              "callback_failed",
                                                              "due",
                                                              "gateway_back",
                                                              "redialled",
                                                              "no_answer",
                                                              "busy",
                                                              "unreachable",
                                                              "answering_machine",
                                                              "dial_timeout",
                                                              "preference_over"};
  return look_up(kNames, cause);
}

std::string_view to_string(EscalationTrigger trigger) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "waited", "queue_length", "expected_wait", "service_level_at_risk", "unservable", "declined_times"};
  return look_up(kNames, trigger);
}

std::string_view to_string(EscalationKind kind) {
  static constexpr std::array<std::string_view, 9> kNames = {
      "raise_priority", "set_tier", "relax",  "also_queue", "move_to_queue",
      "offer_callback", "deflect",  "notify", "cancel"};
  return look_up(kNames, kind);
}

std::string_view to_string(RejectReason reason) {
  static constexpr std::array<std::string_view, kRejectReasonCount> kNames = {"unknown_contact",
                                                                              "unknown_agent",
                                                                              "unknown_queue",
                                                                              "unknown_channel",
                                                                              "unknown_offer",
                                                                              "invalid_id",
                                                                              "invalid_requirement",
                                                                              "invalid_profile",
                                                                              "invalid_priority",
                                                                              "attributes_too_large",
                                                                              "contact_exists",
                                                                              "request_id_reused",
                                                                              "contact_finished",
                                                                              "contact_not_connected",
                                                                              "contact_connected",
                                                                              "contact_not_in_wrap_up",
                                                                              "offer_finished",
                                                                              "not_your_contact",
                                                                              "agent_not_logged_in",
                                                                              "agent_not_declared",
                                                                              "agent_lacks_channel",
                                                                              "queue_in_use",
                                                                              "channel_in_use",
                                                                              "queue_draining",
                                                                              "version_conflict",
                                                                              "unknown_calendar",
                                                                              "invalid_hours",
                                                                              "queue_closed",
                                                                              "queue_full",
                                                                              "too_many_contacts",
                                                                              "too_many_agents",
                                                                              "too_many_gateways",
                                                                              "too_many_requirements",
                                                                              "too_many_profiles",
                                                                              "disk_nearly_full",
                                                                              "invalid_time",
                                                                              "contact_not_scheduled",
                                                                              "no_customer_on_line",
                                                                              "not_dialing",
                                                                              "too_many_scheduled",
                                                                              "contact_not_waiting",
                                                                              "agent_not_eligible",
                                                                              "agent_busy",
                                                                              "gateway_not_connected"};
  return look_up(kNames, reason);
}

std::string_view name_of(const CommandBody& body) {
  static constexpr std::array<std::string_view, std::variant_size_v<CommandBody>> kNames = {
      "submit_contact",
      "update_contact",
      "cancel_contact",
      "end_contact",
      "transfer_contact",
      "login",
      "logout",
      "set_ready",
      "set_not_ready",
      "accept_offer",
      "decline_offer",
      "finish_wrap_up",
      "release_agent",
      "agent_disconnected",
      "gateway_connected",
      "gateway_disconnected",
      "router_restarted",
      "advance_time",
      "apply_config",
      "set_queue_mode",
      "set_opening_times",

      "request_callback",
      "connect_callback",
      "fail_callback",
      "supervise",
      "forget_customer"};
  return kNames[body.index()];
}

}  // namespace cordboard
