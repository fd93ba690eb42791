// A client that is there no more and has not said so: its process is stopped, so that its machine still takes
// what it is sent. The router finds out by asking the connection, and its agents and their offers end.

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <map>

#include "agents-sim/base/temporary_directory.h"
#include "agents-sim/clients/connection.h"
#include "cordboard/v1/supervisor_service.grpc.pb.h"
#include "tests/e2e/process.h"

namespace cordboard {
namespace {

using Clock = std::chrono::steady_clock;

// What a supervisor's stream says about agents and contacts.
class Screen {
 public:
  explicit Screen(const std::string& target) : connection_(target, {}) {
    connection_.prepare(context_);
    context_.set_deadline(std::chrono::system_clock::now() + kLongLimit);
    v1::WatchRequest request;
    request.mutable_filter()->add_kinds(v1::WatchRequest::AGENTS);
    request.mutable_filter()->add_kinds(v1::WatchRequest::CONTACTS);
    reader_ = v1::SupervisorService::NewStub(connection_.channel())->Watch(&context_, request);
  }
  ~Screen() { context_.TryCancel(); }
  Screen(const Screen&) = delete;
  Screen& operator=(const Screen&) = delete;

  // False when the stream ends first.
  bool wait_until(const std::function<bool()>& holds) {
    while (!holds()) {
      v1::WatchResponse response;
      if (!reader_->Read(&response)) return false;
      keep(response.snapshot());
      for (const v1::Delta& delta : response.deltas().deltas()) {
        keep(delta);
        for (const std::string& contact : delta.removed_contact_ids()) contacts_.erase(contact);
      }
    }
    return true;
  }

  std::size_t agents(v1::Agent::Activity activity) const {
    std::size_t count = 0;
    for (const auto& [id, agent] : agents_) {
      count += agent.state() != v1::Agent::LOGGED_OUT && agent.activity() == activity ? 1 : 0;
    }
    return count;
  }
  std::size_t logged_in() const {
    std::size_t count = 0;
    for (const auto& [id, agent] : agents_) count += agent.state() != v1::Agent::LOGGED_OUT ? 1 : 0;
    return count;
  }
  std::size_t ringing() const {
    std::size_t count = 0;
    for (const auto& [id, contact] : contacts_) count += contact.state() == v1::Contact::OFFERED ? 1 : 0;
    return count;
  }

 private:
  template <class Rows>
  void keep(const Rows& rows) {
    for (const v1::Agent& agent : rows.agents()) agents_[agent.agent_id()] = agent;
    for (const v1::Contact& contact : rows.contacts()) contacts_[contact.contact_id()] = contact;
  }

  const sim::Connection connection_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchResponse>> reader_;
  std::map<std::string, v1::Agent> agents_;
  std::map<std::string, v1::Contact> contacts_;
};

double seconds_since(Clock::time_point time) {
  return std::chrono::duration<double>(Clock::now() - time).count();
}

// Neither heartbeats nor the offers' own time can be what ends them here.
TEST(DeadPeerTest, AStoppedClientsAgentsAreDisconnectedAndTheirOffersEnd) {
  constexpr std::size_t kAgents = 20;
  const sim::TemporaryDirectory directory("cordboard-e2e");
  const std::string config = directory.path() + "/router.yaml";
  std::ofstream(config) << "queues: [{name: main, offer_timeout: 1h}]\n"
                           "disconnect_grace: 2s\n"
                           "server: {heartbeat_timeout: 1h}\n";
  RunningRouter router(config, directory.path() + "/data");
  ASSERT_FALSE(router.grpc().empty()) << router.process().errors();
  Screen screen(router.grpc());
  const Process client({program("cordboard-sim"), "live", "--target", router.grpc(), "--agents",
                        std::to_string(kAgents), "--rate", "20", "--duration", "600s", "--answer-delay",
                        "1s"});
  ASSERT_TRUE(screen.wait_until([&] { return screen.ringing() >= 5; }));
  client.signal(SIGSTOP);
  const Clock::time_point stopped = Clock::now();
  ASSERT_TRUE(screen.wait_until([&] { return screen.agents(v1::Agent::DISCONNECTED) > 0; }));
  const double noticed = seconds_since(stopped);
  ASSERT_TRUE(screen.wait_until([&] { return screen.ringing() == 0; }));
  const double ended = seconds_since(stopped);
  ASSERT_TRUE(screen.wait_until([&] { return screen.logged_in() == 0; }));
  std::printf(
      "dead peer: agents disconnected after %.1f s, all their offers over after %.1f s, all logged out after "
      "%.1f s (disconnect_grace 2 s)\n",
      noticed, ended, seconds_since(stopped));
}

}  // namespace
}  // namespace cordboard
