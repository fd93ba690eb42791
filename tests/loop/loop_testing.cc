#include "tests/loop/loop_testing.h"

#include <chrono>
#include <utility>

namespace cordboard::testing {

TenantConfig small_config() {
  TenantConfig config;
  config.queues.push_back({.name = "sales"});
  config.queues.push_back({.name = "support"});
  return config;
}

StartConfig start_config(const TenantConfig& config) { return {config, "text of the file", "file"}; }

SubmitContact contact(std::string id, std::string queue) {
  return {.contact = std::move(id), .queue = std::move(queue)};
}

Login ready_agent(std::string id) {
  return {.agent = std::move(id), .profile = AgentProfile{}, .ready = true};
}

void LoopTest::boot(RouterLoopOptions options, std::optional<StartConfig> config) {
  auto store = disk_.open();
  auto outcome = recover(*store, clock_, config);
  if (const auto* error = std::get_if<RecoveryError>(&outcome)) FAIL() << error->message;
  Recovered& recovered = std::get<Recovered>(outcome);
  report_ = Recovered{{},
                      recovered.last_sequence,
                      recovered.snapshot_sequence,
                      recovered.replayed,
                      recovered.config_version,
                      recovered.config_applied,
                      recovered.warnings};
  failure_.reset();
  recorder_ = {};
  loop_ = std::make_unique<RouterLoop>(
      io_, clock_, std::move(store), std::move(recovered), options,
      [this](const StoreError& error) {
        ASSERT_FALSE(failure_) << "told twice";
        failure_ = error;
      },
      [this](const std::string& warning) { warnings_.push_back(warning); });
  loop_->add_publisher(recorder_);
  loop_->start();
}

bool LoopTest::stop() {
  bool stopped = false;
  bool failed = false;
  loop_->stop([&](const std::optional<StoreError>& error) {
    stopped = true;
    failed = error.has_value();
  });
  run_until([&] { return stopped; });
  return !failed;
}

std::variant<Recovered, RecoveryError> LoopTest::recover_from_disk(std::optional<StartConfig> config) {
  const auto store = disk_.open();
  return recover(*store, clock_, config);
}

LoopTest::Pending LoopTest::submit(CommandBody body, std::string request_id) {
  auto answer = std::make_shared<std::optional<Answer>>();
  Request request{.body = std::move(body), .request_id = std::move(request_id)};
  request.reply = [answer](const Answer& given) {
    ASSERT_FALSE(*answer) << "answered twice";
    *answer = given;
  };
  EXPECT_EQ(loop_->submit(std::move(request)), Admission::Admitted);
  return answer;
}

Answer LoopTest::ask(CommandBody body, std::string request_id) {
  const Pending answer = submit(std::move(body), std::move(request_id));
  run_until([&] { return answer->has_value(); });
  return answer->value();
}

OfferId LoopTest::offer_to(const std::string& agent) {
  return look([&](const Engine& engine) {
    const State& state = engine.state();
    for (const AssignmentRef ref : state[state.find_agent(agent)].assignments) {
      if (state[ref].phase == AssignmentPhase::Offered) return state[ref].offer;
    }
    return OfferId{};
  });
}

void LoopTest::run_until(const std::function<bool()>& reached) {
  while (!reached()) {
    if (io_.run_one_for(std::chrono::seconds(60)) == 0) {
      ADD_FAILURE() << "nothing happened for a long time";
      std::abort();
    }
  }
}

}  // namespace cordboard::testing
