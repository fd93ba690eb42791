// Who may do what, over real calls: each rpc for each role and tenant, agents for themselves only, streams as
// long as their token.

#include <gmock/gmock.h>

#include <fstream>
#include <set>

#include "router/access/access_table.h"
#include "router/grpc/gate.h"
#include "tests/access/token_issuer.h"
#include "tests/grpc/generic_call.h"
#include "tests/grpc/server_under_test.h"

namespace cordboard::testing {
namespace {

using ::testing::HasSubstr;
using Detail = v1::RejectionDetail;

class AccessTest : public ::testing::Test {
 protected:
  AccessTest() {
    ServerUnderTest::Options options;
    options.tenants["acme"] = kTestConfig;
    options.server.access.tokens = issuer_.config();
    router_ = std::make_unique<ServerUnderTest>(options);
  }

  std::string token(const std::string& subject, const std::string& role, const std::string& more = "") const {
    return issuer_.sign(claims(subject, R"([")" + role + R"("])", kLater, more));
  }
  static std::unique_ptr<grpc::ClientContext> with(const std::string& token, const std::string& tenant = "") {
    auto made = context(tenant);
    if (!token.empty()) made->AddMetadata("authorization", "Bearer " + token);
    return made;
  }
  template <class Stub, class Request, class Response>
  static grpc::Status call_as(const std::string& token,
                              grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                              Stub& stub, const Request& request, Response* response) {
    const auto made = with(token);
    return (stub.*method)(made.get(), request, response);
  }

