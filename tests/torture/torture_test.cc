// Every message of messages.txt over a real connection: the documented answer, a reason that says something,
// and nothing changed by what was refused.
//
// CORDBOARD_REWRITE=1 writes the answers into the file; read the difference by eye. CORDBOARD_SHOW=1 prints
// what people are told.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "router/core/utf8.h"
#include "tests/access/token_issuer.h"
#include "tests/grpc/generic_call.h"
#include "tests/grpc/session_client.h"
#include "tests/torture/torture_file.h"

namespace cordboard::testing {
namespace {

constexpr const char* kFile = CORDBOARD_SOURCE_DIR "/tests/torture/messages.txt";

constexpr const char* kConfig = R"(
queues:
  - {name: sales, requires: english, wrap_up_timeout: 20s}
  - {name: tiny, requires: nobody, max_waiting: 1}
  - {name: chat, channel: chat, requires: english}
agents:
  - {id: ana, skills: {english: 80}}
  - {id: ben, skills: {english: 60}}
  - {id: cat, skills: {english: 60}}
undeclared_agents: false
)";
constexpr const char* kTheirConfig = "queues: [{name: theirs}]";

constexpr const char* kStatusNames[] = {
    "OK",        "CANCELLED",      "UNKNOWN",           "INVALID_ARGUMENT",   "DEADLINE_EXCEEDED",
    "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION",
    "ABORTED",   "OUT_OF_RANGE",   "UNIMPLEMENTED",     "INTERNAL",           "UNAVAILABLE",
    "DATA_LOSS", "UNAUTHENTICATED"};

bool is_printable(const std::string& text) {
  if (find_invalid_utf8(text) != std::string::npos) return false;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  // Marks that turn what is written around.
  return text.find("\xe2\x80\xae") == std::string::npos && text.find("\xe2\x80\x8b") == std::string::npos;
}

class TortureTest : public ::testing::Test {
 protected:
  TortureTest() {
    ServerUnderTest::Options options;
    options.tenants = {{"default", kConfig}, {"acme", kTheirConfig}};
    options.server.access.tokens = issuer_.config();
    router_ = std::make_unique<ServerUnderTest>(options);
  }

  // "ROLE NAME [TENANT]".
  std::string token(const std::string& who) {
    std::string& known = tokens_[who];
    if (!known.empty()) return known;
    std::stringstream words(who);
    std::string role;
    std::string name;
    std::string tenant;
    words >> role >> name >> tenant;
    std::string more = tenant.empty() ? "" : R"(,"cordboard_tenant":")" + tenant + "\"";
    if (name == "desks") more += R"(,"cordboard_agent":"*")";
    return known = issuer_.sign(claims(name, R"([")" + role + R"("])", kLater, more));
  }

  static std::string usual_caller(const std::string& rpc) {
    if (rpc.starts_with("AgentService")) return "agent desks";
    if (rpc.starts_with("SupervisorService")) return "supervisor eva";
    if (rpc.starts_with("ConfigService")) return "admin root";
    return "gateway g0";
  }

  std::unique_ptr<grpc::ClientContext> context_for(const TortureCase& nasty) {
    auto made = context(nasty.tenant);
    if (!nasty.authorization.empty()) {
      made->AddMetadata("authorization", nasty.authorization);
    } else if (nasty.as != "nobody") {
      made->AddMetadata("authorization",
                        "Bearer " + token(nasty.as.empty() ? usual_caller(nasty.rpc) : nasty.as));
    }
    return made;
  }

  grpc::Status send(const TortureCase& nasty) {
    return call_by_name(router_->channel(), nasty.rpc, *context_for(nasty), nasty.message);
  }
  // A good message in protobuf's text format.
  template <class Request>
  void ask(const std::string& rpc, const std::string& as, const Request& request) {
    const grpc::Status status =
        send({.name = rpc, .rpc = rpc, .as = as, .message = request.SerializeAsString()});
    ASSERT_TRUE(status.ok()) << rpc << ": " << status.error_message();
  }

