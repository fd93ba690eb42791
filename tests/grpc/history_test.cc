// The figures of a queue by intervals, over the wire: what is in which interval, from where the days go, and
// what is not known.

#include <gmock/gmock.h>

#include <cstdint>
#include <future>
#include <string>
#include <vector>

#include "router/calendar/opening_hours.h"
#include "router/codec/api_time.h"
#include "router/grpc/edge_options.h"
#include "tests/grpc/held_loop.h"
#include "tests/grpc/session_client.h"

namespace cordboard::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using HistoryQuestion = v1::GetQueueHistoryRequest;

constexpr const char* kParis = R"(
calendars:
  - {name: office, zone: Europe/Paris, week: {mon-fri: ["08:00-14:00", "14:00-20:00"]}}
queues:
  - {name: sales, hours: office, service_level: {percent: 80, within: 20s}}
)";

// "YYYY-MM-DD HH:MM" in UTC.
Time utc_time(const char* text) {
  const std::string_view spelled(text);
  const auto digits = [&](std::size_t from) { return (spelled[from] - '0') * 10 + spelled[from + 1] - '0'; };
  return local_midnight("UTC", *parse_date(spelled.substr(0, 10))) + digits(11) * 1h + digits(14) * 1min;
}

class QueueHistoryTest : public ::testing::Test {
 protected:
  static ServerUnderTest::Options options(const char* config = kTestConfig) {
    ServerUnderTest::Options made;
    made.tenants = {{"default", config}};
    return made;
  }

  void submit_contact(const std::string& id, const std::string& queue = "sales") {
    v1::SubmitContactRequest request;
    request.set_contact_id(id);
    request.set_queue(queue);
    v1::SubmitContactResponse response;
    ASSERT_TRUE(call(&v1::GatewayService::Stub::SubmitContact, router().gateway(), request, &response).ok());
  }
  void cancel_contact(const std::string& id) {
    v1::CancelContactRequest request;
    request.set_contact_id(id);
    v1::CancelContactResponse response;
    ASSERT_TRUE(call(&v1::GatewayService::Stub::CancelContact, router().gateway(), request, &response).ok());
  }

