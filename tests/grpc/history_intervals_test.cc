// Which instants of a question the state tells and which a row, and what comes of rows that cannot be read:
// without a server, so that nothing happens at the times in between.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "router/calendar/opening_hours.h"
#include "router/codec/api_time.h"
#include "router/core/engine.h"
#include "router/grpc/supervisor_history.h"

namespace cordboard::testing {
namespace {

using IntervalKind = v1::GetQueueHistoryRequest::Interval;

class HistoryIntervals : public ::testing::Test {
 protected:
  // Friday, 2023-11-17, at 12:00 UTC.
  const Time noon_ = local_midnight("UTC", *parse_date("2023-11-17")) + 12h;

  // Contacts of one queue since noon; nothing happens later.
  void submit_at_noon(const QueueConfig& queue, const CalendarConfig& calendar = {}) {
    TenantConfig config;
    config.queues.push_back(queue);
    if (!calendar.name.empty()) config.calendars.push_back(calendar);
    apply(ApplyConfig{1, config});
    apply(SubmitContact{.contact = "c1", .queue = queue.name});
  }
  void apply(CommandBody body) {
    std::vector<Event> events;
    ASSERT_TRUE(engine_.apply({noon_, {}, std::move(body)}, events).accepted());
  }
  QueueHistory look(IntervalKind kind, Time from, Time now) const {
    v1::GetQueueHistoryRequest request;
    request.set_queue("sales");
    request.set_interval(kind);
    fill_time(from, request.mutable_from());
    QueueHistory history;
    const grpc::Status status = look_at_history(engine_.state(), now, request, history);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return history;
  }

  Engine engine_;
};

TEST_F(HistoryIntervals, ShiftsWithinOthersCountWhoIsLateAtTheirOwnEnd) {
  CalendarConfig calendar{"office", "UTC", std::vector<std::vector<OpenInterval>>(7), {}};
  calendar.week[4] = {{11 * 60, 34 * 60}};  // until Saturday, 10:00
  calendar.week[5] = {{6 * 60, 8 * 60}};
  QueueConfig queue{.name = "sales"};
  queue.hours.calendar = "office";
  queue.service_level.within = 21h;
  submit_at_noon(queue, calendar);
  const QueueHistory history = look(v1::GetQueueHistoryRequest::SHIFT, noon_ - 1h, noon_ + 24h);
  ASSERT_EQ(history.intervals.size(), 2u);
  EXPECT_EQ(history.intervals[0].end.at, noon_ + 22h);
  EXPECT_EQ(history.intervals[0].end.late, 1u);
  EXPECT_EQ(history.intervals[1].end.at, noon_ + 20h);
  EXPECT_EQ(history.intervals[1].end.late, 0u) << "not yet";
}

TEST_F(HistoryIntervals, AStoreWithoutRowsKnowsWhatTheStateTells) {
  submit_at_noon({.name = "sales"});
  const QueueHistory history = look(v1::GetQueueHistoryRequest::QUARTER_HOUR, noon_ - 15min, noon_ + 20min);
  EXPECT_EQ(history.stored_instants(), (std::vector<std::int64_t>{to_us(noon_ - 15min), to_us(noon_)}))
      << "a record at an instant is after it";
  v1::GetQueueHistoryResponse response;
  const HistoryAnswer nothing{kNoHistory, {std::nullopt, std::nullopt}};
  ASSERT_TRUE(fill_history(history, nothing, &response).ok());
  EXPECT_EQ(*to_time(true, response.known_since()), noon_ + 1us);
  ASSERT_EQ(response.intervals_size(), 3);
  EXPECT_FALSE(response.intervals(0).has_waiting());
  EXPECT_FALSE(response.intervals(1).has_counters());
  EXPECT_EQ(response.intervals(1).waiting(), 1u);
  EXPECT_EQ(response.intervals(1).waiting_late(), 1u);
  EXPECT_TRUE(response.intervals(2).has_counters());
  EXPECT_TRUE(response.intervals(2).unfinished());
}

// A command may have been applied a little later than its time says.
TEST_F(HistoryIntervals, AnIntervalThatHasJustEndedMayStillChange) {
  submit_at_noon({.name = "sales"});
  const auto is_unfinished = [&](Time now) {
    const QueueHistory history = look(v1::GetQueueHistoryRequest::QUARTER_HOUR, noon_, now);
    EXPECT_EQ(history.intervals[0].end.at, std::min(now, noon_ + 15min));
    return history.intervals[0].unfinished;
  };
  EXPECT_TRUE(is_unfinished(noon_ + 15min - 1us));
  EXPECT_TRUE(is_unfinished(noon_ + 15min));
  EXPECT_TRUE(is_unfinished(noon_ + 15min + 999ms));
  EXPECT_FALSE(is_unfinished(noon_ + 15min + 1s));
}

TEST_F(HistoryIntervals, AnIntervalBeforeTheNewestRecordIsFinished) {
  submit_at_noon({.name = "sales"});
  EXPECT_FALSE(look(v1::GetQueueHistoryRequest::QUARTER_HOUR, noon_ - 15min, noon_).intervals[0].unfinished);
}

TEST_F(HistoryIntervals, AZoneThatCannotBeReadIsNoMistakeOfTheClient) {
  submit_at_noon({.name = "sales"});
  v1::GetQueueHistoryRequest request;
  request.set_queue("sales");
  request.set_interval(v1::GetQueueHistoryRequest::DAY);
  request.set_time_zone("Pacific/Marquesas");  // no other test has it
  ASSERT_FALSE(zone_names().empty());
  rlimit files{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  const rlimit none{0, files.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const Refused refused = check_history(request);
  QueueHistory history;
  const grpc::Status status = look_at_history(engine_.state(), noon_, request, history);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  EXPECT_FALSE(refused);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
  EXPECT_FALSE(check_history(request));
  EXPECT_TRUE(look_at_history(engine_.state(), noon_, request, history).ok());
}

TEST_F(HistoryIntervals, OnlyDamageIsALossOfData) {
  submit_at_noon({.name = "sales"});
  const QueueHistory history = look(v1::GetQueueHistoryRequest::QUARTER_HOUR, noon_, noon_ + 20min);
  v1::GetQueueHistoryResponse response;
  const auto told = [&](const Result<HistoryAnswer>& rows) {
    return fill_history(history, rows, &response).error_code();
  };
  EXPECT_EQ(told(StoreError{StoreErrorKind::Damaged, "a row", 0}), grpc::StatusCode::DATA_LOSS);
  EXPECT_EQ(told(StoreError{StoreErrorKind::Io, "the disk", 0}), grpc::StatusCode::UNAVAILABLE);
  const HistoryRow unreadable{0, to_us(noon_), "\xff"};
  EXPECT_EQ(told(HistoryAnswer{kHistoryComplete, {unreadable}}), grpc::StatusCode::DATA_LOSS);
}

}  // namespace
}  // namespace cordboard::testing
