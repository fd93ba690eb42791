// deploy/nginx/cordboard.conf in a real nginx, before a router that asks for tokens: what passes through it,
// and what it says itself.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <vector>

#include "tests/access/test_certificates.h"
#include "tests/access/token_issuer.h"
#include "tests/e2e/process.h"
#include "tests/grpc/server_under_test.h"
#include "tests/http2/attacks.h"

namespace cordboard::testing {
namespace {

using ::testing::HasSubstr;

// Free a moment ago: nginx cannot be told to take any.
std::string free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
  close(fd);
  return std::to_string(ntohs(address.sin_port));
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

class NginxTest : public ::testing::Test {
 protected:
  NginxTest() {
    ServerUnderTest::Options options;
    options.server.access.tokens = issuer_.config();
    std::filesystem::create_directory(page_);
    std::ofstream(page_ / "index.html") << "<title>the page</title>";
    options.server.dashboard = page_.string();
    router_ = std::make_unique<ServerUnderTest>(options);
    start_nginx();
  }
  ~NginxTest() override {
    nginx_.reset();
    router_.reset();
  }

  using Changes = std::vector<std::pair<std::string, std::string>>;

  // The configuration as it is, with this machine's files, port and router, and these changes. Browsers find
  // it at the address, gRPC at any other name. One process, which ends with the test however it ends; a
  // master's workers would outlive it.
  void start_nginx(const Changes& more = {}) {
    nginx_.reset();
    const Server& router = router_->server();
    ASSERT_EQ(run({"nginx", "-v"}).code, 0) << "no nginx in the path: ./dev deps gets it";
    const KeyAndCertificate server = authority_.issue("DNS:localhost,IP:127.0.0.1");
    std::ofstream(issuer_.folder() / "router.crt") << server.certificate;
    std::ofstream(issuer_.folder() / "router.key") << server.key;
    const std::string port = free_port();
    target_ = {"127.0.0.1", port, true};
    page_url_ = "https://127.0.0.1:" + port;
    const std::string here = issuer_.folder().string();
    std::string text = read_file(std::string(CORDBOARD_SOURCE_DIR) + "/deploy/nginx/cordboard.conf");
    Changes changes = {{"listen 443", "listen 127.0.0.1:" + port},  // of both
                       {"listen 443", "listen 127.0.0.1:" + port},
                       {"server 127.0.0.1:7070;", "server " + router.grpc_address() + ";"},
                       {"http://127.0.0.1:7080;", "http://" + router.http_address() + ";"},
                       {"http://127.0.0.1:7080;", "http://" + router.http_address() + ";"},
                       {"server_name dashboard.example.com;", "server_name 127.0.0.1;"},
                       {"/etc/cordboard/router.crt", here + "/router.crt"},
                       {"/etc/cordboard/router.key", here + "/router.key"},
                       {"/var/log/nginx/error.log", here + "/error.log"},
                       {"/var/log/nginx/cordboard.log", here + "/access.log"},
                       {"/run/nginx.pid", here + "/nginx.pid"},
                       {"worker_processes auto;", "daemon off; master_process off;"},
                       {"http {", "http {" + temporary_folders()}};
    changes.insert(changes.end(), more.begin(), more.end());
    for (const auto& [from, to] : changes) {
      const auto at = text.find(from);
      ASSERT_NE(at, std::string::npos) << from;
      text.replace(at, from.size(), to);
    }
    std::ofstream(issuer_.folder() / "nginx.conf") << text;
    nginx_ = std::make_unique<Process>(
        std::vector<std::string>{"nginx", "-p", here, "-e", here + "/error.log", "-c", here + "/nginx.conf"});
    const auto credentials = grpc::SslCredentials({authority_.certificate(), "", ""});
    channel_ = grpc::CreateChannel("localhost:" + port, credentials);
    gateway_ = v1::GatewayService::NewStub(channel_);
    agent_ = v1::AgentService::NewStub(channel_);
    supervisor_ = v1::SupervisorService::NewStub(channel_);
  }

