// Asks the routing thread from another thread, and waits for the answer, but not for ever.

#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <utility>

#include "router/core/engine.h"
#include "router/loop/router_loop.h"

namespace cordboard {

// How long a scrape or a probe waits in all: less than the time that Prometheus gives it.
inline constexpr std::chrono::milliseconds kProbeTimeout{2'000};

// What `look(engine, revision)` found, once that is durable; nothing when the loop does not take the question
// or does not answer by `until` (the disk hangs). `look` must own what it uses: it may run later.
template <class Look>
auto ask_loop(RouterLoop& loop, std::chrono::steady_clock::time_point until, Look look)
    -> std::optional<decltype(look(std::declval<const Engine&>(), std::uint64_t{}))> {
  using Found = decltype(look(std::declval<const Engine&>(), std::uint64_t{}));
  auto promise = std::make_shared<std::promise<Found>>();
  std::future<Found> future = promise->get_future();
  const Admission admission =
      loop.query([promise, look = std::move(look)](const Engine& engine, std::uint64_t revision) mutable {
        auto found = std::make_shared<Found>(look(engine, revision));
        return [promise, found] { promise->set_value(std::move(*found)); };
      });
  promise.reset();
  if (admission != Admission::Admitted) return std::nullopt;
  if (future.wait_until(until) != std::future_status::ready) return std::nullopt;
  try {
    return future.get();
  } catch (const std::future_error&) {
    return std::nullopt;  // the loop ended without an answer
  }
}

}  // namespace cordboard
