#include "tests/grpc/server_under_test.h"

#include <cstdlib>
#include <utility>

#include "router/config/config.h"

namespace cordboard::testing {

const char* const kTestConfig = R"(
queues:
  - {name: sales, requires: english, offer_timeout: 10s, wrap_up_timeout: 20s, service_level: {percent: 80, within: 20s}}
  - {name: tiny, requires: nobody, max_waiting: 1}
  - {name: chat, channel: chat, requires: english, offer_timeout: 10s, wrap_up_timeout: 20s}
agents:
  - {id: ana, skills: {english: 80}}
  - {id: ben, skills: {english: 60}}
splits:
  - {name: anyhow, to: [{queue: sales, percent: 60}, {queue: chat, percent: 40}]}
)";

namespace {

std::filesystem::path make_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "cordboard-test-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  return pattern;
}

TenantSource source(const std::string& name, const std::string& text) {
  ConfigResult result = parse_config(text, name);
  EXPECT_TRUE(result.config) << result.diagnostics.text();
  return {name, {std::move(result.config->tenant), text, name + ".yaml"}};
}

}  // namespace

ServerUnderTest::ServerUnderTest(Options options)
    : options_(std::move(options)),
      owns_folder_(options_.folder.empty()),
      folder_(owns_folder_ ? make_folder() : std::filesystem::path(options_.folder)),
      clock_(time_from_us(1'700'000'000'000'000)) {
  start();
}

// g++ 12 takes a nameless Options{} for uninitialised.
ServerUnderTest::ServerUnderTest()
    : ServerUnderTest([] {
        Options options;
        return options;
      }()) {}

ServerUnderTest::~ServerUnderTest() {
  stop();
  if (owns_folder_) std::filesystem::remove_all(folder_);
}

void ServerUnderTest::start() {
  ServerOptions options;
  for (const auto& [name, text] : options_.tenants) options.tenants.push_back(source(name, text));
  options.data_dir = folder_;
  options.server = options_.server;
  options.server.grpc_listen = "127.0.0.1:0";
  options.server.http_listen = "127.0.0.1:0";
  options.server.metrics_listen = "127.0.0.1:0";
  auto started = Server::start(std::move(options), clock_);
  if (auto* error = std::get_if<StartError>(&started)) {
    ADD_FAILURE() << error->message;
    std::abort();
  }
  server_ = std::move(std::get<std::unique_ptr<Server>>(started));
  channel_ = grpc::CreateCustomChannel(server_->grpc_address(), options_.credentials, options_.channel);
  gateway_ = v1::GatewayService::NewStub(channel_);
  agent_ = v1::AgentService::NewStub(channel_);
  supervisor_ = v1::SupervisorService::NewStub(channel_);
  config_ = v1::ConfigService::NewStub(channel_);
}

void ServerUnderTest::stop() {
  if (!server_) return;
  EXPECT_EQ(server_->stop(), options_.ends_with);
  server_.reset();
}

void ServerUnderTest::restart() { restart(options_.tenants); }

void ServerUnderTest::restart(std::map<std::string, std::string> tenants) {
  stop();
  options_.tenants = std::move(tenants);
  start();
}

std::uint64_t ServerUnderTest::digest(const std::string& tenant) {
  v1::GetDigestResponse response;
  const grpc::Status status =
      call(&v1::SupervisorService::Stub::GetDigest, supervisor(), v1::GetDigestRequest{}, &response, tenant);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.digest();
}

std::uint64_t ServerUnderTest::revision(const std::string& tenant) {
  v1::GetStatusResponse response;
  const grpc::Status status =
      call(&v1::SupervisorService::Stub::GetStatus, supervisor(), v1::GetStatusRequest{}, &response, tenant);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response.revision();
}

std::unique_ptr<grpc::ClientContext> context(const std::string& tenant) {
  auto made = std::make_unique<grpc::ClientContext>();
  made->set_deadline(std::chrono::system_clock::now() + kLongLimit);
  made->set_wait_for_ready(true);
  if (!tenant.empty()) made->AddMetadata("cordboard-tenant", tenant);
  return made;
}

namespace {

template <class Detail>
Detail unpack(const grpc::Status& status) {
  v1::ErrorStatus packed;
  Detail detail;
  if (packed.ParseFromString(status.error_details()) && packed.details_size() > 0) {
    packed.details(0).UnpackTo(&detail);
  }
  return detail;
}

}  // namespace

v1::RejectionDetail rejection(const grpc::Status& status) { return unpack<v1::RejectionDetail>(status); }
v1::StreamClosedDetail stream_closed(const grpc::Status& status) {
  return unpack<v1::StreamClosedDetail>(status);
}

}  // namespace cordboard::testing
