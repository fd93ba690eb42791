#include "router/core/state.h"

namespace cordboard {

QueueRef State::find_queue(std::string_view name) const {
  const QueueRef configured = find_configured_queue(name);
  if (configured) return configured;
  const QueueRef renamed{former_queue_names.find(
      name, [this](std::uint32_t i) { return std::string_view(queues[i].config.renamed_from); })};
  return renamed ? renamed : find_queue_by_name(name);
}
QueueRef State::find_configured_queue(std::string_view name) const {
  const QueueRef named = find_queue_by_name(name);
  return named && !(*this)[named].removed && !(*this)[named].draining ? named : QueueRef::none();
}
QueueRef State::find_queue_by_name(std::string_view name) const {
  return {
      queue_names.find(name, [this](std::uint32_t i) { return std::string_view(queues[i].config.name); })};
}
ChannelRef State::find_channel(std::string_view name) const {
  for (std::size_t i = 0; i < channels.size(); ++i) {
    if (channels[i].config.name == name) return {static_cast<std::uint8_t>(i)};
  }
  return ChannelRef::none();
}
AgentRef State::find_agent(std::string_view id) const {
  return {agent_names.find(id, [this](std::uint32_t i) { return std::string_view(agents[i].id); })};
}
GatewayRef State::find_gateway(std::string_view id) const {
  return {gateway_names.find(id, [this](std::uint32_t i) { return std::string_view(gateways[i].id); })};
}
ContactRef State::find_contact(std::string_view id) const {
  return {
      contact_ids.find(id, [this](std::uint32_t i) { return std::string_view(contacts[ContactRef{i}].id); })};
}
CalendarRef State::find_calendar(std::string_view name) const {
  for (std::uint32_t i = 0; i < calendars.size(); ++i) {
    if (calendars[i].name == name) return {i};
  }
  return CalendarRef::none();
}
DestinationRef State::find_destination(std::string_view text) const {
  return {destination_names.find(
      text, [this](std::uint32_t i) { return std::string_view(destinations[DestinationRef{i}].text); })};
}

}  // namespace cordboard
