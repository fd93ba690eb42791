#include "router/grpc/notice_history.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "router/core/rng.h"

namespace cordboard {
namespace {

struct Model {
  struct Kept {
    std::uint64_t revision;
    GatewayRef gateway;
    std::string element;
  };
  std::deque<Kept> kept;
  std::size_t bytes = 0;
  std::uint64_t forgotten = 0;

  void keep(Kept&& notice, std::size_t notices_limit, std::size_t bytes_limit) {
    bytes += notice.element.size();
    kept.push_back(std::move(notice));
    while (kept.size() > notices_limit || bytes > bytes_limit) {
      forgotten = kept.front().revision;
      bytes -= kept.front().element.size();
      kept.pop_front();
    }
  }
  std::string after(std::uint64_t revision, GatewayRef gateway) const {
    std::string all;
    for (const Kept& notice : kept) {
      if (notice.revision > revision && notice.gateway == gateway) all += notice.element;
    }
    return all;
  }
};

// Of all lengths, also longer than a block, and empty.
std::string element_of(Rng& rng) {
  const std::uint64_t kind = rng.next() % 100;
  const std::size_t size = kind == 0 ? 70'000 + rng.next() % 70'000 : kind == 1 ? 0 : rng.next() % 3'000;
  return std::string(size, static_cast<char>('a' + rng.next() % 26));
}

TEST(NoticeHistory, AgreesWithAListOfStrings) {
  constexpr std::size_t kBytes = 1u << 20;
  for (const std::size_t notices : {std::size_t{0}, std::size_t{1}, std::size_t{100}, std::size_t{100'000}}) {
    Rng rng{notices + 1};
    NoticeHistory history(notices, kBytes);
    Model model;
    std::uint64_t revision = 0;
    for (int i = 0; i < 3'000; ++i) {
      revision += rng.next() % 2;
      const GatewayRef gateway{static_cast<std::uint32_t>(rng.next() % 3)};
      const std::string element = element_of(rng);
      history.keep(revision, gateway, element);
      model.keep({revision, gateway, element}, notices, kBytes);
      ASSERT_EQ(history.forgotten(), model.forgotten);
      if (i % 50 != 0) continue;
      const std::uint64_t from = revision - std::min<std::uint64_t>(revision, rng.next() % 100);
      Fragments copied;
      history.copy_after(from, gateway, copied);
      ASSERT_EQ(copied.bytes(), model.after(from, gateway));
    }
  }
}

}  // namespace
}  // namespace cordboard
