// How a router starts, refuses to start, and ends.

#include "router/server/server.h"

#include <gmock/gmock.h>

#include <fstream>

#include "router/server/command_line.h"
#include "router/server/listen.h"
#include "tests/grpc/server_under_test.h"

namespace cordboard::testing {
namespace {

using ::testing::HasSubstr;

std::variant<CommandLine, Exit> read(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "cordboard-router");
  return read_command_line(static_cast<int>(arguments.size()), arguments.data());
}

class CommandLineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "cordboard-flags-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }

  std::filesystem::path folder_;
};

TEST_F(CommandLineTest, FlagsOverrideTheFile) {
  const std::string config =
      file("a.yaml", "queues: [{name: q}]\nserver: {grpc_listen: 127.0.0.1:1, log_level: warn}\n");
  const std::string other = "acme=" + file("b.yaml", "queues: [{name: r}]\n");
  const auto result = read({"--config", config.c_str(), "--data-dir", "/x", "--grpc-listen", "127.0.0.1:0",
                            "--tenant", other.c_str(), "--log-level", "error"});
  ASSERT_TRUE(std::holds_alternative<CommandLine>(result));
  const ServerOptions& options = std::get<CommandLine>(result).options;
  EXPECT_EQ(options.server.grpc_listen, "127.0.0.1:0");
  EXPECT_EQ(options.server.http_listen, "127.0.0.1:7080");
  EXPECT_EQ(options.server.log_level, LogLevel::Error);
  ASSERT_EQ(options.tenants.size(), 2u);
  EXPECT_EQ(options.tenants[0].name, "default");
  EXPECT_EQ(options.tenants[1].name, "acme");
  EXPECT_EQ(options.tenants[1].config.config.queues.at(0).name, "r");
}

TEST_F(CommandLineTest, CheckSaysWhatIsWrongAndWhere) {
  const std::string good = file("good.yaml", "queues: [{name: q}]\n");
  const std::string bad = file("bad.yaml", "queues: [{name: q, offer_timout: 3s}]\n");
  const auto checked = read({"--config", good.c_str(), "--check"});
  ASSERT_TRUE(std::holds_alternative<Exit>(checked));
  EXPECT_EQ(std::get<Exit>(checked).code, ExitCode::Ok);
  const auto refused = read({"--config", bad.c_str(), "--check"});
  ASSERT_TRUE(std::holds_alternative<Exit>(refused));
  EXPECT_EQ(std::get<Exit>(refused).code, ExitCode::BadConfig);
  EXPECT_THAT(std::get<Exit>(refused).err, HasSubstr("bad.yaml:1:20: queues[0].offer_timout"));
  EXPECT_THAT(std::get<Exit>(refused).err, HasSubstr("offer_timeout"));
}

TEST_F(CommandLineTest, BadUsageIsRefused) {
  const std::string config = file("a.yaml", "queues: [{name: q}]\n");
  const std::string twice = "default=" + config;
  const std::string outside = "../x=" + config;
  for (const std::vector<const char*>& arguments : std::vector<std::vector<const char*>>{
           {},
           {"--config", config.c_str()},
           {"--config", "/does/not/exist", "--data-dir", "/x"},
           {"--config", config.c_str(), "--data-dir", "/x", "--nonsense"},
           {"--config", config.c_str(), "--data-dir", "/x", "--log-level", "loud"},
           {"--config", config.c_str(), "--data-dir", "/x", "--tenant", "acme"},
           {"--config", config.c_str(), "--data-dir", "/x", "--tenant", twice.c_str()},
           {"--config", config.c_str(), "--data-dir", "/x", "--tenant", outside.c_str()}}) {
    const auto result = read(arguments);
    ASSERT_TRUE(std::holds_alternative<Exit>(result));
    EXPECT_EQ(std::get<Exit>(result).code, ExitCode::BadConfig);
    EXPECT_NE(std::get<Exit>(result).err, "");
  }
}

TEST_F(CommandLineTest, TellsItsVersion) {
  const auto result = read({"--version"});
  ASSERT_TRUE(std::holds_alternative<Exit>(result));
  EXPECT_THAT(std::get<Exit>(result).out, HasSubstr(kVersion));
  EXPECT_EQ(std::get<Exit>(result).code, ExitCode::Ok);
}

TEST(Listen, BeyondLoopbackNeedsEncryptionAndAccess) {
  const auto wrong = [](const std::string& address, bool insecure, bool tls = false, bool access = false) {
    ServerConfig server;
    server.grpc_listen = address;
    if (tls) server.tls = {"a.crt", "a.key", ""};
    if (access) server.access.tokens.jwks = "jwks.json";
    return check_listeners(server, insecure).value_or("");
  };
  for (const char* loopback : {"127.0.0.1:0", "[::1]:7070", "localhost:7070"})
    EXPECT_EQ(wrong(loopback, false), "");
  for (const char* open : {"0.0.0.0:7070", "[::]:7070", "example.com:7070"}) {
    EXPECT_THAT(wrong(open, false), AllOf(HasSubstr("server.tls"), HasSubstr("--insecure-listen")));
    EXPECT_THAT(wrong(open, false, true), AllOf(HasSubstr("server.access"), HasSubstr("--insecure-listen")));
    EXPECT_THAT(wrong(open, false, false, true), HasSubstr("server.tls"));
    EXPECT_EQ(wrong(open, false, true, true), "");
    EXPECT_EQ(wrong(open, true), "");
  }
  EXPECT_THAT(wrong("127.0.0.1", true), HasSubstr("HOST:PORT"));
  ServerConfig metrics;
  metrics.metrics_listen = "0.0.0.0:7090";
  EXPECT_THAT(*check_listeners(metrics, false), HasSubstr("server.metrics_listen"));
  metrics.tls = {"a.crt", "a.key", ""};  // encrypted is enough for figures
  EXPECT_FALSE(check_listeners(metrics, false));
  EXPECT_EQ(with_port("[::1]:0", 7070), "[::1]:7070");
}

