#include <gtest/gtest.h>

#include "tests/grpc/server_under_test.h"

namespace cordboard::testing {
namespace {

using Detail = v1::RejectionDetail;

// Everybody may serve `sales`.
const std::string kWiderConfig = [] {
  std::string text = kTestConfig;
  const std::string narrow = "requires: english";
  return text.replace(text.find(narrow), narrow.size(), "requires: \"\"");
}();

class ConfigCalls : public ::testing::Test {
 protected:
  using Config = v1::ConfigService::Stub;

  v1::ApplyRequest request(const std::string& yaml) {
    v1::ApplyRequest request;
    request.set_yaml(yaml);
    request.set_supervisor("eva");
    return request;
  }
  grpc::Status apply(const v1::ApplyRequest& request) {
    applied_.Clear();
    return call(&Config::Apply, server_.config(), request, &applied_);
  }
  v1::GetResponse get(std::uint64_t version = 0) {
    v1::GetRequest request;
    request.set_version(version);
    v1::GetResponse got;
    EXPECT_TRUE(call(&Config::Get, server_.config(), request, &got).ok());
    return got;
  }
  void submit(const std::string& contact) {
    v1::SubmitContactRequest request;
    request.set_contact_id(contact);
    request.set_queue("sales");
    v1::SubmitContactResponse response;
    ASSERT_TRUE(call(&v1::GatewayService::Stub::SubmitContact, server_.gateway(), request, &response).ok());
  }

