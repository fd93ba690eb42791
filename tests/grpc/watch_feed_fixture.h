// A feed of an engine, and watchers over wires that the test moves.

#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "router/core/engine.h"
#include "router/grpc/watch_feed.h"
#include "tests/grpc/slow_wire.h"

namespace cordboard::testing {

class Watcher : public WatchSink {
 public:
  Watcher(SlowWire& sends, Outbox& sends_by) : WatchSink(sends_by), wire(sends), outbox(sends_by) {}

  v1::WatchResponse sent(std::size_t message) const {
    v1::WatchResponse response;
    EXPECT_TRUE(response.ParseFromString(wire.sent.at(message)));
    return response;
  }
  void cut() { outbox.cut(v1::StreamClosedDetail::SLOW_READER, grpc::RESOURCE_EXHAUSTED, ""); }

  SlowWire& wire;
  Outbox& outbox;
};

class WatchFeedTest : public ::testing::Test {
 protected:
  WatchFeedTest() {
    TenantConfig config;
    config.queues.push_back({.name = "sales"});
    config.limits.attributes_bytes = 1u << 20;
    apply(ApplyConfig{1, config});
  }

  void apply(CommandBody body) {
    std::vector<Event> events;
    ASSERT_TRUE(engine_.apply({now_, {}, std::move(body)}, events).accepted());
    feed_.stage(++revision_, now_, engine_.state(), events);
  }
  void submit(int count, std::size_t attributes = 0) {
    for (int i = 0; i < count; ++i) {
      apply(SubmitContact{.contact = "c" + std::to_string(revision_),
                          .queue = "sales",
                          .attributes = std::string(attributes, 'x')});
    }
  }
  void release() { feed_.release(revision_, now_); }

  std::shared_ptr<Watcher> watch(std::uint64_t resume = 0, const WatchFilter& filter = {}) {
    auto watcher = std::make_shared<Watcher>(wire_, outbox_);
    auto beginning = feed_.attach(watcher, filter, resume, revision_, engine_.state());
    if (!beginning) return nullptr;
    feed_.start(*watcher, std::move(*beginning), now_);
    return watcher;
  }
  static WatchFilter filter(std::uint32_t number) {
    WatchFilter filter;
    filter.only = {QueueRef{number}};
    return filter;
  }

  // Of the messages sent so far, from `first` on.
  static std::vector<std::uint64_t> revisions(const Watcher& watcher, std::size_t first) {
    std::vector<std::uint64_t> found;
    for (std::size_t i = first; i < watcher.wire.sent.size(); ++i) {
      const v1::WatchResponse sent = watcher.sent(i);
      for (const v1::Delta& delta : sent.deltas().deltas()) found.push_back(delta.revision());
    }
    return found;
  }
  static WatchFilter paced() {
    WatchFilter filter;
    filter.interval = kInterval;
    return filter;
  }

  static constexpr Duration kInterval{250'000};
  Time now_ = time_from_us(1'000'000);
  std::uint64_t revision_ = 0;
  Engine engine_;
  EdgeOptions options_;
  EdgeCounters counters_;
  SlowWire wire_;
  Outbox outbox_{wire_, StreamKind::Watch, 1u << 20, counters_};
  WatchFeed feed_{options_, 0, [] {}};
};

}  // namespace cordboard::testing
