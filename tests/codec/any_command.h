// Any command with any contents, and a text that tells two commands apart.
//
// Both go through each_field, which names every member by a structured binding: a member added to a command
// or to the configuration does not compile until it is listed here, and is then drawn and compared.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "router/core/command.h"
#include "router/core/rng.h"

namespace cordboard::testing {

#define CB_FIELDS(Type, ...)                                                                               \
  template <class Function>                                                                                \
  void each_field(Type& object, Function&& function) {                                                     \
    auto& [__VA_ARGS__] = object;                                                                          \
    std::apply([&](auto&... field) { (static_cast<void>(function(field)), ...); }, std::tie(__VA_ARGS__)); \
  }

CB_FIELDS(ServiceLevelTarget, a, b)
CB_FIELDS(RelaxStep, a, b)
CB_FIELDS(LastAgentRule, a, b, c)
CB_FIELDS(EscalationAction, a, b, c)
CB_FIELDS(EscalationRule, a, b, c, d)
CB_FIELDS(OpenInterval, a, b)
CB_FIELDS(SpecialDay, a, b)
CB_FIELDS(CalendarConfig, a, b, c, d)
CB_FIELDS(ClosedRule, a, b)
CB_FIELDS(QueueHours, a, b, c)
CB_FIELDS(CallbackConfig, a, b, c, d, e)
CB_FIELDS(QueueConfig, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u)
CB_FIELDS(ChannelConfig, a, b, c, d, e)
CB_FIELDS(SkillLevel, a, b)
CB_FIELDS(AgentProfile, a, b)
CB_FIELDS(AgentConfig, a, b)
CB_FIELDS(Limits, a, b, c, d, e, f, g, h, i, j, k, l)
CB_FIELDS(SplitShare, a, b)
CB_FIELDS(SplitConfig, a, b)
CB_FIELDS(TenantConfig, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p)
CB_FIELDS(OfferId, a)
CB_FIELDS(SealedText, a, b)
CB_FIELDS(SubmitContact, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q)
CB_FIELDS(UpdateContact, a, b, c, d, e, f, g, h)
CB_FIELDS(CancelContact, a)
CB_FIELDS(EndContact, a, b)
CB_FIELDS(TransferContact, a, b, c, d, e)
CB_FIELDS(Login, a, b, c)
CB_FIELDS(Logout, a)
CB_FIELDS(SetReady, a)
CB_FIELDS(SetNotReady, a, b)
CB_FIELDS(AcceptOffer, a, b)
CB_FIELDS(DeclineOffer, a, b)
CB_FIELDS(FinishWrapUp, a, b)
CB_FIELDS(ReleaseAgent, a, b)
CB_FIELDS(AgentDisconnected, a)
CB_FIELDS(GatewayConnected, a)
CB_FIELDS(GatewayDisconnected, a)
CB_FIELDS(ApplyConfig, a, b, c, d, e)
CB_FIELDS(SetQueueMode, a, b, c, d, e)
CB_FIELDS(OpeningTimes, a, b, c, d)
CB_FIELDS(SetOpeningTimes, a)
CB_FIELDS(RequestCallback, a, b, c)
CB_FIELDS(ConnectCallback, a, b)
CB_FIELDS(FailCallback, a, b, c)
CB_FIELDS(Supervise, a, b, c, d, e, f, g, h, i)
CB_FIELDS(ForgetCustomer, a, b, c)
CB_FIELDS(Command, a, b, c)
template <class Function>
void each_field(RouterRestarted&, Function&&) {}
template <class Function>
void each_field(AdvanceTime&, Function&&) {}
#undef CB_FIELDS

// Fills everything with random contents; texts hold any bytes.
class AnyCommand {
 public:
  // Complete: nothing is empty, absent, false or 0.
  enum class Contents { Any, Complete };
  explicit AnyCommand(std::uint64_t seed, Contents contents = Contents::Any)
      : rng_{seed}, complete_(contents == Contents::Complete) {}

  Command next() {
    Command command;
    fill(command);
    return command;
  }
  // With the alternative of this index.
  Command of_kind(std::size_t kind) {
    Command command = next();
    choose(command.body, kind);
    return command;
  }