  PublishedIssuer issuer_;
  std::unique_ptr<ServerUnderTest> router_;
};

// What the gate has to say to a caller of one tenant who names another, or none.
Detail::Reason expected(const std::string& rpc, Role role, const std::string& tenant,
                        const std::string& named) {
  if (!named.empty() && named != tenant) return Detail::UNKNOWN_TENANT;
  return find_access_row(rpc)->roles.has(role) ? Detail::REASON_UNSPECIFIED : Detail::NOT_ALLOWED;
}

// What it said; unspecified when it let the call in: what that asked for may be nonsense.
Detail::Reason said(const grpc::Status& status) {
  const Detail::Reason reason = rejection(status).reason();
  const bool by_gate = reason == Detail::NOT_AUTHENTICATED || reason == Detail::NOT_ALLOWED ||
                       reason == Detail::UNKNOWN_TENANT;
  return by_gate ? reason : Detail::REASON_UNSPECIFIED;
}

std::set<std::string> all_rpcs() {
  std::set<std::string> rpcs;
  for (const std::string& name : kServices) {
    const auto* service = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    for (int i = 0; i < service->method_count(); ++i) {
      rpcs.insert(service->name() + "/" + service->method(i)->name());
    }
  }
  return rpcs;
}

TEST_F(AccessTest, EachRpcForEachRoleAndTenant) {
  ASSERT_EQ(all_rpcs().size(), access_table().size());
  for (const Role role : kAllRoles) {
    for (const std::string tenant : {"default", "acme"}) {
      const std::string same =
          token("somebody", std::string(to_string(role)), R"(,"cordboard_tenant":")" + tenant + R"(")");
      for (const std::string named : {"", "default", "acme", "none"}) {
        for (const std::string& rpc : all_rpcs()) {
          const auto made = with(same, named);
          EXPECT_EQ(said(call_by_name(router_->channel(), rpc, *made)), expected(rpc, role, tenant, named))
              << rpc << ' ' << to_string(role) << " of " << tenant << " in " << named;
        }
      }
    }
  }
}

TEST_F(AccessTest, WhoShowsNothingMayDoNothing) {
  for (const std::string& rpc : all_rpcs()) {
    const auto nobody = with("");
    EXPECT_EQ(said(call_by_name(router_->channel(), rpc, *nobody)), Detail::NOT_AUTHENTICATED) << rpc;
  }
}

TEST_F(AccessTest, ATokenThatIsWrongIsRefusedWithoutSayingMore) {
  v1::GetStatusResponse response;
  const std::string wrong = token("mona", "observer") + "A";
  const grpc::Status status = call_as(wrong, &v1::SupervisorService::Stub::GetStatus, router_->supervisor(),
                                      v1::GetStatusRequest{}, &response);
  EXPECT_EQ(status.error_code(), grpc::UNAUTHENTICATED);
  EXPECT_EQ(rejection(status).reason(), Detail::NOT_AUTHENTICATED);
  EXPECT_EQ(status.error_message().find(wrong), std::string::npos);
}

TEST_F(AccessTest, AnAgentSpeaksForItselfOnly) {
  v1::LoginRequest login;
  v1::LoginResponse logged_in;
  login.set_agent_id("ben");
  const grpc::Status foreign =
      call_as(token("ana", "agent"), &v1::AgentService::Stub::Login, router_->agent(), login, &logged_in);
  EXPECT_EQ(foreign.error_code(), grpc::NOT_FOUND);
  EXPECT_EQ(rejection(foreign).reason(), Detail::UNKNOWN_AGENT);
  login.set_agent_id("ana");
  EXPECT_TRUE(
      call_as(token("ana", "agent"), &v1::AgentService::Stub::Login, router_->agent(), login, &logged_in)
          .ok());
  const std::string everybody = token("cti", "agent", R"(,"cordboard_agent":"*")");
  login.set_agent_id("ben");
  EXPECT_TRUE(call_as(everybody, &v1::AgentService::Stub::Login, router_->agent(), login, &logged_in).ok());

  v1::SetReadyRequest ready;
  v1::SetReadyResponse is_ready;
  ready.set_agent_id("ben");
  EXPECT_EQ(
      call_as(token("ana", "agent"), &v1::AgentService::Stub::SetReady, router_->agent(), ready, &is_ready)
          .error_code(),
      grpc::NOT_FOUND);
  v1::HeartbeatRequest heartbeat;
  v1::HeartbeatResponse heard;
  heartbeat.add_agent_ids("ana");
  heartbeat.add_agent_ids("ben");
  EXPECT_EQ(
      call_as(token("ana", "agent"), &v1::AgentService::Stub::Heartbeat, router_->agent(), heartbeat, &heard)
          .error_code(),
      grpc::NOT_FOUND);
  v1::ListenRequest listen;
  listen.set_agent_id("ben");
  const auto listening = with(token("ana", "agent"));
  EXPECT_EQ(call_by_name(router_->channel(), "AgentService/Listen", *listening, listen.SerializeAsString())
                .error_code(),
            grpc::NOT_FOUND);
}

TEST_F(AccessTest, ASessionLogsInOnlyWhomItSpeaksFor) {
  const auto made = with(token("ana", "agent"));
  const auto stream = router_->agent().Session(made.get());
  v1::AgentSessionRequest message;
  message.add_requests()->mutable_login()->set_agent_id("ben");
  message.add_requests()->mutable_login()->set_agent_id("ana");
  ASSERT_TRUE(stream->Write(message));
  std::vector<v1::AgentReply> replies;
  v1::AgentSessionResponse response;
  while (replies.size() < 2 && stream->Read(&response)) {
    for (const v1::AgentResponse& one : response.responses()) {
      if (one.has_reply()) replies.push_back(one.reply());
    }
  }
  ASSERT_EQ(replies.size(), 2u);
  EXPECT_EQ(replies[0].rejection().reason(), Detail::UNKNOWN_AGENT);
  EXPECT_FALSE(replies[1].has_rejection());
  stream->WritesDone();
  while (stream->Read(&response)) {
  }
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(AccessTest, TheAuditHasTheCallersName) {
  v1::SetQueueModeRequest mode;
  v1::SetQueueModeResponse done;
  mode.set_queue("sales");
  mode.set_mode(v1::Queue::CLOSED);
  mode.set_supervisor("somebody.else");
  const std::string mona = token("mona", "supervisor");
  const grpc::Status refused =
      call_as(mona, &v1::SupervisorService::Stub::SetQueueMode, router_->supervisor(), mode, &done);
  EXPECT_EQ(rejection(refused).reason(), Detail::NOT_ALLOWED);
  mode.clear_supervisor();
  ASSERT_TRUE(
      call_as(mona, &v1::SupervisorService::Stub::SetQueueMode, router_->supervisor(), mode, &done).ok());
  v1::ListActsResponse acts;
  ASSERT_TRUE(call_as(mona, &v1::SupervisorService::Stub::ListActs, router_->supervisor(),
                      v1::ListActsRequest{}, &acts)
                  .ok());
  ASSERT_EQ(acts.acts_size(), 1);
  EXPECT_EQ(acts.acts(0).supervisor(), "mona");
}

TEST_F(AccessTest, AConfigurationIsAppliedInTheCallersName) {
  v1::ApplyRequest apply;
  v1::ApplyResponse applied;
  apply.set_yaml("queues: [{name: sales}]\n");
  apply.set_supervisor("somebody.else");
  const std::string root = token("root", "admin");
  EXPECT_EQ(
      rejection(call_as(root, &v1::ConfigService::Stub::Apply, router_->config(), apply, &applied)).reason(),
      Detail::NOT_ALLOWED);
  apply.clear_supervisor();
  apply.set_dry_run(true);
  EXPECT_TRUE(call_as(root, &v1::ConfigService::Stub::Apply, router_->config(), apply, &applied).ok());
}

TEST_F(AccessTest, AnObserverSeesNoCustomerData) {
  v1::ListContactsRequest list;
  v1::ListContactsResponse listed;
  const std::string observer = token("board", "observer");
  EXPECT_TRUE(
      call_as(observer, &v1::SupervisorService::Stub::ListContacts, router_->supervisor(), list, &listed)
          .ok());
  list.set_include_customer_data(true);
  EXPECT_EQ(rejection(call_as(observer, &v1::SupervisorService::Stub::ListContacts, router_->supervisor(),
                              list, &listed))
                .reason(),
            Detail::NOT_ALLOWED);
  v1::WatchRequest watch;
  watch.set_include_customer_data(true);
  const auto watching = with(observer);
  EXPECT_EQ(rejection(call_by_name(router_->channel(), "SupervisorService/Watch", *watching,
                                   watch.SerializeAsString()))
                .reason(),
            Detail::NOT_ALLOWED);
}

TEST_F(AccessTest, ASupervisorSeesNoCustomerDataUnlessConfigured) {
  v1::ListContactsRequest list;
  v1::ListContactsResponse listed;
  list.set_include_customer_data(true);
  const auto ask = [&](const std::string& as) {
    return call_as(as, &v1::SupervisorService::Stub::ListContacts, router_->supervisor(), list, &listed);
  };
  EXPECT_EQ(rejection(ask(token("mona", "supervisor"))).reason(), Detail::NOT_ALLOWED);
  EXPECT_TRUE(ask(token("root", "admin")).ok());
  v1::WatchRequest watch;
  watch.set_include_customer_data(true);
  const auto watching = with(token("mona", "supervisor"));
  EXPECT_EQ(rejection(call_by_name(router_->channel(), "SupervisorService/Watch", *watching,
                                   watch.SerializeAsString()))
                .reason(),
            Detail::NOT_ALLOWED);
}

TEST_F(AccessTest, AStreamEndsWithItsToken) {
  const auto made = with(token("mona", "supervisor"));
  const auto watch = router_->supervisor().Watch(made.get(), v1::WatchRequest{});
  v1::WatchResponse response;
  ASSERT_TRUE(watch->Read(&response));
  router_->clock().set(kLater - std::chrono::seconds(1));
  v1::GetStatusResponse status;
  ASSERT_TRUE(call_as(token("mona", "supervisor"), &v1::SupervisorService::Stub::GetStatus,
                      router_->supervisor(), v1::GetStatusRequest{}, &status)
                  .ok());
  router_->clock().set(kLater);
  while (watch->Read(&response)) {
  }
  const grpc::Status ended = watch->Finish();
  EXPECT_EQ(ended.error_code(), grpc::UNAUTHENTICATED);
  EXPECT_EQ(stream_closed(ended).reason(), v1::StreamClosedDetail::TOKEN_EXPIRED);
}

}  // namespace
}  // namespace cordboard::testing
