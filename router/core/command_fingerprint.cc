#include "router/core/command_fingerprint.h"

#include "router/core/contact_admission.h"
#include "router/core/hash.h"
#include "router/core/state_fields.h"

namespace cordboard {
namespace {

struct Fingerprint {
  Hasher& hasher;

  void optional_time(const std::optional<Time>& value) const {
    number(value.has_value() ? 1 : 0);
    if (value) number(to_us(*value));
  }
  void text(const std::string& value) const { hasher.add(std::string_view(value)); }
  void number(std::int64_t value) const { hasher.add(static_cast<std::uint64_t>(value)); }
  template <class T>
  void optional_number(const std::optional<T>& value) const {
    number(value.has_value() ? 1 : 0);
    if (value) number(*value);
  }
  void optional_text(const std::optional<std::string>& value) const {
    number(value.has_value() ? 1 : 0);
    if (value) text(*value);
  }

  void operator()(const SubmitContact& c) const {
    text(c.contact);
    hasher.add(contacts::fingerprint_of(c));
  }
  void operator()(const UpdateContact& c) const {
    text(c.contact);
    optional_number(c.priority);
    optional_number(c.tier);
    optional_text(c.requirement);
    number(c.attributes.has_value() ? 1 : 0);
    if (c.attributes) contacts::add_to(hasher, *c.attributes, c.sealed);
    number(c.relax.has_value() ? 1 : 0);
    if (c.relax) contacts::add_to(hasher, *c.relax);
    optional_time(c.not_before);
  }
  void operator()(const RequestCallback& c) const {
    text(c.contact);
    optional_time(c.not_before);
    optional_time(c.promise);
  }
  void operator()(const ConnectCallback& c) const {
    text(c.contact);
    number(c.attempt);
  }
  void operator()(const FailCallback& c) const {
    text(c.contact);
    number(c.attempt);
    number(static_cast<std::int64_t>(c.reason));
  }
  void operator()(const CancelContact& c) const { text(c.contact); }
  void operator()(const EndContact& c) const {
    text(c.contact);
    text(c.agent);
  }
  void operator()(const TransferContact& c) const {
    text(c.contact);
    text(c.agent);
    text(c.queue);
    text(c.to_agent);
    number(c.to_back ? 1 : 0);
  }
  void operator()(const Login& c) const {
    text(c.agent);
    number(c.ready ? 1 : 0);
    if (!c.profile) return;
    for (const SkillLevel& skill : c.profile->skills) {
      text(skill.skill);
      number(skill.level);
    }
    for (const ChannelConfig& channel : c.profile->channels) {
      text(channel.name);
      number(channel.units);
      number(channel.max_contacts);
    }
  }
  void operator()(const Logout& c) const { text(c.agent); }
  void operator()(const SetReady& c) const { text(c.agent); }
  void operator()(const SetNotReady& c) const {
    text(c.agent);
    text(c.reason);
  }
  void operator()(const AcceptOffer& c) const {
    text(c.agent);
    hasher.add(c.offer.value);
  }
  void operator()(const DeclineOffer& c) const {
    text(c.agent);
    hasher.add(c.offer.value);
  }
  void operator()(const FinishWrapUp& c) const {
    text(c.agent);
    text(c.contact);
  }
  void operator()(const ReleaseAgent& c) const {
    text(c.agent);
    number(c.end_contacts ? 1 : 0);
  }
  void operator()(const Supervise& c) const {
    number(static_cast<std::int64_t>(c.verb));
    text(c.supervisor);
    text(c.reason);
    text(c.contact);
    text(c.agent);
    text(c.queue);
    optional_number(c.priority);
    optional_number(c.tier);
    number(c.force ? 1 : 0);
  }
  void operator()(const AgentDisconnected& c) const { text(c.agent); }
  void operator()(const GatewayConnected& c) const { text(c.gateway); }
  void operator()(const GatewayDisconnected& c) const { text(c.gateway); }
  void operator()(const SetQueueMode& c) const {
    text(c.queue);
    number(c.all ? 1 : 0);
    number(static_cast<std::int64_t>(c.mode));
    text(c.reason);
    text(c.supervisor);
  }
  void operator()(const ForgetCustomer& c) const {
    text(c.customer);
    text(c.supervisor);
    text(c.reason);
  }
  // Never named by a client.
  void operator()(const SetOpeningTimes&) const {}
  void operator()(const RouterRestarted&) const {}
  void operator()(const AdvanceTime&) const {}
  // Without the version: whoever repeats the request cannot know which one the first attempt was given.
  void operator()(const ApplyConfig& c) const {
    DigestWriter config;
    config(c.if_version, c.config);
    hasher.add(config.result());
    text(c.supervisor);
    text(c.reason);
  }
};

}  // namespace

std::uint64_t fingerprint_of(const CommandBody& body) {
  Hasher hasher;
  hasher.add(static_cast<std::uint64_t>(body.index()));
  std::visit(Fingerprint{hasher}, body);
  return hasher.result();
}

}  // namespace cordboard