 private:
  std::uint64_t draw(std::uint64_t below) { return rng_.next() % below; }

  void fill(std::string& text) {
    text.resize(complete_ ? 1 + draw(9) : draw(4) == 0 ? 0 : draw(40));
    for (char& c : text) c = static_cast<char>(draw(256));
  }
  void fill(bool& flag) { flag = complete_ || draw(2) == 1; }
  void fill(Duration& duration) { fill_number(duration); }
  void fill(Time& time) {
    Duration since_epoch;
    fill(since_epoch);
    time = Time{since_epoch};
  }
  void fill(AgentStrategy& strategy) { strategy = static_cast<AgentStrategy>(draw(8)); }
  void fill(EscalationTrigger& trigger) { trigger = static_cast<EscalationTrigger>(draw(6)); }
  void fill(EscalationKind& kind) { kind = static_cast<EscalationKind>(draw(9)); }
  void fill(RemovedQueues& removed) { removed = static_cast<RemovedQueues>(draw(2)); }
  void fill(ClosedAction& action) { action = static_cast<ClosedAction>(draw(6)); }
  void fill(QueueMode& mode) { mode = static_cast<QueueMode>(draw(3)); }
  void fill(SupervisorVerb& verb) { verb = static_cast<SupervisorVerb>(draw(17)); }
  void fill(DialFailure& failure) { failure = static_cast<DialFailure>(draw(4)); }
  template <class T>
  requires std::is_integral_v<T>
  void fill(T& number) {
    // Small, large and extreme ones.
    number = static_cast<T>(rng_.next() >> draw(64));
    if (complete_ && number == 0) number = 1;
  }
  void fill_number(Duration& duration) {
    std::int64_t us = 0;
    fill(us);
    duration = Duration{us};
  }
  template <class T>
  void fill(std::optional<T>& value) {
    value.reset();
    if (complete_ || draw(2) == 1) fill(value.emplace());
  }
  template <class T>
  void fill(std::vector<T>& values) {
    values.resize(complete_ ? 1 : draw(4));
    for (T& value : values) fill(value);
  }
  void fill(CommandBody& body) { choose(body, draw(std::variant_size_v<CommandBody>)); }
  template <class T>
  requires std::is_aggregate_v<T>
  void fill(T& object) {
    each_field(object, [this](auto& field) { fill(field); });
  }

  void choose(CommandBody& body, std::size_t kind) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (static_cast<void>(I == kind && (fill(body.emplace<I>()), true)), ...);
    }
    (std::make_index_sequence<std::variant_size_v<CommandBody>>());
  }

  Rng rng_;
  bool complete_;
};

// Equal texts, equal objects.
class Dump {
 public:
  template <class T>
  static std::string of(T object) {
    Dump dump;
    dump.add(object);
    return std::move(dump.text_);
  }

 private:
  void add(std::string& text) { text_ += std::to_string(text.size()) + ":" + text + ";"; }
  void add(Duration& duration) { text_ += std::to_string(to_us(duration)) + "us;"; }
  void add(Time& time) { text_ += std::to_string(to_us(time)) + "@;"; }
  template <class E>
  requires std::is_enum_v<E>
  void add(E& value) { text_ += "enum " + std::to_string(static_cast<int>(value)) + ";"; }
  template <class T>
  requires std::is_integral_v<T>
  void add(T& number) { text_ += std::to_string(number) + ";"; }
  template <class T>
  void add(std::optional<T>& value) {
    text_ += value ? "some " : "none;";
    if (value) add(*value);
  }
  template <class T>
  void add(std::vector<T>& values) {
    text_ += "[" + std::to_string(values.size()) + " ";
    for (T& value : values) add(value);
    text_ += "]";
  }
  void add(CommandBody& body) {
    text_ += std::string(name_of(body)) + " ";
    std::visit([this](auto& command) { add(command); }, body);
  }
  template <class T>
  requires std::is_aggregate_v<T>
  void add(T& object) {
    text_ += "{";
    each_field(object, [this](auto& field) { add(field); });
    text_ += "}";
  }

  std::string text_;
};

}  // namespace cordboard::testing