class ServerStart : public CommandLineTest {
 protected:
  ServerOptions options() const {
    ServerOptions options;
    options.tenants.push_back({"default", {TenantConfig{}, "queues: []\n", "a.yaml"}});
    options.data_dir = folder_;
    for (std::string* address :
         {&options.server.grpc_listen, &options.server.http_listen, &options.server.metrics_listen}) {
      *address = "127.0.0.1:0";
    }
    return options;
  }
  ExitCode failure(ServerOptions options) {
    auto started = Server::start(std::move(options), clock_);
    if (auto* error = std::get_if<StartError>(&started)) return error->code;
    ADD_FAILURE() << "it started";
    return ExitCode::Ok;
  }

  SystemClock clock_;
};

TEST_F(ServerStart, ADataDirectoryHasOneOwner) {
  auto first = Server::start(options(), clock_);
  ASSERT_TRUE(std::holds_alternative<std::unique_ptr<Server>>(first));
  EXPECT_EQ(failure(options()), ExitCode::StoreInUse);
  EXPECT_EQ(std::get<std::unique_ptr<Server>>(first)->stop(), ExitCode::Ok);
}

TEST_F(ServerStart, AnAddressInUseIsRefusedForEachListener) {
  auto first = Server::start(options(), clock_);
  ASSERT_TRUE(std::holds_alternative<std::unique_ptr<Server>>(first));
  Server& running = *std::get<std::unique_ptr<Server>>(first);
  ServerOptions second = options();
  second.data_dir = folder_ / "second";
  second.server.grpc_listen = running.grpc_address();
  EXPECT_EQ(failure(second), ExitCode::AddressInUse);
  second.server.grpc_listen = "127.0.0.1:0";
  second.server.metrics_listen = running.http_address();
  EXPECT_EQ(failure(second), ExitCode::AddressInUse);
}

TEST_F(ServerStart, ADamagedStoreHasItsOwnCode) {
  std::filesystem::create_directories(folder_ / "default");
  std::ofstream(folder_ / "default" / "cordboard.db") << std::string(8192, 'x');
  EXPECT_EQ(failure(options()), ExitCode::StoreDamaged);
}

TEST_F(ServerStart, ListeningBeyondLoopbackIsRefused) {
  ServerOptions open = options();
  open.server.http_listen = "0.0.0.0:0";
  EXPECT_EQ(failure(open), ExitCode::BadConfig);
}

TEST_F(ServerStart, SaysWhereItListens) {
  auto started = Server::start(options(), clock_);
  ASSERT_TRUE(std::holds_alternative<std::unique_ptr<Server>>(started));
  EXPECT_THAT(std::get<std::unique_ptr<Server>>(started)->ready_line(),
              ::testing::MatchesRegex("ready grpc=127.0.0.1:[1-9][0-9]* http=127.0.0.1:[1-9][0-9]* "
                                      "metrics=127.0.0.1:[1-9][0-9]*"));
}

// ---- What else is on the gRPC port ----

TEST(ServerPort, ConfigServiceGivesTheTextAndChecksAnother) {
  ServerUnderTest server;
  using Config = v1::ConfigService::Stub;
  v1::GetResponse got;
  ASSERT_TRUE(call(&Config::Get, server.config(), v1::GetRequest{}, &got).ok());
  EXPECT_EQ(got.yaml(), kTestConfig);
  EXPECT_EQ(got.version().number(), 1u);
  EXPECT_EQ(got.version().source(), "default.yaml");
  v1::ValidateRequest request;
  request.set_yaml("queues: [{name: sales, offer_timout: 15s}]\n");
  v1::ValidateResponse checked;
  ASSERT_TRUE(call(&Config::Validate, server.config(), request, &checked).ok());
  EXPECT_FALSE(checked.valid());
  ASSERT_EQ(checked.diagnostics_size(), 1);
  EXPECT_EQ(checked.diagnostics(0).key(), "queues[0].offer_timout");
  EXPECT_EQ(checked.diagnostics(0).line(), 1u);
}

TEST(ServerPort, StopsStreamsWithAReason) {
  ServerUnderTest server;
  const auto with = context();
  auto stream = server.supervisor().Watch(with.get(), v1::WatchRequest{});
  v1::WatchResponse response;
  ASSERT_TRUE(stream->Read(&response));
  server.restart();
  while (stream->Read(&response)) {
  }
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::UNAVAILABLE);
  EXPECT_EQ(stream_closed(status).reason(), v1::StreamClosedDetail::SHUTTING_DOWN);
}

}  // namespace
}  // namespace cordboard::testing
