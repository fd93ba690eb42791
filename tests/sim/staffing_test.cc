// Who works in a live run and what for, and the other small parts of it.

#include "agents-sim/live/staffing.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "agents-sim/base/temporary_directory.h"
#include "agents-sim/clients/contact_ids.h"
#include "agents-sim/live/fitting_profile.h"
#include "agents-sim/live/recorded_calls.h"

namespace cordboard::sim {
namespace {

Requirement parse(const std::string& text) { return std::get<Requirement>(parse_requirement(text)); }

TEST(FittingProfile, MeetsWhatCanBeMet) {
  for (const char* text : {"", "english", "english >= 60 and (billing or refunds >= 30) and not trainee",
                           "a > 20 and a < 22", "a != 100 and b == 3", "not (a and b) and (a or b)"}) {
    const auto skills = fitting_skills(parse(text));
    ASSERT_TRUE(skills) << text;
    EXPECT_TRUE(parse(text).accepts(*skills)) << text;
  }
  EXPECT_FALSE(fitting_skills(parse("a and not a")));
}

TenantConfig company() {
  TenantConfig config;
  config.queues = {{.name = "sales", .requirement = "sales"},
                   {.name = "chat", .requirement = "chat", .channel = "chat"},
                   {.name = "nobody", .requirement = "magic and not magic"}};
  config.agents = {{"ann", {{{"sales", 50}}, {}}},
                   {"bob", {{{"sales", 50}}, {}}},
                   {"cas", {{{"chat", 50}}, {{"chat", 20, 4}}}}};
  return config;
}

TEST(StaffingTest, TakesDeclaredAgentsFirstAndOneForEachQueue) {
  const Staffing staffing = staff(company(), 2);
  ASSERT_EQ(staffing.agents.size(), 2u);
  EXPECT_EQ(staffing.agents[0].id, "ann");
  EXPECT_EQ(staffing.agents[1].id, "cas") << "bob can do nothing that ann cannot";
  EXPECT_DOUBLE_EQ(staffing.shares[0], 0.5);
  EXPECT_DOUBLE_EQ(staffing.shares[1], 0.5);
  EXPECT_DOUBLE_EQ(staffing.shares[2], 0.0) << "nobody can serve it";
  EXPECT_EQ(staffing.warnings.size(), 1u);
}

// A contact keeps its channel when it is transferred, so the agents of the other queue have to take it.
TEST(StaffingTest, TransfersGoWhereTheirChannelIsTaken) {
  TenantConfig config = company();
  config.agents[0].profile.channels = config.agents[1].profile.channels = {{"voice", 100, 1}};
  EXPECT_EQ(staff(config, 3).transfers_to, (std::vector<std::size_t>{0, 1, 0}));
  config.agents[2].profile = {{{"chat", 50}, {"sales", 50}}, {}};
  EXPECT_EQ(staff(config, 3).transfers_to, (std::vector<std::size_t>{1, 0, 0}));
}

TEST(StaffingTest, AddsAgentsWithFittingProfilesWhereThatIsAllowed) {
  TenantConfig config = company();
  config.queues.pop_back();
  const Staffing staffing = staff(config, 5);
  ASSERT_EQ(staffing.agents.size(), 5u);
  EXPECT_EQ(staffing.agents[3].id, "sim-1");
  EXPECT_FALSE(staffing.agents[3].declared);
  EXPECT_TRUE(parse("sales and chat").accepts(staffing.agents[3].profile.skills));
  config.undeclared_agents = false;
  EXPECT_EQ(staff(config, 5).agents.size(), 3u);
}

TEST(ContactIdsTest, NumbersComeBackAndStrangersGetTheirOwn) {
  ContactIds ids("run-");
  EXPECT_EQ(ids.number_of(ids.id_of(0)), 0u);
  EXPECT_EQ(ids.number_of(ids.id_of(4'711)), 4'711u);
  const ContactNo stranger = ids.number_of("other-1");
  EXPECT_GE(stranger, kForeignContacts);
  EXPECT_EQ(ids.number_of("other-1"), stranger);
  EXPECT_NE(ids.number_of("run-x"), stranger);
  EXPECT_EQ(ids.id_of(stranger), "other-1");
  EXPECT_NE(ContactIds::fresh_prefix(), "");
}

TEST(RecordedCallsTest, CallersWhoHungUpHadThePatienceOfTheirWait) {
  const TemporaryDirectory directory("cordboard-recorded");
  const std::string path = directory.path() + "/calls.csv";
  std::ofstream(path) << "at,queue,outcome,recorded_wait_s,handle_s\n"
                         "5,PS,agent,0,60\n"
                         "10,PS,hang,30,0\n"
                         "12,NE,agent,7,90\n"
                         "99,NE,agent,7,90\n";
  const auto loaded = load_recorded_calls(path, {Duration{10'000'000}, Duration{50'000'000}}, "PS");
  ASSERT_TRUE(std::holds_alternative<RecordedCalls>(loaded));
  const auto& calls = std::get<RecordedCalls>(loaded);
  ASSERT_EQ(calls.arrivals->records.size(), 2u);
  EXPECT_EQ(calls.arrivals->records[0].at, Duration::zero());
  EXPECT_EQ(calls.arrivals->records[0].patience, Duration{30'000'000});
  EXPECT_EQ(calls.arrivals->records[1].patience, std::nullopt);
  EXPECT_EQ(calls.handle_times, std::vector<Duration>{Duration{90'000'000}});
  EXPECT_EQ(calls.outcomes.at("PS").abandoned, 1u);
  EXPECT_EQ(calls.outcomes.at("NE").answered, 1u);
  EXPECT_EQ(calls.outcomes.at("NE").wait_answered, Duration{7'000'000});
}

TEST(RecordedCallsTest, CallsWithoutAQueueBelongToTheDefaultOne) {
  const TemporaryDirectory directory("cordboard-recorded");
  const std::string path = directory.path() + "/calls.csv";
  std::ofstream(path) << "at,outcome,recorded_wait_s\n5,agent,3\n";
  const auto loaded = load_recorded_calls(path, {}, "main");
  ASSERT_TRUE(std::holds_alternative<RecordedCalls>(loaded));
  EXPECT_EQ(std::get<RecordedCalls>(loaded).outcomes.at("main").answered, 1u);
}

}  // namespace
}  // namespace cordboard::sim
