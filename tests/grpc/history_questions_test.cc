// Any question, with any rows: whatever is asked and stored, the intervals are in order and what is not known
// is not told. A failure prints its seed.

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "router/calendar/opening_hours.h"
#include "router/codec/api_time.h"
#include "router/codec/storage_history.h"
#include "router/core/engine.h"
#include "router/core/rng.h"
#include "router/grpc/supervisor_history.h"

namespace cordboard::testing {
namespace {

constexpr std::uint64_t kQuestions = 3'000;
constexpr const char* kZonesAsked[] = {"",
                                       "Europe/Paris",
                                       "Asia/Kathmandu",
                                       "America/Sao_Paulo",  // changed at midnight
                                       "Pacific/Apia",       // left out a day
                                       "Antarctica/Troll"};

class AnyQuestion {
 public:
  explicit AnyQuestion(std::uint64_t seed) : rng_{seed} {
    TenantConfig config;
    config.calendars.push_back({"office", kZonesAsked[1 + draw(5)], hours_of_a_week(), {}});
    config.queues.push_back({.name = "sales"});
    config.queues.back().hours.calendar = "office";
    const Time begin = time_from_us(1'300'000'000'000'000) + draw(500'000) * 1'000s;
    apply(begin, ApplyConfig{1, config});
    for (std::int64_t i = draw(4); i > 0; --i)
      apply(engine_.now() + draw(3'600) * 1s, SubmitContact{.contact = std::to_string(i), .queue = "sales"});
    now_ = engine_.now() + draw(50'000) * 1s;
    ask();
  }

  void check() {
    ASSERT_FALSE(check_history(request_)) << request_.ShortDebugString();
    const grpc::Status status = look_at_history(engine_.state(), now_, request_, history_);
    if (!status.ok()) {
      ASSERT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << status.error_message();
      return;
    }
    check_intervals();
    check_answer();
  }
  std::size_t intervals() const { return history_.intervals.size(); }

 private:
  std::int64_t draw(std::int64_t below) {
    return static_cast<std::int64_t>(rng_.next() % static_cast<std::uint64_t>(below));
  }

  std::vector<std::vector<OpenInterval>> hours_of_a_week() {
    std::vector<std::vector<OpenInterval>> week(7);
    for (auto& day : week) {
      for (std::int64_t i = draw(4); i > 0; --i) {
        const std::int64_t from = draw(kMinutesOfDay);
        day.push_back(
            {static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(from + 1 + draw(kMinutesOfDay))});
      }
    }
    return week;
  }

  void apply(Time at, CommandBody body) {
    std::vector<Event> events;
    ASSERT_TRUE(engine_.apply({at, {}, std::move(body)}, events).accepted());
  }

  // Back from now: minutes, days, or as long as there may be intervals of a day.
  Time some_time() {
    const Duration back[] = {draw(100) * 1min, draw(20) * 24h + draw(86'400) * 1s, draw(1'100) * 24h};
    return now_ - back[draw(3)] + draw(2) * 1h;
  }

  void ask() {
    request_.set_queue("sales");
    request_.set_interval(static_cast<v1::GetQueueHistoryRequest::Interval>(1 + draw(4)));
    if (request_.interval() == v1::GetQueueHistoryRequest::DAY) request_.set_time_zone(kZonesAsked[draw(6)]);
    if (draw(3) > 0) fill_time(some_time(), request_.mutable_from());
    if (draw(3) == 0) fill_time(some_time(), request_.mutable_to());
  }

  void check_intervals() const {
    const bool shifts = request_.interval() == v1::GetQueueHistoryRequest::SHIFT;
    ASSERT_LE(history_.intervals.size(), kMaxIntervals);
    std::optional<QueueHistory::Interval> last;
    for (const QueueHistory::Interval& interval : history_.intervals) {
      const auto [begin, end, unfinished] = interval;
      ASSERT_LT(begin.at, end.at);
      ASSERT_LE(end.at, now_);
      ASSERT_TRUE(unfinished || end.at - now_ <= -1s || end.at <= engine_.now());
      for (const HistoryInstant& instant : {begin, end}) {
        const bool is_boundary = instant.at.time_since_epoch() % 15min == Duration{};
        ASSERT_TRUE(is_boundary || instant.at == now_);
        ASSERT_TRUE(instant.late ? instant.at >= engine_.now() : instant.at <= engine_.now());
      }
      if (last) {
        ASSERT_TRUE(shifts ? last->begin.at <= begin.at : last->end.at == begin.at);
      }
      last = interval;
    }
  }

  // A row of any number at one instant in three; from some instant on, or none at all.
  HistoryAnswer answer() {
    const std::vector<std::int64_t> instants = history_.stored_instants();
    HistoryAnswer rows;
    const std::int64_t since[] = {kHistoryComplete, kNoHistory, to_us(some_time())};
    rows.since_us = since[draw(3)];
    std::optional<HistoryRow> row;
    for (const std::int64_t at : instants) {
      QueueSums sums;
      sums.counters.offered = rng_.next();
      sums.waiting = rng_.next();
      if (draw(3) == 0) row = HistoryRow{0, at, encode_sums(sums)};
      rows.rows.push_back(at < rows.since_us ? std::nullopt : row);
    }
    return rows;
  }

  void check_answer() {
    const HistoryAnswer rows = answer();
    v1::GetQueueHistoryResponse response;
    const grpc::Status status = fill_history(history_, rows, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    ASSERT_EQ(static_cast<std::size_t>(response.intervals_size()), history_.intervals.size());
    const auto is_known = [&](const HistoryInstant& instant) {
      return instant.late || to_us(instant.at) >= rows.since_us;
    };
    for (int i = 0; i < response.intervals_size(); ++i) {
      const QueueHistory::Interval& interval = history_.intervals[static_cast<std::size_t>(i)];
      const v1::QueueInterval& told = response.intervals(i);
      ASSERT_EQ(told.has_waiting(), is_known(interval.end));
      ASSERT_EQ(told.has_counters(), is_known(interval.begin) && is_known(interval.end));
      ASSERT_EQ(told.has_kpis(), told.has_counters());
    }
  }

  Rng rng_;
  Engine engine_;
  Time now_;
  v1::GetQueueHistoryRequest request_;
  QueueHistory history_;
};

TEST(HistoryQuestions, AreAnsweredInOrderAndWithoutWhatIsNotKnown) {
  std::uint64_t intervals = 0;
  for (std::uint64_t seed = 1; seed <= kQuestions; ++seed) {
    SCOPED_TRACE(seed);
    AnyQuestion question(seed);
    question.check();
    if (::testing::Test::HasFatalFailure()) return;
    intervals += question.intervals();
  }
  EXPECT_GT(intervals, 50 * kQuestions) << "hardly anything was asked";
}

}  // namespace
}  // namespace cordboard::testing
