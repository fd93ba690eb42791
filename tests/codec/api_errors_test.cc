#include "router/codec/api_errors.h"

#include <gtest/gtest.h>

namespace cordboard::testing {
namespace {

TEST(ApiErrors, ARejectionKeepsItsReasonItsDetailAndItsCode) {
  v1::RejectionDetail detail;
  fill_rejection(Rejection{RejectReason::OfferFinished, "the offer is expired"}, &detail);
  EXPECT_EQ(detail.reason(), v1::RejectionDetail::OFFER_FINISHED);
  EXPECT_EQ(detail.detail(), "the offer is expired");
  EXPECT_EQ(detail.code(), 9);
  EXPECT_EQ(status_message(detail), "OFFER_FINISHED: the offer is expired");
}

TEST(ApiErrors, ALongDetailIsClippedAfterAWholeCharacter) {
  v1::RejectionDetail detail;
  const std::string name = std::string(kMaxDetailBytes - 1, 'x') + "\u00e4" + std::string(100, 'y');
  fill_rejection(Rejection{RejectReason::UnknownAgent, name}, &detail);
  EXPECT_EQ(detail.detail(), std::string(kMaxDetailBytes - 1, 'x'));
  fill_rejection(Rejection{RejectReason::UnknownAgent, std::string(kMaxDetailBytes, 'x')}, &detail);
  EXPECT_EQ(detail.detail().size(), kMaxDetailBytes);
}

TEST(ApiErrors, ARefusalByTheEdgeLooksTheSame) {
  v1::RejectionDetail detail;
  fill_rejection(Refusal{v1::RejectionDetail::OVERLOADED, ""}, &detail);
  EXPECT_EQ(detail.reason(), v1::RejectionDetail::OVERLOADED);
  EXPECT_EQ(detail.code(), 8);
  EXPECT_FALSE(detail.has_retry_delay());
  EXPECT_EQ(status_message(detail), "OVERLOADED");
}

TEST(ApiErrors, ARetryDelayComesWithTheDetailAndAsARetryInfo) {
  v1::RejectionDetail detail;
  fill_rejection(Refusal{v1::RejectionDetail::RATE_LIMITED, "", std::chrono::milliseconds(1'500)}, &detail);
  EXPECT_EQ(detail.retry_delay().seconds(), 1);
  EXPECT_EQ(detail.retry_delay().nanos(), 500'000'000);
  v1::ErrorStatus status;
  ASSERT_TRUE(status.ParseFromString(status_details(detail)));
  ASSERT_EQ(status.details_size(), 2);
  EXPECT_EQ(status.details(1).type_url(), "type.googleapis.com/google.rpc.RetryInfo");
  v1::RetryInfo retry;
  ASSERT_TRUE(retry.ParseFromString(status.details(1).value()));
  EXPECT_EQ(retry.retry_delay().SerializeAsString(), detail.retry_delay().SerializeAsString());
}

TEST(ApiErrors, StatusDetailsAreAGoogleRpcStatusWithOneDetail) {
  v1::RejectionDetail detail;
  fill_rejection(Rejection{RejectReason::UnknownQueue, "no queue 'x'"}, &detail);
  v1::ErrorStatus status;
  ASSERT_TRUE(status.ParseFromString(status_details(detail)));
  EXPECT_EQ(status.code(), 5);
  EXPECT_EQ(status.message(), "UNKNOWN_QUEUE: no queue 'x'");
  ASSERT_EQ(status.details_size(), 1);
  EXPECT_EQ(status.details(0).type_url(), "type.googleapis.com/cordboard.v1.RejectionDetail");
  v1::RejectionDetail unpacked;
  ASSERT_TRUE(status.details(0).UnpackTo(&unpacked));
  EXPECT_EQ(unpacked.SerializeAsString(), detail.SerializeAsString());
}

// The numbers and types of google/rpc/status.proto, which other libraries parse the bytes with.
TEST(ApiErrors, TheLayoutIsThatOfGoogleRpcStatus) {
  const auto* layout = v1::ErrorStatus::descriptor();
  using Field = google::protobuf::FieldDescriptor;
  ASSERT_EQ(layout->field_count(), 3);
  EXPECT_EQ(layout->FindFieldByName("code")->number(), 1);
  EXPECT_EQ(layout->FindFieldByName("code")->type(), Field::TYPE_INT32);
  EXPECT_EQ(layout->FindFieldByName("message")->number(), 2);
  EXPECT_EQ(layout->FindFieldByName("message")->type(), Field::TYPE_STRING);
  EXPECT_EQ(layout->FindFieldByName("details")->number(), 3);
  EXPECT_EQ(layout->FindFieldByName("details")->message_type()->full_name(), "google.protobuf.Any");
}

TEST(ApiErrors, AClosedStreamSaysWhereToResume) {
  v1::StreamClosedDetail closed;
  closed.set_reason(v1::StreamClosedDetail::SLOW_READER);
  closed.set_resume_revision(17);
  v1::ErrorStatus status;
  ASSERT_TRUE(status.ParseFromString(status_details(8, "too slow", closed)));
  v1::StreamClosedDetail unpacked;
  ASSERT_TRUE(status.details(0).UnpackTo(&unpacked));
  EXPECT_EQ(unpacked.resume_revision(), 17u);
}

}  // namespace
}  // namespace cordboard::testing
