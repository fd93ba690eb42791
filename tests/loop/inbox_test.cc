#include "router/loop/inbox.h"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <memory>
#include <random>
#include <semaphore>
#include <thread>
#include <vector>

namespace cordboard {
namespace {

struct Letter {
  int producer;
  int number;
};
using Letters = Inbox<Letter>;

std::vector<int> numbers_of(const std::deque<Letters::Item>& items) {
  std::vector<int> numbers;
  for (const auto& item : items) numbers.push_back(item.mail.number);
  return numbers;
}

TEST(InboxTest, MailComesOutInTheOrderItWentInAndWakesTheConsumerOnce) {
  int wakes = 0;
  Letters inbox(100, [&] { ++wakes; });
  for (int number = 1; number <= 3; ++number) {
    EXPECT_EQ(inbox.push({0, number}, 1), Admission::Admitted);
  }
  EXPECT_EQ(wakes, 1);
  std::deque<Letters::Item> out;
  inbox.drain(out);
  EXPECT_EQ(numbers_of(out), (std::vector{1, 2, 3}));
  inbox.push({0, 4}, 1);
  EXPECT_EQ(wakes, 2);
  inbox.drain(out);
  EXPECT_EQ(numbers_of(out), (std::vector{1, 2, 3, 4}));
}

TEST(InboxTest, AFullInboxAnswersOverloadedAndLeavesTheMailUntouched) {
  Inbox<std::unique_ptr<int>> inbox(10, [] {});
  EXPECT_EQ(inbox.push(std::make_unique<int>(1), 8), Admission::Admitted);
  auto refused = std::make_unique<int>(2);
  EXPECT_EQ(inbox.push(std::move(refused), 3), Admission::Overloaded);
  ASSERT_TRUE(refused);
  EXPECT_EQ(inbox.push(std::move(refused), 2), Admission::Admitted);
  EXPECT_EQ(inbox.depth(), 10u);
  EXPECT_EQ(inbox.overloaded(), 3u);
}

TEST(InboxTest, WhatIsDrainedCountsUntilItIsDone) {
  Letters inbox(2, [] {});
  inbox.push({0, 1}, 2);
  std::deque<Letters::Item> out;
  inbox.drain(out);
  EXPECT_EQ(inbox.push({0, 2}, 1), Admission::Overloaded);
  inbox.done(out.front().weight);
  EXPECT_EQ(inbox.push({0, 2}, 1), Admission::Admitted);
}

TEST(InboxTest, WhatMustNotBeLostIsTakenEvenWhenFull) {
  Letters inbox(1, [] {});
  inbox.push({0, 1}, 1);
  EXPECT_EQ(inbox.push_always({0, 2}, 1), Admission::Admitted);
  EXPECT_EQ(inbox.depth(), 2u);
}

TEST(InboxTest, AClosedInboxGivesOutWhatItHoldsAndRefusesTheRest) {
  Inbox<std::unique_ptr<int>> inbox(10, [] {});
  inbox.push(std::make_unique<int>(1), 1);
  std::deque<Inbox<std::unique_ptr<int>>::Item> out;
  inbox.close(out);
  ASSERT_EQ(out.size(), 1u);
  auto refused = std::make_unique<int>(2);
  EXPECT_EQ(inbox.push(std::move(refused), 1), Admission::Unavailable);
  EXPECT_EQ(inbox.push_always(std::move(refused), 1), Admission::Unavailable);
  EXPECT_TRUE(refused);
  EXPECT_EQ(inbox.depth(), 1u);
  inbox.drain(out);
  EXPECT_EQ(out.size(), 1u);
}

// The same thing, written so that it cannot be wrong.
struct NaiveInbox {
  std::uint64_t limit;
  std::deque<std::pair<int, std::uint64_t>> held;
  std::uint64_t depth = 0;
  int wakes = 0;