  ServerUnderTest server_;
  v1::ApplyResponse applied_;
};

TEST_F(ConfigCalls, ApplyPutsIntoForceAndKeepsTheVersion) {
  v1::ApplyRequest wanted = request(kWiderConfig);
  wanted.set_if_version(1);
  wanted.set_reason("everybody sells");
  ASSERT_TRUE(apply(wanted).ok());
  EXPECT_TRUE(applied_.has_receipt());
  EXPECT_EQ(applied_.version().number(), 2u);
  ASSERT_EQ(applied_.changes_size(), 1);
  EXPECT_EQ(applied_.changes(0).path(), "queues[sales].requires");
  EXPECT_EQ(applied_.changes(0).before(), "english");
  EXPECT_EQ(get().yaml(), kWiderConfig);
  EXPECT_EQ(get().version().source(), "rpc: everybody sells");
  EXPECT_EQ(get(1).yaml(), kTestConfig);
}

TEST_F(ConfigCalls, AnotherVersionInForceIsAConflictAndChangesNothing) {
  ASSERT_TRUE(apply(request(kWiderConfig)).ok());
  const std::uint64_t before = server_.digest();
  v1::ApplyRequest late = request(kTestConfig);
  late.set_if_version(1);
  const grpc::Status status = apply(late);
  EXPECT_EQ(status.error_code(), grpc::FAILED_PRECONDITION);
  EXPECT_EQ(rejection(status).reason(), Detail::VERSION_CONFLICT);
  EXPECT_EQ(server_.digest(), before);
  EXPECT_EQ(get().version().number(), 2u);
}

TEST_F(ConfigCalls, AConfigurationWithErrorsIsRefusedAndADryRunTellsThemAll) {
  const char* const wrong = "queues: [{name: a, max_wat: 1h}, {nam: b}]\n";
  const grpc::Status status = apply(request(wrong));
  EXPECT_EQ(status.error_code(), grpc::INVALID_ARGUMENT);
  EXPECT_EQ(rejection(status).reason(), Detail::INVALID_CONFIGURATION);
  EXPECT_NE(status.error_message().find("did you mean max_wait?"), std::string::npos)
      << status.error_message();
  v1::ApplyRequest dry = request(wrong);
  dry.set_dry_run(true);
  ASSERT_TRUE(apply(dry).ok());
  EXPECT_FALSE(applied_.check().valid());
  EXPECT_EQ(applied_.check().diagnostics_size(), 3);
}

TEST_F(ConfigCalls, ADryRunTellsWhatWouldHappenAndChangesNothing) {
  submit("c1");
  submit("c2");
  v1::LoginRequest login;
  login.set_agent_id("ana");
  login.set_ready(false);
  v1::LoginResponse logged_in;
  ASSERT_TRUE(call(&v1::AgentService::Stub::Login, server_.agent(), login, &logged_in).ok());
  const std::uint64_t before = server_.digest();
  v1::ApplyRequest dry = request("removed_queues: drain\nqueues: [{name: other}]\n");
  dry.set_dry_run(true);
  ASSERT_TRUE(apply(dry).ok());
  EXPECT_TRUE(applied_.check().valid());
  EXPECT_FALSE(applied_.has_receipt());
  EXPECT_EQ(applied_.version().number(), 2u);
  EXPECT_FALSE(applied_.has_rejection());
  ASSERT_GE(applied_.impact_size(), 1);
  EXPECT_EQ(applied_.impact(0).queue(), "sales");
  EXPECT_TRUE(applied_.impact(0).draining());
  EXPECT_EQ(applied_.impact(0).unanswered_after(), 2u);
  EXPECT_EQ(server_.digest(), before);
  dry.set_yaml("queues: [{name: other}]\n");
  ASSERT_TRUE(apply(dry).ok());
  EXPECT_EQ(applied_.rejection().reason(), Detail::QUEUE_IN_USE);
}

TEST_F(ConfigCalls, OnlyADryRunNeedsNobodyWhoAnswersForIt) {
  v1::ApplyRequest nobody = request(kWiderConfig);
  nobody.clear_supervisor();
  EXPECT_EQ(rejection(apply(nobody)).reason(), Detail::MALFORMED_REQUEST);
  nobody.set_dry_run(true);
  EXPECT_TRUE(apply(nobody).ok());
  EXPECT_EQ(get().version().number(), 1u);
}

TEST_F(ConfigCalls, RollbackAppliesAnEarlierTextAnew) {
  ASSERT_TRUE(apply(request(kWiderConfig)).ok());
  v1::RollbackRequest back;
  back.set_version(1);
  back.set_supervisor("sam");
  back.set_reason("too many calls");
  v1::ApplyResponse response;
  ASSERT_TRUE(call(&Config::Rollback, server_.config(), back, &response).ok());
  EXPECT_EQ(response.version().number(), 3u);
  EXPECT_EQ(get().yaml(), kTestConfig);
  EXPECT_EQ(get().version().source(), "rollback to 1: too many calls");

  v1::ListVersionsRequest list;
  list.set_limit(2);
  v1::ListVersionsResponse versions;
  ASSERT_TRUE(call(&Config::ListVersions, server_.config(), list, &versions).ok());
  ASSERT_EQ(versions.versions_size(), 2);
  EXPECT_EQ(versions.versions(0).number(), 3u);
  EXPECT_EQ(versions.versions(1).number(), 2u);
  EXPECT_TRUE(versions.more());

  v1::ListActsResponse listed;
  ASSERT_TRUE(
      call(&v1::SupervisorService::Stub::ListActs, server_.supervisor(), v1::ListActsRequest{}, &listed)
          .ok());
  ASSERT_EQ(listed.acts_size(), 2);
  EXPECT_EQ(listed.acts(0).supervisor(), "eva");
  EXPECT_EQ(listed.acts(1).verb(), v1::SupervisorAct::APPLY_CONFIG);
  EXPECT_EQ(listed.acts(1).supervisor(), "sam");
  EXPECT_EQ(listed.acts(1).reason(), "too many calls");
  EXPECT_EQ(listed.acts(1).what(), "version=3");

  back.set_version(9);
  const grpc::Status status = call(&Config::Rollback, server_.config(), back, &response);
  EXPECT_EQ(rejection(status).reason(), Detail::UNKNOWN_VERSION);
}

TEST_F(ConfigCalls, ARepeatedApplyIsAnsweredAndChangesNothing) {
  v1::ApplyRequest wanted = request(kWiderConfig);
  wanted.set_request_id("r1");
  ASSERT_TRUE(apply(wanted).ok());
  const v1::ApplyResponse first = applied_;
  EXPECT_FALSE(first.receipt().repeated());
  ASSERT_TRUE(apply(wanted).ok());
  EXPECT_EQ(applied_.version().number(), 2u);
  EXPECT_EQ(get().version().number(), 2u);

  // The first answer, also when another configuration is in force by now, and after a restart.
  ASSERT_TRUE(apply(request(std::string(kTestConfig) + "priority_point: 7s\n")).ok());
  EXPECT_EQ(applied_.version().number(), 3u);
  for (const bool restarted : {false, true}) {
    if (restarted) server_.restart();
    ASSERT_TRUE(apply(wanted).ok());
    EXPECT_TRUE(applied_.receipt().repeated());
    EXPECT_EQ(applied_.version().number(), 2u);
    applied_.clear_receipt();
    v1::ApplyResponse expected = first;
    expected.clear_receipt();
    EXPECT_EQ(applied_.SerializeAsString(), expected.SerializeAsString());
  }
  EXPECT_EQ(get().version().number(), 3u);
}

TEST_F(ConfigCalls, WhatWasAppliedStaysThroughARestartUntilTheFileChanges) {
  ASSERT_TRUE(apply(request(kWiderConfig)).ok());
  server_.restart();
  EXPECT_EQ(get().yaml(), kWiderConfig);
  EXPECT_EQ(get().version().number(), 2u);
  server_.restart({{"default", std::string(kTestConfig) + "priority_point: 7s\n"}});
  EXPECT_EQ(get().version().number(), 3u);
  EXPECT_EQ(get().version().source(), "default.yaml");
}

}  // namespace
}  // namespace cordboard::testing
