// A watch goes on over cuts, and tells of each of them once.

#include "ctl/client/watch_feed.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "ctl/client/command_failed.h"
#include "tests/ctl/answering_router.h"

namespace cordboard::testing {
namespace {

using ctl::CommandFailed;
using ctl::RouterChoice;
using ctl::WatchFeed;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const grpc::Status kGone{grpc::StatusCode::UNAVAILABLE, "Socket closed"};

v1::WatchResponse whole_snapshot(std::uint64_t revision) {
  v1::WatchResponse response;
  response.mutable_snapshot()->set_revision(revision);
  response.mutable_snapshot()->set_last_chunk(true);
  return response;
}

RouterChoice choice_of(const AnsweringRouter& router) {
  RouterChoice choice;
  choice.target = router.address();
  return choice;
}

TEST(WatchFeed, TellsOfACutOnceHoweverOftenItTries) {
  AnsweringRouter router(AnsweringRouter::Answers{
      {{encoded(whole_snapshot(1))}, kGone}, {{}, kGone}, {{}, kGone}, {{encoded(whole_snapshot(2))}}});
  std::vector<std::string> cuts;
  WatchFeed feed(choice_of(router), {}, [&](const std::string& why) { cuts.push_back(why); });
  v1::WatchResponse response;
  ASSERT_TRUE(feed.next(response));
  EXPECT_EQ(response.snapshot().revision(), 1u);
  ASSERT_TRUE(feed.next(response));
  EXPECT_EQ(response.snapshot().revision(), 2u);
  EXPECT_THAT(cuts, ElementsAre(HasSubstr("the connection was cut (Socket closed)")));
  ASSERT_TRUE(feed.next(response)) << "an end without an error is a cut, too";
  EXPECT_THAT(cuts, ElementsAre(::testing::_, HasSubstr("the stream ended")));
}

TEST(WatchFeed, AnEmptyBatchIsNoReasonToFall) {
  v1::WatchResponse empty;
  empty.mutable_deltas();
  AnsweringRouter router(AnsweringRouter::Answers{{{encoded(whole_snapshot(1)), encoded(empty)}, kGone}});
  WatchFeed feed(choice_of(router), {}, [](const std::string&) {});
  v1::WatchResponse response;
  ASSERT_TRUE(feed.next(response));
  ASSERT_TRUE(feed.next(response));
  EXPECT_TRUE(response.has_deltas());
}

TEST(WatchFeed, EndsWhereNoRepetitionHelps) {
  AnsweringRouter router(
      AnsweringRouter::Answers{{{encoded(whole_snapshot(1))}, {grpc::StatusCode::PERMISSION_DENIED, "no"}}});
  WatchFeed feed(choice_of(router), {}, [](const std::string&) { ADD_FAILURE() << "it is no cut"; });
  v1::WatchResponse response;
  ASSERT_TRUE(feed.next(response));
  EXPECT_THROW(feed.next(response), CommandFailed);
}

TEST(WatchFeed, ARouterThatSaysNothingIsNotWaitedForForEver) {
  AnsweringRouter router(AnsweringRouter::Answers{{{}, grpc::Status::OK, true}});
  RouterChoice choice = choice_of(router);
  choice.timeout = Duration{1'000};
  WatchFeed feed(choice, {}, [](const std::string&) { ADD_FAILURE() << "it never began"; });
  v1::WatchResponse response;
  try {
    feed.next(response);
    ADD_FAILURE() << "no answer came";
  } catch (const CommandFailed& failed) {
    EXPECT_EQ(failed.code(), ExitCode::Unreachable);
    EXPECT_THAT(failed.what(), HasSubstr("no answer within 1ms"));
  }
}

}  // namespace
}  // namespace cordboard::testing
