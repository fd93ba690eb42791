// Marked ids of customers and attributes go through the real binary, along every way on which a request is
// answered or refused; then they are looked for in its log, its metrics, its answers and its files.

#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>

#include <boost/asio/ip/tcp.hpp>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "agents-sim/base/temporary_directory.h"
#include "agents-sim/live/child_router.h"
#include "cordboard/v1/agent_service.grpc.pb.h"
#include "cordboard/v1/gateway_service.grpc.pb.h"
#include "cordboard/v1/supervisor_service.grpc.pb.h"
#include "tests/e2e/process.h"

namespace cordboard {
namespace {

// Every customer id and attribute of this test has it in it.
constexpr const char* kMark = "CANARY";
const std::string kCustomer = "+31-CANARY-201234567";
const std::string kAttributes = "{\"name\": \"CANARY Jones\", \"line\": 7}";

class CanaryTest : public testing::Test {
 protected:
  CanaryTest() {
    std::ofstream(config_) << "queues:\n"
                              "  - {name: sales, redial: {within: 5m}, last_agent: {within: 1h}}\n"
                              "  - {name: small, max_waiting: 1, requires: nobody}\n"
                              "server: {log_level: trace}\n";
    start();
  }

  void start() {
    router_ = std::make_unique<RunningRouter>(config_, data_dir_);
    ASSERT_FALSE(router_->grpc().empty()) << router_->process().errors();
    const auto channel = grpc::CreateChannel(router_->grpc(), grpc::InsecureChannelCredentials());
    gateway_ = v1::GatewayService::NewStub(channel);
    agent_ = v1::AgentService::NewStub(channel);
    supervisor_ = v1::SupervisorService::NewStub(channel);
  }

  void end(int signal) {
    router_->process().signal(signal);
    ASSERT_TRUE(router_->process().wait());
    expect_clean("the output", router_->process().output());
    expect_clean("the log", router_->process().errors());
  }

  static void expect_clean(const std::string& where, const std::string& text) {
    EXPECT_EQ(text.find(kMark), std::string::npos) << where << ": " << text.substr(0, 4000);
  }

  void expect_clean_files() const {
    for (const auto& file : std::filesystem::recursive_directory_iterator(data_dir_)) {
      if (!file.is_regular_file()) continue;
      std::ifstream in(file.path(), std::ios::binary);
      std::ostringstream bytes;
      bytes << in.rdbuf();
      EXPECT_EQ(bytes.str().find(kMark), std::string::npos) << file.path();
      files_seen_ += bytes.str().size();
    }
    EXPECT_GT(files_seen_, 0u);
  }

  // Calls, and looks at what a refusal says: its message and its details.
  template <class Service, class Request, class Response>
  grpc::Status call(Service& service,
                    grpc::Status (Service::*rpc)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    const grpc::Status status = (service.*rpc)(&context, request, response);
    expect_clean("a status", status.error_message() + status.error_details());
    if (!status.ok()) ++refused_;
    return status;
  }
  template <class Request, class Response>
  grpc::Status call(grpc::Status (v1::GatewayService::Stub::*rpc)(grpc::ClientContext*, const Request&,
                                                                  Response*),
                    const Request& request, Response* response) {
    return call(*gateway_, rpc, request, response);
  }

  static v1::SubmitContactRequest contact(const std::string& id, const std::string& queue = "sales") {
    v1::SubmitContactRequest request;
    request.set_contact_id(id);
    request.set_queue(queue);
    request.set_customer(kCustomer);
    request.set_attributes(kAttributes);
    return request;
  }
  // What the gateway is answered has no customers' data, refused or not.
  bool submit(const v1::SubmitContactRequest& request) {
    v1::SubmitContactResponse response;
    const bool taken = call(&v1::GatewayService::Stub::SubmitContact, request, &response).ok();
    expect_clean("an answer", response.DebugString());
    return taken;
  }

  v1::Contact read(const std::string& id) {
    v1::GetContactRequest request;
    v1::GetContactResponse response;
    request.set_contact_id(id);
    request.set_include_customer_data(true);
    EXPECT_TRUE(call(&v1::GatewayService::Stub::GetContact, request, &response).ok());
    return response.contact();
  }

  static std::string scrape(const std::string& address) {
    const std::size_t colon = address.rfind(':');
    boost::asio::ip::tcp::iostream http(address.substr(0, colon), address.substr(colon + 1));
    http << "GET /metrics HTTP/1.0\r\nHost: router\r\nConnection: close\r\n\r\n" << std::flush;
    std::ostringstream answer;
    answer << http.rdbuf();
    return answer.str();
  }

  void submit_what_is_refused();
  void update_what_is_refused();
  void ask_as_a_supervisor();