  bool push(int number, std::uint64_t weight) {
    if (depth + weight > limit) return false;
    if (held.empty()) ++wakes;
    held.emplace_back(number, weight);
    depth += weight;
    return true;
  }
};

TEST(InboxTest, ARandomTapeBehavesLikeTheNaiveModel) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    int wakes = 0;
    Letters inbox(20, [&] { ++wakes; });
    NaiveInbox model{20, {}};
    std::deque<Letters::Item> out;
    for (int step = 0; step < 500; ++step) {
      const auto choice = random() % 10;
      if (choice < 7) {
        const std::uint64_t weight = random() % 5;
        const bool admitted = inbox.push({0, step}, weight) == Admission::Admitted;
        ASSERT_EQ(admitted, model.push(step, weight)) << "step " << step;
      } else if (choice < 9) {
        const std::size_t before = out.size();
        inbox.drain(out);
        ASSERT_EQ(out.size() - before, model.held.size()) << "step " << step;
        for (std::size_t i = before; i < out.size(); ++i) {
          ASSERT_EQ(out[i].mail.number, model.held[i - before].first);
        }
        model.held.clear();
      } else if (!out.empty()) {
        inbox.done(out.front().weight);
        model.depth -= out.front().weight;
        out.pop_front();
      }
      ASSERT_EQ(inbox.depth(), model.depth) << "step " << step;
      ASSERT_EQ(wakes, model.wakes) << "step " << step;
    }
  }
}

// Producers on threads; the consumer sleeps until it is woken, so that a lost wake hangs the test.
TEST(InboxTest, ManyProducersLoseNothingAndKeepTheirOwnOrder) {
  constexpr int kProducers = 4;
  constexpr int kLetters = 20'000;
  std::counting_semaphore<> mail(0);
  std::atomic<int> wakes{0};
  Letters inbox(1000, [&] {
    ++wakes;
    mail.release();
  });
  std::vector<std::thread> producers;
  for (int producer = 0; producer < kProducers; ++producer) {
    producers.emplace_back([&inbox, producer] {
      for (int number = 0; number < kLetters; ++number) {
        while (inbox.push({producer, number}, 1) != Admission::Admitted) std::this_thread::yield();
      }
    });
  }
  std::vector<int> next(kProducers, 0);
  int drains_with_mail = 0;
  for (int received = 0; received < kProducers * kLetters;) {
    mail.acquire();
    std::deque<Letters::Item> out;
    inbox.drain(out);
    drains_with_mail += out.empty() ? 0 : 1;
    for (const auto& item : out) {
      ASSERT_EQ(item.mail.number, next[static_cast<std::size_t>(item.mail.producer)]++);
      inbox.done(item.weight);
      ++received;
    }
  }
  for (auto& producer : producers) producer.join();
  EXPECT_EQ(wakes.load(), drains_with_mail);
  EXPECT_EQ(inbox.depth(), 0u);
}

TEST(InboxTest, ClosingUnderFireLosesNothingThatWasAdmitted) {
  for (int round = 0; round < 20; ++round) {
    Letters inbox(100, [] {});
    std::atomic<int> admitted{0};
    std::atomic<int> started{0};
    std::vector<std::thread> producers;
    for (int producer = 0; producer < 3; ++producer) {
      producers.emplace_back([&] {
        ++started;
        Admission last = Admission::Admitted;
        while (last != Admission::Unavailable) {
          last = inbox.push({0, 0}, 1);
          if (last == Admission::Admitted) ++admitted;
        }
      });
    }
    while (started.load() < 3) std::this_thread::yield();
    std::deque<Letters::Item> out;
    for (int i = 0; i < 10; ++i) inbox.drain(out);
    inbox.close(out);
    for (auto& producer : producers) producer.join();
    EXPECT_EQ(static_cast<int>(out.size()), admitted.load());
    EXPECT_EQ(inbox.depth(), out.size());
  }
}

}  // namespace
}  // namespace cordboard