  void submit(const std::string& id, const std::string& queue, const std::string& as = "",
              const std::string& request_id = "", const std::string& requirement = "",
              std::int64_t not_before = 0, const std::string& gateway = "") {
    v1::SubmitContactRequest request;
    request.set_contact_id(id);
    request.set_queue(queue);
    request.set_request_id(request_id);
    request.set_gateway(gateway);
    request.set_requirement(requirement);
    if (not_before != 0) request.mutable_not_before()->set_seconds(not_before);
    ask("GatewayService/SubmitContact", as, request);
  }
  void log_in(const std::string& agent) {
    v1::LoginRequest request;
    request.set_agent_id(agent);
    request.set_ready(true);
    ask("AgentService/Login", "", request);
  }
  void accept(const std::string& agent, std::uint64_t offer) {
    v1::AcceptRequest request;
    request.set_agent_id(agent);
    request.set_offer_id(offer);
    ask("AgentService/Accept", "", request);
  }

  // As messages.txt says.
  void prepare() {
    submit("theirs", "theirs", "gateway g0 acme");
    log_in("ana");
    submit("live", "sales");
    accept("ana", 1);
    log_in("ben");
    submit("done", "sales", "", "used-before");
    accept("ben", 2);
    v1::EndRequest end;
    end.set_agent_id("ben");
    end.set_contact_id("done");
    ask("AgentService/End", "", end);
    v1::FinishWrapUpRequest finish;
    finish.set_agent_id("ben");
    finish.set_contact_id("done");
    ask("AgentService/FinishWrapUp", "", finish);
    submit("ringing", "sales");
    submit("waiting", "sales", "", "", "", 0, "g0");
    submit("hopeless", "sales", "", "", "klingon");
    submit("scheduled", "sales", "", "", "", 1'700'100'000);
    submit("tiny-1", "tiny");
  }

  // Of both tenants.
  std::string state() {
    std::string all;
    for (const char* who : {"admin root", "admin root acme"}) {
      const auto with = context();
      with->AddMetadata("authorization", "Bearer " + token(who));
      v1::GetDigestResponse digest;
      const grpc::Status status = router_->supervisor().GetDigest(with.get(), {}, &digest);
      EXPECT_TRUE(status.ok()) << status.error_message();
      all += std::to_string(digest.revision()) + " " + std::to_string(digest.digest()) + "\n";
    }
    return all;
  }

  static std::string answer(const grpc::Status& status) {
    std::string text = kStatusNames[status.error_code()];
    const auto reason = rejection(status).reason();
    if (reason != v1::RejectionDetail::REASON_UNSPECIFIED)
      text += " " + v1::RejectionDetail::Reason_Name(reason);
    return text;
  }

  PublishedIssuer issuer_;
  std::map<std::string, std::string> tokens_;
  std::unique_ptr<ServerUnderTest> router_;
};

TEST_F(TortureTest, EveryMessageGetsItsAnswerAndWhatIsRefusedChangesNothing) {
  const std::vector<TortureCase> cases = read_torture_file(kFile);
  ASSERT_GE(cases.size(), 100u);
  ASSERT_NO_FATAL_FAILURE(prepare());
  std::set<std::string> names;
  std::vector<std::string> answers;
  std::string before = state();
  for (const TortureCase& nasty : cases) {
    SCOPED_TRACE(nasty.name);
    EXPECT_EQ(nasty.wrong, "");
    EXPECT_TRUE(names.insert(nasty.name).second) << "the name comes twice";
    EXPECT_FALSE(nasty.why.empty());
    const grpc::Status status = send(nasty);
    answers.push_back(answer(status));
    if (std::getenv("CORDBOARD_SHOW") != nullptr) {
      std::printf("%s\n  %s\n  %s\n", nasty.name.c_str(), answers.back().c_str(),
                  status.error_message().c_str());
    }
    const std::string after = state();
    if (!status.ok()) {
      EXPECT_EQ(after, before) << "refused, and something changed";
      // The library's own, for what is no message and for what is no rpc.
      const bool says_nothing = status.error_message().find(": ") == std::string::npos;
      EXPECT_EQ(says_nothing, answers.back().find(' ') == std::string::npos) << status.error_message();
      EXPECT_TRUE(is_printable(status.error_message())) << status.error_message();
    }
    before = after;
    if (std::getenv("CORDBOARD_REWRITE") != nullptr) continue;
    EXPECT_EQ(answers.back(), nasty.expect) << status.error_message();
  }
  if (std::getenv("CORDBOARD_REWRITE") != nullptr) return write_torture_file(kFile, answers);
  // It serves as before.
  submit("after", "sales");
  accept("ben", 3);
}

// The same by the stream of a gateway or of agents, where the refusal is a reply and the stream goes on.
TEST_F(TortureTest, SessionsRefuseForTheSameReasons) {
  ASSERT_NO_FATAL_FAILURE(prepare());
  auto gateway_context = context();
  gateway_context->AddMetadata("authorization", "Bearer " + token("gateway g0"));
  auto agent_context = context();
  agent_context->AddMetadata("authorization", "Bearer " + token("agent desks"));
  auto gateway_stream = router_->gateway().Session(gateway_context.get());
  auto agent_stream = router_->agent().Session(agent_context.get());
  GatewayClient gateway(std::move(gateway_context), std::move(gateway_stream));
  AgentClient agents(std::move(agent_context), std::move(agent_stream));
  v1::GatewaySessionRequest hello;
  hello.mutable_hello()->set_gateway("g0");
  gateway.send(hello);
  gateway.next();
  for (const char* agent : {"ana", "ben"}) EXPECT_TRUE(agents.ask(login(agent)).has_login());

  const auto wrap = [](const TortureCase& nasty, auto request) {
    const auto* const type = request.GetDescriptor();
    const auto* const method = google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
        "cordboard.v1." + std::string(nasty.rpc).replace(nasty.rpc.find('/'), 1, "."));
    for (int i = 0; method != nullptr && i < type->field_count(); ++i) {
      if (type->field(i)->message_type() != method->input_type()) continue;
      auto* const part = request.GetReflection()->MutableMessage(&request, type->field(i));
      return part->ParseFromString(nasty.message) ? std::optional(request) : std::nullopt;
    }
    return std::optional<decltype(request)>();
  };
  int played = 0;
  std::string before = state();
  for (const TortureCase& nasty : read_torture_file(kFile)) {
    SCOPED_TRACE(nasty.name);
    const bool usual = nasty.as.empty() && nasty.authorization.empty() && nasty.tenant.empty();
    // On a stream a heartbeat of nobody keeps the stream.
    if (nasty.name == "heartbeat.of_nobody") continue;
    if (!usual || nasty.expect == "OK" || nasty.message.size() > 1u << 20) continue;
    v1::RejectionDetail refusal;
    if (const auto request = wrap(nasty, v1::GatewayRequest())) {
      refusal = gateway.ask(*request).rejection();
    } else if (const auto desk = wrap(nasty, v1::AgentRequest())) {
      refusal = agents.ask(*desk).rejection();
    } else {
      continue;
    }
    ++played;
    const std::string name =
        std::string(kStatusNames[refusal.code()]) + " " + v1::RejectionDetail::Reason_Name(refusal.reason());
    if (nasty.name.starts_with("gateway.")) {  // a session speaks for its gateway, whatever the request says
      EXPECT_EQ(name, "INVALID_ARGUMENT MALFORMED_REQUEST");
    } else if (name != "FAILED_PRECONDITION AGENT_NOT_LOGGED_IN") {  // not on this stream, known or not
      EXPECT_EQ(name, nasty.expect);
    }
    EXPECT_FALSE(refusal.detail().empty()) << "says nothing";
    EXPECT_TRUE(is_printable(refusal.detail())) << refusal.detail();
    EXPECT_EQ(state(), before) << "refused, and something changed";
  }
  EXPECT_GE(played, 100);
}

}  // namespace
}  // namespace cordboard::testing
