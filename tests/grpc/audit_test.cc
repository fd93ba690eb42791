// The audit trail of a whole router: each privileged action has its row, refused attempts land in it and are
// bounded, and customers' data never do.

#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "router/codec/storage_audit.h"
#include "router/store/audit_chain.h"
#include "router/store/audit_reader.h"
#include "tests/access/token_issuer.h"
#include "tests/grpc/generic_call.h"
#include "tests/grpc/server_under_test.h"

namespace cordboard::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using Supervisor = v1::SupervisorService::Stub;
using Config = v1::ConfigService::Stub;

const std::string kCustomer = "+31-20-1234567";

class Audit : public ::testing::Test {
 protected:
  explicit Audit(bool with_access = true) {
    ServerUnderTest::Options options;
    options.folder = (issuer_.folder() / "data").string();
    options.tenants["acme"] = kTestConfig;
    if (with_access) {
      options.server.access.tokens = issuer_.config();
    }
    router_ = std::make_unique<ServerUnderTest>(options);
  }

  template <class Stub, class Request, class Response>
  grpc::Status call_as(const std::string& who, const std::string& roles,
                       grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                       Stub& stub, const Request& request, Response* response) {
    const auto made = context();
    made->AddMetadata("authorization", "Bearer " + issuer_.sign(claims(who, "[" + roles + "]", kLater)));
    return (stub.*method)(made.get(), request, response);
  }
  grpc::Status watch_as(const std::string& who, const std::string& roles, const v1::WatchRequest& request) {
    const auto made = context();
    made->AddMetadata("authorization", "Bearer " + issuer_.sign(claims(who, "[" + roles + "]", kLater)));
    const auto stream = router_->supervisor().Watch(made.get(), request);
    v1::WatchResponse message;
    while (stream->Read(&message)) {
    }
    return stream->Finish();
  }
  // As mona, who may do everything.
  template <class Stub, class Request, class Response>
  void done(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*), Stub& stub,
            const Request& request, Response* response) {
    const grpc::Status status =
        call_as("mona", R"("supervisor","admin","gateway")", method, stub, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }

  void submit(const std::string& id) {
    v1::SubmitContactRequest request;
    v1::SubmitContactResponse response;
    request.set_contact_id(id);
    request.set_queue("sales");
    request.set_customer(kCustomer);
    done(&v1::GatewayService::Stub::SubmitContact, router_->gateway(), request, &response);
  }
  void cancel(const std::string& id) {
    v1::ActRequest request;
    v1::ActResponse response;
    request.mutable_cancel()->set_contact_id(id);
    request.set_reason("a mistake");
    done(&Supervisor::Act, router_->supervisor(), request, &response);
  }
  void forget() {
    v1::ForgetCustomerRequest request;
    v1::ForgetCustomerResponse response;
    request.set_customer(kCustomer);
    request.set_reason("they asked for it");
    done(&Supervisor::ForgetCustomer, router_->supervisor(), request, &response);
  }
  void close_sales() {
    v1::SetQueueModeRequest request;
    v1::SetQueueModeResponse response;
    request.set_queue("sales");
    request.set_mode(v1::Queue::CLOSED);
    done(&Supervisor::SetQueueMode, router_->supervisor(), request, &response);
  }
  void apply(bool dry_run) {
    v1::ApplyRequest request;
    v1::ApplyResponse response;
    request.set_yaml("queues: [{name: sales}]\n");
    request.set_dry_run(dry_run);
    done(&Config::Apply, router_->config(), request, &response);
  }
  void roll_back() {
    v1::RollbackRequest request;
    v1::ApplyResponse response;
    request.set_version(1);
    request.set_reason("too much");
    done(&Config::Rollback, router_->config(), request, &response);
  }

  // Stops the router, reads the trail of a tenant and starts it again.
  std::vector<AuditEntry> rows(const std::string& tenant = "default") {
    std::vector<AuditEntry> entries;
    router_->restart();
    const std::filesystem::path copy = issuer_.folder() / "copy";
    std::filesystem::remove_all(copy);
    std::filesystem::copy(router_->folder() / tenant, copy);
    const auto end = read_audit_trail(copy, [&](const AuditRow& row) {
      EXPECT_EQ(decode_audit(row.entry, entries.emplace_back()), std::nullopt);
      EXPECT_EQ(row.entry.find(kCustomer), std::string_view::npos);
    });
    EXPECT_TRUE(end.ok());
    return entries;
  }

  static std::string file_of(const std::string& tenant) {
    return "file=" + tenant + ".yaml sha256=" + to_hex(sha256_of(kTestConfig));
  }
  static std::string text(const AuditEntry& row) {
    return row.who + "|" + row.roles + "|" + row.action + "|" + row.contact + "|" + row.agent + "|" +
           row.queue + "|" + row.what + "|" + row.reason + "|" + (row.refusal.empty() ? "done" : "refused");
  }
  static std::vector<std::string> texts(const std::vector<AuditEntry>& rows) {
    std::vector<std::string> all;
    for (const AuditEntry& row : rows) all.push_back(text(row));
    return all;
  }

  PublishedIssuer issuer_;
  std::unique_ptr<ServerUnderTest> router_;
};

