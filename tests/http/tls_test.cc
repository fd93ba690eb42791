// All three listeners encrypted: what gets in, what does not, and certificates that change.

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "tests/access/test_certificates.h"
#include "tests/grpc/server_under_test.h"
#include "tests/http/http_client.h"
#include "tests/http/tls_client.h"

namespace cordboard::testing {
namespace {

using ::testing::HasSubstr;
using Detail = v1::RejectionDetail;

constexpr const char* kServerNames = "DNS:localhost,IP:127.0.0.1";
constexpr const char* kGateway = "spiffe://test/gateway/east";

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() {
    std::string pattern = (std::filesystem::temp_directory_path() / "cordboard-tls-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    write(authority_.issue(kServerNames));
    std::ofstream(folder_ / "clients.crt") << authority_.certificate();
    ServerUnderTest::Options options;
    options.server.tls = {path("router.crt"), path("router.key"), path("clients.crt")};
    options.server.access.certificates = {{kGateway, "east", "default", {Role::Gateway, Role::Observer}, ""}};
    options.credentials = client(authority_.issue("URI:" + std::string(kGateway)));
    router_ = std::make_unique<ServerUnderTest>(options);
  }
  ~TlsTest() override {
    router_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const KeyAndCertificate& server) const {
    std::ofstream(folder_ / "router.crt") << server.certificate;
    std::ofstream(folder_ / "router.key") << server.key;
  }
  std::shared_ptr<grpc::ChannelCredentials> client(const KeyAndCertificate& shown) const {
    return grpc::SslCredentials({authority_.certificate(), shown.key, shown.certificate});
  }
  // A call on a connection of its own.
  grpc::Status status_as(const std::shared_ptr<grpc::ChannelCredentials>& credentials) const {
    const auto stub =
        v1::SupervisorService::NewStub(grpc::CreateChannel(router_->server().grpc_address(), credentials));
    grpc::ClientContext once;
    once.set_deadline(std::chrono::system_clock::now() + kLongLimit);
    v1::GetStatusResponse response;
    return stub->GetStatus(&once, v1::GetStatusRequest{}, &response);
  }

  std::filesystem::path folder_;
  TestAuthority authority_;
  std::unique_ptr<ServerUnderTest> router_;
};

TEST_F(TlsTest, ACertificateNamesTheCaller) {
  v1::SubmitContactRequest submit;
  v1::SubmitContactResponse submitted;
  submit.set_contact_id("c1");
  submit.set_queue("sales");
  EXPECT_TRUE(call(&v1::GatewayService::Stub::SubmitContact, router_->gateway(), submit, &submitted).ok());
  v1::LoginRequest login;
  v1::LoginResponse logged_in;
  login.set_agent_id("ana");
  EXPECT_EQ(call(&v1::AgentService::Stub::Login, router_->agent(), login, &logged_in).error_code(),
            grpc::PERMISSION_DENIED);
}

TEST_F(TlsTest, OthersStayOutside) {
  EXPECT_TRUE(status_as(client(authority_.issue("URI:" + std::string(kGateway)))).ok());
  const grpc::Status unknown = status_as(client(authority_.issue("URI:spiffe://test/other")));
  EXPECT_EQ(rejection(unknown).reason(), Detail::NOT_AUTHENTICATED);
  grpc::SslCredentialsOptions nothing_shown;
  nothing_shown.pem_root_certs = authority_.certificate();
  EXPECT_EQ(rejection(status_as(grpc::SslCredentials(nothing_shown))).reason(), Detail::NOT_AUTHENTICATED);
  TestAuthority stranger;
  EXPECT_EQ(status_as(client(stranger.issue("URI:" + std::string(kGateway)))).error_code(),
            grpc::UNAVAILABLE);
  EXPECT_EQ(status_as(client(authority_.issue("URI:" + std::string(kGateway), -10))).error_code(),
            grpc::UNAVAILABLE);
  EXPECT_EQ(status_as(grpc::InsecureChannelCredentials()).error_code(), grpc::UNAVAILABLE);
}

TEST_F(TlsTest, ProbesAndFiguresAreEncryptedToo) {
  const std::string authority = authority_.certificate();
  EXPECT_EQ(https_get(router_->server().http_address(), "/healthz", authority).body, "ok\n");
  EXPECT_THAT(https_get(router_->server().metrics_address(), "/metrics", authority).body,
              HasSubstr("\ncordboard_certificate_expiry_time_seconds "));
  EXPECT_EQ(http_get(router_->server().http_address(), "/healthz").status, 0);
}

TEST_F(TlsTest, OnlyVersion13) {
  const std::string authority = authority_.certificate();
  for (const std::string& address : {router_->server().http_address(), router_->server().metrics_address(),
                                     router_->server().grpc_address()}) {
    EXPECT_NE(https_get(address, "/", authority, true).error, "") << address;
    EXPECT_NE(https_get(address, "/", authority).certificate, "") << address;
  }
}

// The gRPC library looks at the files once a second, from a thread of its own.
TEST_F(TlsTest, ANewCertificateIsUsedWithoutARestart) {
  const auto watching = context();
  const auto watch = router_->supervisor().Watch(watching.get(), v1::WatchRequest{});
  v1::WatchResponse response;
  ASSERT_TRUE(watch->Read(&response));
  const KeyAndCertificate next = authority_.issue(kServerNames);
  write(next);
  const auto deadline = std::chrono::steady_clock::now() + kLongLimit;
  for (const std::string& address : {router_->server().http_address(), router_->server().metrics_address(),
                                     router_->server().grpc_address()}) {
    std::string seen;
    while (seen != next.certificate && std::chrono::steady_clock::now() < deadline) {
      seen = https_get(address, "/", authority_.certificate()).certificate;
    }
    EXPECT_EQ(seen, next.certificate) << address;
  }
  v1::SubmitContactRequest submit;
  v1::SubmitContactResponse submitted;
  submit.set_contact_id("c1");
  submit.set_queue("sales");
  ASSERT_TRUE(call(&v1::GatewayService::Stub::SubmitContact, router_->gateway(), submit, &submitted).ok());
  EXPECT_TRUE(watch->Read(&response));  // still the stream from before
}

}  // namespace
}  // namespace cordboard::testing