  std::string temporary_folders() const {
    std::string text;
    for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
      text += std::string(" ") + kind + "_temp_path " + issuer_.folder().string() + "/" + kind + ";";
    return text;
  }

  std::string token(const std::string& subject, const std::string& role) const {
    return issuer_.sign(claims(subject, R"([")" + role + R"("])", kLater));
  }
  std::unique_ptr<grpc::ClientContext> as(const std::string& subject, const std::string& role) const {
    auto made = context();
    made->AddMetadata("authorization", "Bearer " + token(subject, role));
    return made;
  }
  grpc::Status submit(const std::string& contact, const std::string& attributes = "") {
    v1::SubmitContactRequest request;
    request.set_contact_id(contact);
    request.set_queue("sales");
    if (!attributes.empty()) request.set_attributes(attributes);
    v1::SubmitContactResponse response;
    return gateway_->SubmitContact(as("east", "gateway").get(), request, &response);
  }

  PublishedIssuer issuer_;
  const std::filesystem::path page_ = issuer_.folder() / "page";
  std::string page_url_;
  http2::Target target_;
  TestAuthority authority_;
  std::unique_ptr<ServerUnderTest> router_;
  std::unique_ptr<Process> nginx_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::GatewayService::Stub> gateway_;
  std::unique_ptr<v1::AgentService::Stub> agent_;
  std::unique_ptr<v1::SupervisorService::Stub> supervisor_;
};

TEST_F(NginxTest, PassesCallsAndTheTokenOfTheirCaller) {
  EXPECT_TRUE(submit("c1").ok()) << submit("c1").error_message() << read_file(issuer_.folder() / "error.log");
  v1::SubmitContactRequest request;
  request.set_contact_id("c2");
  request.set_queue("sales");
  v1::SubmitContactResponse response;
  const grpc::Status stranger = gateway_->SubmitContact(context().get(), request, &response);
  EXPECT_EQ(stranger.error_code(), grpc::StatusCode::UNAUTHENTICATED) << stranger.error_message();
  EXPECT_EQ(rejection(stranger).reason(), v1::RejectionDetail::NOT_AUTHENTICATED);
}

TEST_F(NginxTest, PassesStreamsInBothDirectionsAtOnce) {
  const auto agents = as("desktops", "agent");
  const auto session = agent_->Session(agents.get());
  v1::AgentSessionRequest heartbeat;
  heartbeat.add_requests()->mutable_heartbeat();
  ASSERT_TRUE(session->Write(heartbeat));
  v1::AgentSessionResponse reply;
  ASSERT_TRUE(session->Read(&reply)) << session->Finish().error_message();
  const auto supervisors = as("eva", "supervisor");
  const auto watch = supervisor_->Watch(supervisors.get(), v1::WatchRequest{});
  v1::WatchResponse snapshot;
  ASSERT_TRUE(watch->Read(&snapshot)) << watch->Finish().error_message();
  EXPECT_TRUE(snapshot.has_snapshot());
  ASSERT_TRUE(submit("c1").ok());
  v1::WatchResponse delta;
  ASSERT_TRUE(watch->Read(&delta));
  session->WritesDone();
  while (session->Read(&reply)) {
  }
  EXPECT_TRUE(session->Finish().ok());
  supervisors->TryCancel();
  while (watch->Read(&delta)) {
  }
  EXPECT_EQ(watch->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(NginxTest, PassesThePageAndItsCallsToBrowsers) {
  const std::string authority = (issuer_.folder() / "authority.crt").string();
  std::ofstream(authority) << authority_.certificate();
  Process browser({"node", std::string(CORDBOARD_SOURCE_DIR) + "/tests/deploy/browser.mjs", page_url_,
                   authority, token("eva", "supervisor")});
  ASSERT_TRUE(browser.wait_for_line("watching")) << browser.errors();
  ASSERT_TRUE(submit("c1").ok());
  EXPECT_EQ(browser.wait(), 0) << browser.errors();
  EXPECT_EQ(browser.output(), "watching\nthe page\na call\nrefused from elsewhere\nthe contact\n");
}

TEST_F(NginxTest, TellsItsOwnRefusalsAsGrpcStatuses) {
  const grpc::Status large = submit("c1", std::string(2 << 20, 'x'));
  EXPECT_EQ(large.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << large.error_message();
  EXPECT_THAT(large.error_message(), HasSubstr("the proxy"));
  ASSERT_TRUE(submit("c2").ok());
  router_.reset();
  const grpc::Status gone = submit("c3");
  EXPECT_EQ(gone.error_code(), grpc::StatusCode::UNAVAILABLE) << gone.error_message();
  EXPECT_THAT(gone.error_message(), HasSubstr("no answer from the router"));
}

TEST_F(NginxTest, RefusesCallsAboveTheRateOfAnAddress) {
  start_nginx(
      {{"zone=calls:10m rate=2000r/s", "zone=calls:10m rate=1r/m"}, {"burst=4000 nodelay", "nodelay"}});
  ASSERT_TRUE(submit("c1").ok());
  const grpc::Status refused = submit("c2");
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED) << refused.error_message();
  EXPECT_THAT(refused.error_message(), HasSubstr("the proxy"));
}

TEST_F(NginxTest, RefusesConnectionsAboveTheNumberOfAnAddress) {
  start_nginx({{"limit_conn connections 200;", "limit_conn connections 1;"}});
  const auto supervisors = as("eva", "supervisor");
  const auto watch = supervisor_->Watch(supervisors.get(), v1::WatchRequest{});
  v1::WatchResponse snapshot;
  ASSERT_TRUE(watch->Read(&snapshot)) << watch->Finish().error_message();
  EXPECT_FALSE(http2::serves(target_));  // which is a connection of its own
  supervisors->TryCancel();
  while (watch->Read(&snapshot)) {
  }
  (void)watch->Finish();
}

// With those that gRPC 1.51.1 does not: SECURITY.md, HTTP/2.
TEST_F(NginxTest, WithstandsAttacksOnHttp2) {
  const std::set<std::string> ended = {"CVE-2023-33953 value", "CVE-2023-33953 number", "CVE-2023-33953 list",
                                       "HPACK table resizes",  "CVE-2023-44487",        "CVE-2025-8671"};
  ASSERT_TRUE(submit("c1").ok());
  std::size_t tried = 0;
  for (const http2::Attack& attack : http2::attacks()) {
    const std::string came = attack.run(target_, attack.size);
    SCOPED_TRACE(std::string(attack.name) + ": " + came);
    EXPECT_FALSE(came.starts_with("POISONED")) << "others on the connection were harmed";
    EXPECT_TRUE(http2::serves(target_));
    const bool stays = came.find("connection stays") != std::string::npos;
    tried += ended.count(attack.name);
    EXPECT_FALSE(stays && ended.count(attack.name) == 1);
  }
  EXPECT_EQ(tried, ended.size());
  EXPECT_TRUE(submit("c2").ok());
}

TEST_F(NginxTest, WritesNoTokenAndNoBodyToItsLogs) {
  ASSERT_TRUE(submit("c1", "canary-17").ok());
  nginx_->signal(SIGQUIT);
  nginx_->wait();
  const std::string logs =
      read_file(issuer_.folder() / "access.log") + read_file(issuer_.folder() / "error.log");
  EXPECT_THAT(logs, HasSubstr("/cordboard.v1.GatewayService/SubmitContact 200"));
  for (const char* secret : {"canary", "Bearer", "eyJ"})
    EXPECT_EQ(logs.find(secret), std::string::npos) << logs;
}

}  // namespace
}  // namespace cordboard::testing