TEST_F(Audit, EachPrivilegedActionHasItsRowAlsoAfterRestarts) {
  submit("c1");
  cancel("c1");
  close_sales();
  apply(true);
  const std::string mona = "mona|gateway supervisor admin|";
  const std::string file = "||apply_config||||version=1 " + file_of("default") + "||done";
  const std::string cancelled = mona + "cancel|c1||sales||a mistake|done";
  const std::string closed = mona + "set_queue_mode|||sales|closed||done";
  EXPECT_THAT(texts(rows()), ElementsAre(file, cancelled, closed));
  apply(false);
  roll_back();
  forget();
  const auto all = rows();
  EXPECT_THAT(texts(all), ElementsAre(file, cancelled, closed, mona + "apply_config||||version=2||done",
                                      mona + "apply_config||||version=3|too much|done",
                                      mona + "forget_customer|||||they asked for it|done"));
  for (std::size_t i = 1; i < all.size(); ++i) {
    EXPECT_GT(all[i].sequence, all[i - 1].sequence);
    EXPECT_GE(all[i].at, all[i - 1].at);
  }
  EXPECT_THAT(texts(rows("acme")), ElementsAre("||apply_config||||version=1 " + file_of("acme") + "||done"));
}

TEST_F(Audit, AttemptsWithoutTheRoleLandInIt) {
  v1::SetQueueModeRequest mode;
  v1::SetQueueModeResponse moded;
  const auto try_as = [&](const std::string& who, const std::string& role) {
    return call_as(who, role, &Supervisor::SetQueueMode, router_->supervisor(), mode, &moded).error_code();
  };
  for (int i = 0; i < 50; ++i) EXPECT_EQ(try_as("eve", R"("agent")"), grpc::PERMISSION_DENIED);
  v1::ForgetCustomerRequest forget;
  v1::ForgetCustomerResponse forgotten;
  forget.set_customer(kCustomer);
  EXPECT_EQ(call_as("sue", R"("supervisor")", &Supervisor::ForgetCustomer, router_->supervisor(), forget,
                    &forgotten)
                .error_code(),
            grpc::PERMISSION_DENIED);
  mode.set_supervisor("somebody.else");
  EXPECT_EQ(try_as("sue", R"("supervisor")"), grpc::PERMISSION_DENIED);
  v1::ListQueuesRequest list;
  v1::ListQueuesResponse listed;
  EXPECT_EQ(call_as("eve", R"("agent")", &Supervisor::ListQueues, router_->supervisor(), list, &listed)
                .error_code(),
            grpc::PERMISSION_DENIED);

  v1::ListContactsRequest contacts;
  v1::ListContactsResponse found;
  contacts.set_include_customer_data(true);
  EXPECT_EQ(
      call_as("sue", R"("supervisor")", &Supervisor::ListContacts, router_->supervisor(), contacts, &found)
          .error_code(),
      grpc::PERMISSION_DENIED);
  v1::WatchRequest watch;
  watch.set_include_customer_data(true);
  EXPECT_EQ(watch_as("oli", R"("observer")", watch).error_code(), grpc::PERMISSION_DENIED);

  // How many rows eve's attempts have depends on when the loop looks at them.
  std::map<std::string, std::uint64_t> attempts;
  std::map<std::string, std::string> whys;
  const auto all = rows();
  for (const AuditEntry& row : all) {
    if (row.refusal.empty()) continue;
    attempts[text(row)] += row.attempts;
    whys[row.who + ' ' + row.action] = row.refusal;
  }
  EXPECT_THAT(attempts, ElementsAre(Pair("eve|agent|set_queue_mode||||||refused", 50),
                                    Pair("oli|observer|read_customer_data||||||refused", 1),
                                    Pair("sue|supervisor|forget_customer||||||refused", 1),
                                    Pair("sue|supervisor|read_customer_data||||||refused", 1),
                                    Pair("sue|supervisor|set_queue_mode||||||refused", 1)))
      << "what only looks is not in it";
  EXPECT_THAT(whys["eve set_queue_mode"], HasSubstr("needs the role supervisor or admin"));
  EXPECT_THAT(whys["sue set_queue_mode"], HasSubstr("name the caller: sue"));
  EXPECT_THAT(whys["oli read_customer_data"], HasSubstr("include_customer_data"));
  EXPECT_LE(all.size(), 1 + 6u);
}

TEST_F(Audit, StrangersWriteNothing) {
  for (const char* const rpc : {"SupervisorService/Act", "ConfigService/Apply"}) {
    const auto nobody = context();
    EXPECT_EQ(call_by_name(router_->channel(), rpc, *nobody).error_code(), grpc::UNAUTHENTICATED);
    const auto forged = context();
    forged->AddMetadata("authorization",
                        "Bearer " + issuer_.sign(claims("eve", R"(["admin"])", kLater)) + "A");
    EXPECT_EQ(call_by_name(router_->channel(), rpc, *forged).error_code(), grpc::UNAUTHENTICATED);
  }
  EXPECT_EQ(rows().size(), 1u);
}

class AuditWithoutAccess : public Audit {
 protected:
  AuditWithoutAccess() : Audit(false) {}
};

TEST_F(AuditWithoutAccess, WhoIsWhomTheRequestNamesAndHasNoRoles) {
  v1::SetQueueModeRequest request;
  v1::SetQueueModeResponse response;
  request.set_queue("sales");
  request.set_mode(v1::Queue::OPEN);
  request.set_supervisor("sam");
  ASSERT_TRUE(call(&Supervisor::SetQueueMode, router_->supervisor(), request, &response).ok());
  EXPECT_EQ(text(rows().back()), "sam||set_queue_mode|||sales|open||done");
}

}  // namespace
}  // namespace cordboard::testing
