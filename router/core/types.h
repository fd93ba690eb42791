// The vocabulary that every part of the engine shares: time, references and ids.
//
// A *Ref* is a dense index into one Engine's State: cheap to store, compare and look up, meaningless
// outside that Engine. An *Id* is what clients know. Contacts, agents, queues and gateways are known to
// clients by their names (strings); an offer by its OfferId, a number that is never used twice.

#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>

namespace cordboard {

using Duration = std::chrono::microseconds;

// The engine reads no clock. Times are microseconds since the Unix epoch, UTC, and arrive in commands.
struct EngineClock {
  using duration = Duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<EngineClock>;
  static constexpr bool is_steady = false;
};
using Time = EngineClock::time_point;

inline constexpr Time kNever{Duration{std::numeric_limits<std::int64_t>::max()}};

constexpr Time time_from_us(std::int64_t us) { return Time{Duration{us}}; }
constexpr std::int64_t to_us(Time time) { return time.time_since_epoch().count(); }
constexpr std::int64_t to_us(Duration duration) { return duration.count(); }

// A dense index; `none()` refers to nothing.
template <class Tag, class Rep = std::uint32_t>
struct Ref {
  Rep value = std::numeric_limits<Rep>::max();

  static constexpr Ref none() { return {}; }
  constexpr explicit operator bool() const { return value != none().value; }
  friend constexpr auto operator<=>(const Ref&, const Ref&) = default;
};

using ContactRef = Ref<struct ContactTag>;
using AgentRef = Ref<struct AgentTag>;
using QueueRef = Ref<struct QueueTag>;
using GatewayRef = Ref<struct GatewayTag>;
using AssignmentRef = Ref<struct AssignmentTag>;
using CooldownRef = Ref<struct CooldownTag>;
using DestinationRef = Ref<struct DestinationTag>;
using PlanRef = Ref<struct PlanTag>;
using SplitRef = Ref<struct SplitTag>;
using CalendarRef = Ref<struct CalendarTag>;
using ChannelRef = Ref<struct ChannelTag, std::uint8_t>;
using RequirementClass = Ref<struct RequirementClassTag>;
using ProfileClass = Ref<struct ProfileClassTag>;

// 1, 2, 3, ... in the order of creation, for ever; 0 is no offer.
struct OfferId {
  std::uint64_t value = 0;
  constexpr explicit operator bool() const { return value != 0; }
  friend constexpr auto operator<=>(const OfferId&, const OfferId&) = default;
};

}  // namespace cordboard

template <class Tag, class Rep>
struct std::hash<cordboard::Ref<Tag, Rep>> {
  std::size_t operator()(const cordboard::Ref<Tag, Rep>& ref) const noexcept { return ref.value; }
};