  const sim::TemporaryDirectory directory_{"cordboard-canary"};
  const std::string config_ = directory_.path() + "/router.yaml";
  const std::string data_dir_ = directory_.path() + "/data";
  std::unique_ptr<RunningRouter> router_;
  std::unique_ptr<v1::GatewayService::Stub> gateway_;
  std::unique_ptr<v1::AgentService::Stub> agent_;
  std::unique_ptr<v1::SupervisorService::Stub> supervisor_;
  int refused_ = 0;
  mutable std::uintmax_t files_seen_ = 0;
};

void CanaryTest::submit_what_is_refused() {
  auto request = contact("call-1");
  request.set_attributes(kAttributes + "another");
  EXPECT_FALSE(submit(request)) << "the id with another payload";
  request = contact("call-1");
  request.set_customer(kCustomer + "0");
  EXPECT_FALSE(submit(request)) << "the id with another customer";
  EXPECT_FALSE(submit(contact("")));
  EXPECT_FALSE(submit(contact("call 9")));
  EXPECT_FALSE(submit(contact("call-9", "nowhere")));
  EXPECT_FALSE(submit(contact("call-9", "small"))) << "the queue is full";
  request = contact("call-9");
  request.set_customer(kCustomer + std::string(200, '0'));
  EXPECT_FALSE(submit(request)) << "a long customer id";
  request = contact("call-9");
  request.set_attributes(kAttributes + std::string(5'000, ' '));
  EXPECT_FALSE(submit(request)) << "long attributes";
  request = contact("call-9");
  request.set_requirement("english >= ");
  EXPECT_FALSE(submit(request));
  request = contact("call-9");
  request.set_priority(100'000);
  EXPECT_FALSE(submit(request));
  request = contact("call-9");
  request.set_channel("pigeon");
  EXPECT_FALSE(submit(request));
}

void CanaryTest::update_what_is_refused() {
  v1::UpdateContactRequest update;
  v1::UpdateContactResponse response;
  const auto refused = [&] {
    return !call(&v1::GatewayService::Stub::UpdateContact, update, &response).ok();
  };
  update.set_contact_id("call-9");
  update.set_attributes(kAttributes);
  EXPECT_TRUE(refused()) << "no such contact";
  update.set_contact_id("waiting");
  update.set_request_id("r1");
  EXPECT_FALSE(refused());
  update.set_attributes(kAttributes + "other");
  EXPECT_TRUE(refused()) << "the request id with another payload";
  update.clear_request_id();
  update.set_attributes(kAttributes + std::string(5'000, ' '));
  EXPECT_TRUE(refused()) << "long attributes";
}

void CanaryTest::ask_as_a_supervisor() {
  v1::ListContactsRequest list;
  v1::ListContactsResponse listed;
  EXPECT_TRUE(call(*supervisor_, &v1::SupervisorService::Stub::ListContacts, list, &listed).ok());
  expect_clean("a list", listed.DebugString());
  v1::ExplainRequest explain;
  v1::ExplainResponse explained;
  explain.set_contact_id("waiting");
  EXPECT_TRUE(call(*supervisor_, &v1::SupervisorService::Stub::Explain, explain, &explained).ok());
  expect_clean("an explanation", explained.DebugString());
  v1::ForgetCustomerRequest forget;
  v1::ForgetCustomerResponse forgotten;
  forget.set_customer(kCustomer);
  EXPECT_FALSE(call(*supervisor_, &v1::SupervisorService::Stub::ForgetCustomer, forget, &forgotten).ok())
      << "nobody acts";
  forget.set_supervisor("sue");
  forget.set_customer(kCustomer + std::string(200, '0'));
  EXPECT_FALSE(call(*supervisor_, &v1::SupervisorService::Stub::ForgetCustomer, forget, &forgotten).ok());
  forget.set_customer(kCustomer);
  EXPECT_TRUE(call(*supervisor_, &v1::SupervisorService::Stub::ForgetCustomer, forget, &forgotten).ok());
  v1::ListActsResponse acts;
  EXPECT_TRUE(call(*supervisor_, &v1::SupervisorService::Stub::ListActs, v1::ListActsRequest{}, &acts).ok());
  EXPECT_EQ(acts.acts_size(), 1);
  expect_clean("the acts", acts.DebugString());
}

TEST_F(CanaryTest, CustomersDataAreInNoLogNoMetricNoErrorAndNoFile) {
  EXPECT_TRUE(submit(contact("call-1")));
  EXPECT_TRUE(submit(contact("call-1"))) << "repeated";
  EXPECT_TRUE(submit(contact("waiting", "small")));
  EXPECT_EQ(read("call-1").customer(), kCustomer);
  submit_what_is_refused();
  update_what_is_refused();
  EXPECT_GE(refused_, 14);

  const auto ready =
      sim::parse_ready_line(router_->process().output().substr(0, router_->process().output().find('\n')));
  ASSERT_TRUE(ready);
  const std::string metrics = scrape(ready->metrics);
  EXPECT_NE(metrics.find("cordboard_queue_"), std::string::npos) << metrics;
  expect_clean("the metrics", metrics);
  expect_clean_files();

  end(SIGKILL);
  expect_clean_files();
  start();
  EXPECT_EQ(read("call-1").attributes(), kAttributes);
  ask_as_a_supervisor();
  EXPECT_TRUE(read("call-1").customer_data_erased());
  EXPECT_EQ(read("call-1").customer(), "");
  end(SIGTERM);
  expect_clean_files();
  EXPECT_EQ(run({program("cordboard-router"), "--verify", "--data-dir", data_dir_}).code, 0);
  for (const char* format : {"table", "json", "csv"}) {
    const Finished audit =
        run({program("cordboardctl"), "audit", "list", "--data-dir", data_dir_, "-o", format});
    EXPECT_EQ(audit.code, 0) << audit.errors;
    EXPECT_NE(audit.output.find("forget_customer"), std::string::npos) << audit.output;
    expect_clean("the audit trail", audit.output + audit.errors);
  }
}

TEST_F(CanaryTest, ACrashLeavesNoImageOfTheMemory) {
  end(SIGTERM);
  RunningRouter router(config_, data_dir_, {}, {"sh", "-c", "ulimit -c unlimited; exec \"$@\"", "sh"});
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
  router.process().signal(SIGABRT);
  EXPECT_EQ(router.process().wait(), -SIGABRT);
  EXPECT_FALSE(router.process().left_core());
}

}  // namespace
}  // namespace cordboard