  static HistoryQuestion asking(HistoryQuestion::Interval interval, const char* from = "",
                                const char* to = "") {
    HistoryQuestion request;
    request.set_queue("sales");
    request.set_interval(interval);
    if (*from != '\0') fill_time(utc_time(from), request.mutable_from());
    if (*to != '\0') fill_time(utc_time(to), request.mutable_to());
    return request;
  }
  v1::GetQueueHistoryResponse history(const HistoryQuestion& request) {
    v1::GetQueueHistoryResponse response;
    const grpc::Status status =
        call(&v1::SupervisorService::Stub::GetQueueHistory, router().supervisor(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  // "begin+minutes", and "..." when it still goes on.
  static std::vector<std::string> spans(const v1::GetQueueHistoryResponse& response) {
    std::vector<std::string> texts;
    for (const v1::QueueInterval& interval : response.intervals()) {
      const Time begin = *to_time(true, interval.begin());
      const auto minutes = (*to_time(true, interval.end()) - begin) / 1min;
      const std::int32_t date = local_date("UTC", begin);
      const auto of_day = (begin - local_midnight("UTC", date)) / 1min;
      texts.push_back(std::to_string(date - first_day_) + "d" + std::to_string(of_day) + "+" +
                      std::to_string(minutes) + (interval.unfinished() ? "..." : ""));
    }
    return texts;
  }
  static std::vector<std::int64_t> offered(const v1::GetQueueHistoryResponse& response) {
    std::vector<std::int64_t> counts;
    for (const v1::QueueInterval& interval : response.intervals()) {
      const bool known = interval.has_counters();
      counts.push_back(known ? static_cast<std::int64_t>(interval.counters().offered()) : -1);
    }
    return counts;
  }

  ServerUnderTest& start(const ServerUnderTest::Options& with) {
    router_ = std::make_unique<ServerUnderTest>(with);
    return *router_;
  }
  ServerUnderTest& router() { return *router_; }
  void set_clock(const char* text) { router().clock().set(utc_time(text)); }

  // The clock begins at 2023-11-14 22:13:20.
  static constexpr std::int32_t first_day_ = 19'675;
  std::unique_ptr<ServerUnderTest> router_;
};

TEST_F(QueueHistoryTest, EachIntervalHasWhatHappenedInIt) {
  start(options());
  submit_contact("c1");
  cancel_contact("c1");
  set_clock("2023-11-14 22:16");
  submit_contact("c2");
  set_clock("2023-11-14 22:40");
  const HistoryQuestion request = asking(HistoryQuestion::QUARTER_HOUR, "2023-11-14 22:03");
  // No record is after 22:15, so the state tells, and then the rows do.
  for (const bool rows : {false, true}) {
    if (rows) submit_contact("c3", "chat");
    const auto response = history(request);
    EXPECT_THAT(spans(response), ElementsAre("0d1320+15", "0d1335+15", "0d1350+10..."));
    EXPECT_THAT(offered(response), ElementsAre(1, 1, 0));
    EXPECT_EQ(response.intervals(0).counters().cancelled(), 1u);
    EXPECT_EQ(response.intervals(0).waiting(), 0u);
    EXPECT_EQ(response.intervals(1).counters().cancelled(), 0u);
    EXPECT_EQ(response.intervals(1).waiting(), 1u);
    EXPECT_EQ(response.intervals(1).waiting_late(), 1u);
    EXPECT_FALSE(response.intervals(1).counters().has_longest_wait());
    EXPECT_EQ(response.intervals(1).kpis().service_level_strict().whole(), 1u) << "who waits too long";
    EXPECT_FALSE(response.intervals(0).kpis().has_service_level_strict());
    EXPECT_FALSE(response.has_known_since());
    EXPECT_EQ(response.revision(), router().revision());
  }
  EXPECT_THAT(offered(history(asking(HistoryQuestion::HOUR, "2023-11-14 21:00"))), ElementsAre(0, 2));
  EXPECT_EQ(history(asking(HistoryQuestion::QUARTER_HOUR)).intervals_size(), 97)
      << "a day, and the one that goes on";
}

// Also where nothing has happened since.
TEST_F(QueueHistoryTest, WhatComesAtABoundaryBelongsToTheNextInterval) {
  start(options());
  submit_contact("c1");
  set_clock("2023-11-14 22:30");
  submit_contact("c2");
  const auto response = history(asking(HistoryQuestion::QUARTER_HOUR, "2023-11-14 22:03"));
  EXPECT_THAT(spans(response), ElementsAre("0d1320+15", "0d1335+15"));
  EXPECT_THAT(offered(response), ElementsAre(1, 0));
}

TEST_F(QueueHistoryTest, OneQuestionMoreThanMayBeOpenIsRefusedAtOnce) {
  start(options());
  const HistoryQuestion request = asking(HistoryQuestion::QUARTER_HOUR);
  std::vector<std::future<grpc::Status>> open;
  v1::GetQueueHistoryResponse refused;
  {
    HeldLoop hold(router());
    for (std::uint32_t i = 0; i < kMaxOpenHistories; ++i) {
      open.push_back(std::async(std::launch::async, [&] {
        v1::GetQueueHistoryResponse response;
        return call(&v1::SupervisorService::Stub::GetQueueHistory, router().supervisor(), request, &response);
      }));
    }
    hold.wait_for_mail(kMaxOpenHistories);
    const grpc::Status status =
        call(&v1::SupervisorService::Stub::GetQueueHistory, router().supervisor(), request, &refused);
    EXPECT_EQ(rejection(status).reason(), v1::RejectionDetail::OVERLOADED) << status.error_message();
  }
  for (auto& answer : open) EXPECT_TRUE(answer.get().ok());
  EXPECT_EQ(history(request).intervals_size(), 97) << "there is place again";
}

TEST_F(QueueHistoryTest, IsThereAfterARestart) {
  start(options());
  submit_contact("c1");
  set_clock("2023-11-14 22:40");
  const auto before = history(asking(HistoryQuestion::QUARTER_HOUR, "2023-11-14 22:00"));
  router().restart();
  auto after = history(asking(HistoryQuestion::QUARTER_HOUR, "2023-11-14 22:00"));
  after.set_revision(before.revision());
  EXPECT_EQ(after.SerializeAsString(), before.SerializeAsString());
}

TEST_F(QueueHistoryTest, TheIntervalsAddUpToTheCountersOfTheQueue) {
  start(options());
  for (int i = 0; i < 40; ++i) {
    submit_contact("c" + std::to_string(i));
    if (i % 3 == 0) cancel_contact("c" + std::to_string(i));
    router().clock().advance(7min);
  }
  std::uint64_t offered = 0;
  std::uint64_t cancelled = 0;
  const auto response = history(asking(HistoryQuestion::QUARTER_HOUR, "2023-11-14 22:00"));
  for (const v1::QueueInterval& interval : response.intervals()) {
    offered += interval.counters().offered();
    cancelled += interval.counters().cancelled();
  }
  EXPECT_EQ(offered, 40u);
  EXPECT_EQ(cancelled, 14u);
}

// Paris: 2024-03-31 has 23 hours, 2024-10-27 has 25.
TEST_F(QueueHistoryTest, DaysAreThoseOfTheZone) {
  start(options(kParis));
  const auto change_of = [&](const char* clock, const char* from, const char* zone) {
    set_clock(clock);
    HistoryQuestion request = asking(HistoryQuestion::DAY, from);
    request.set_time_zone(zone);
    return history(request);
  };
  EXPECT_THAT(spans(change_of("2024-04-01 12:00", "2024-03-30 12:00", "")),
              ElementsAre("136d1380+1440", "137d1380+1380", "138d1320+840..."));
  EXPECT_THAT(spans(change_of("2024-10-28 12:00", "2024-10-26 12:00", "")),
              ElementsAre("346d1320+1440", "347d1320+1500", "348d1380+780..."));
  EXPECT_THAT(spans(change_of("2024-10-28 12:00", "2024-10-27 12:00", "Asia/Kathmandu")),
              ElementsAre("347d1095+1440", "348d1095+1065..."))
      << "UTC+5:45";
  EXPECT_EQ(history(asking(HistoryQuestion::DAY)).time_zone(), "Europe/Paris");
}

TEST_F(QueueHistoryTest, ShiftsAreTheHoursOfTheCalendar) {
  start(options(kParis));
  set_clock("2023-11-15 09:00");
  submit_contact("c1");
  set_clock("2023-11-15 13:30");
  submit_contact("c2");
  submit_contact("c3");
  set_clock("2023-11-16 08:00");
  // Wednesday's two, and Thursday's first, which goes on.
  const auto response = history(asking(HistoryQuestion::SHIFT, "2023-11-15 00:00"));
  EXPECT_THAT(spans(response), ElementsAre("1d420+360", "1d780+360", "2d420+60..."));
  EXPECT_THAT(offered(response), ElementsAre(1, 2, 0));
  EXPECT_EQ(response.time_zone(), "Europe/Paris");
}

TEST_F(QueueHistoryTest, WhatWasPrunedIsNotKnownAndNotZero) {
  ServerUnderTest::Options with = options();
  with.server.keep_history = 24h;
  start(with);
  submit_contact("c1");
  set_clock("2023-11-15 01:00");
  submit_contact("c2");
  set_clock("2023-11-16 12:01");
  submit_contact("c3");
  set_clock("2023-11-17 12:31");
  submit_contact("c4");
  const auto response = history(asking(HistoryQuestion::DAY, "2023-11-14 12:00"));
  EXPECT_THAT(offered(response), ElementsAre(-1, -1, 1, 1));
  EXPECT_FALSE(response.intervals(0).has_waiting());
  EXPECT_FALSE(response.intervals(0).has_waiting_late());
  EXPECT_EQ(response.intervals(1).waiting(), 2u) << "at the end, which is known";
  const auto newer = history(asking(HistoryQuestion::HOUR, "2023-11-15 12:00", "2023-11-15 15:00"));
  EXPECT_THAT(offered(newer), ElementsAre(-1, 0, 0)) << "the newest row is at 12:15 of the 16th";
  EXPECT_EQ(*to_time(true, newer.known_since()), utc_time("2023-11-15 12:15"));
}

TEST_F(QueueHistoryTest, TellsFromWhenItKnowsAlsoWhereThereIsNoInterval) {
  ServerUnderTest::Options with = options(kParis);
  with.server.keep_history = 24h;
  start(with);
  for (const char* const at :
       {"2023-11-15 09:00", "2023-11-15 10:00", "2023-11-17 09:00", "2023-11-17 10:00", "2023-11-17 11:00"}) {
    set_clock(at);
    submit_contact("c" + std::to_string(router().revision()));
  }
  const auto weekend = history(asking(HistoryQuestion::SHIFT, "2023-11-11 08:00", "2023-11-11 18:00"));
  EXPECT_EQ(weekend.intervals_size(), 0);
  EXPECT_TRUE(weekend.has_known_since());
  EXPECT_EQ(weekend.time_zone(), "Europe/Paris");
}

TEST_F(QueueHistoryTest, RenamedAndRemovedQueuesKeepTheirs) {
  start(options("queues: [{name: sales}, {name: other}]"));
  submit_contact("c1");
  cancel_contact("c1");
  submit_contact("o1", "other");
  cancel_contact("o1");
  set_clock("2023-11-14 23:01");
  router().restart({{"default", "queues: [{name: orders, renamed_from: sales}]"}});
  for (const std::string name : {"orders", "other"}) {
    HistoryQuestion request = asking(HistoryQuestion::HOUR, "2023-11-14 22:00");
    request.set_queue(name);
    EXPECT_THAT(offered(history(request)), ElementsAre(1, 0)) << name;
  }
}

// Names stay unique: what was removed takes the name that the other one had before.
TEST_F(QueueHistoryTest, ARemovedQueueWhoseNameIsTakenIsFoundUnderTheOthersFormerName) {
  start(options("queues: [{name: sales}, {name: orders}]"));
  submit_contact("s1");
  cancel_contact("s1");
  set_clock("2023-11-14 22:31");
  for (const char* const id : {"o1", "o2"}) {
    submit_contact(id, "orders");
    cancel_contact(id);
  }
  set_clock("2023-11-14 23:01");
  router().restart({{"default", "queues: [{name: sales}]"}});
  router().restart({{"default", "queues: [{name: orders, renamed_from: sales}]"}});
  HistoryQuestion request = asking(HistoryQuestion::HOUR, "2023-11-14 22:00");
  const auto offered_to = [&](const char* name) {
    request.set_queue(name);
    return offered(history(request));
  };
  EXPECT_THAT(offered_to("orders"), ElementsAre(1, 0));
  EXPECT_THAT(offered_to("sales"), ElementsAre(1, 0)) << "the same queue, by the name it had";
  router().restart({{"default", "queues: [{name: orders}]"}});
  EXPECT_THAT(offered_to("orders"), ElementsAre(1, 0));
  EXPECT_THAT(offered_to("sales"), ElementsAre(2, 0)) << "the removed one";
}

TEST_F(QueueHistoryTest, ABadQuestionIsToldWhatIsWrong) {
  start(options());
  const auto refused = [&](const HistoryQuestion& request) {
    v1::GetQueueHistoryResponse response;
    return call(&v1::SupervisorService::Stub::GetQueueHistory, router().supervisor(), request, &response);
  };
  const auto malformed = [&](const HistoryQuestion& request) {
    const grpc::Status status = refused(request);
    EXPECT_EQ(rejection(status).reason(), v1::RejectionDetail::MALFORMED_REQUEST) << status.error_message();
    return status.error_message();
  };
  HistoryQuestion unknown = asking(HistoryQuestion::DAY);
  unknown.set_queue("nowhere");
  EXPECT_EQ(rejection(refused(unknown)).reason(), v1::RejectionDetail::UNKNOWN_QUEUE);
  EXPECT_THAT(malformed(asking(HistoryQuestion::INTERVAL_UNSPECIFIED)), HasSubstr("interval: "));
  EXPECT_THAT(malformed(asking(static_cast<HistoryQuestion::Interval>(9))), HasSubstr("interval: "));
  EXPECT_THAT(malformed(asking(HistoryQuestion::HOUR, "2023-11-14 10:00", "2023-11-14 10:00")),
              HasSubstr("from: "));
  EXPECT_THAT(malformed(asking(HistoryQuestion::HOUR, "2023-11-15 10:00")), HasSubstr("from: "));
  EXPECT_THAT(malformed(asking(HistoryQuestion::QUARTER_HOUR, "2023-11-01 10:00")),
              HasSubstr("more than 1000"));
  EXPECT_THAT(malformed(asking(HistoryQuestion::DAY, "1970-01-01 10:00")), HasSubstr("more than 1000"));
  EXPECT_THAT(malformed(asking(HistoryQuestion::SHIFT)), HasSubstr("no calendar"));
  HistoryQuestion zone = asking(HistoryQuestion::DAY);
  zone.set_time_zone("Europe/Atlantis");
  EXPECT_THAT(malformed(zone), HasSubstr("IANA"));
  zone = asking(HistoryQuestion::HOUR);
  zone.set_time_zone("Europe/Paris");
  EXPECT_THAT(malformed(zone), HasSubstr("only for DAY"));
  EXPECT_EQ(history(asking(HistoryQuestion::QUARTER_HOUR, "2023-11-04 12:30")).intervals_size(), 999);
}

}  // namespace
}  // namespace cordboard::testing
