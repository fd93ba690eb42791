#include "router/codec/api_enums.h"

#include <gtest/gtest.h>

#include <set>

#include "router/codec/api_explain.h"
#include "router/core/explain.h"
#include "tests/codec/lower.h"

namespace cordboard::testing {
namespace {

// Values of `Enum` from 0 to `last` map one to one to all values of the API's enum but the unspecified one,
// and have the same names.
template <class Enum, class NameOf>
void expect_same(Enum last, NameOf&& api_name, int api_values) {
  std::set<std::string> seen;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const auto value = static_cast<Enum>(i);
    const std::string name = lower(api_name(to_api(value)));
    EXPECT_EQ(name, to_string(value));
    seen.insert(name);
  }
  EXPECT_EQ(static_cast<int>(seen.size()), api_values - 1);
}

TEST(ApiEnums, ContactStatesHaveTheSameNames) {
  expect_same(ContactState::Overflowed, v1::Contact::State_Name<v1::Contact::State>,
              v1::Contact::State_descriptor()->value_count());
}

TEST(ApiEnums, ServabilitiesHaveTheSameNames) {
  const auto name = [](v1::Contact::Servability servability) {
    return servability == v1::Contact::SERVABILITY_UNSPECIFIED ? "servable"
                                                               : v1::Contact::Servability_Name(servability);
  };
  expect_same(Servability::NobodyKnown, name, v1::Contact::Servability_descriptor()->value_count() + 1);
}

TEST(ApiEnums, OfferStatesHaveTheSameNames) {
  expect_same(OfferState::Rescinded, v1::Offer::State_Name<v1::Offer::State>,
              v1::Offer::State_descriptor()->value_count());
}

TEST(ApiEnums, AgentStatesHaveTheSameNames) {
  expect_same(AgentState::Ready, v1::Agent::State_Name<v1::Agent::State>,
              v1::Agent::State_descriptor()->value_count());
}

TEST(ApiEnums, AgentActivitiesHaveTheSameNames) {
  expect_same(AgentActivity::Disconnected, v1::Agent::Activity_Name<v1::Agent::Activity>,
              v1::Agent::Activity_descriptor()->value_count());
}

TEST(ApiEnums, TriggersOfLaddersHaveTheSameNames) {
  using Fired = v1::EscalationFired;
  expect_same(EscalationTrigger::DeclinedTimes, Fired::Trigger_Name<Fired::Trigger>,
              Fired::Trigger_descriptor()->value_count());
}

TEST(ApiEnums, CausesHaveTheSameNames) {
  const auto name = [](v1::Cause::Kind cause) {
    return cause == v1::Cause::CAUSE_UNSPECIFIED ? "none" : v1::Cause::Kind_Name(cause);
  };
  expect_same(Cause::PreferenceOver, name, v1::Cause::Kind_descriptor()->value_count() + 1);
}

TEST(ApiEnums, VerbsOfSupervisorsHaveTheSameNames) {
  expect_same(SupervisorVerb::ApplyConfig, v1::SupervisorAct::Verb_Name<v1::SupervisorAct::Verb>,
              v1::SupervisorAct::Verb_descriptor()->value_count());
}

TEST(ApiEnums, WaitFormulasHaveTheSameNames) {
  const auto name = [](v1::ExpectedWait::Formula formula) {
    return formula == v1::ExpectedWait::FORMULA_UNSPECIFIED ? "none"
                                                            : v1::ExpectedWait::Formula_Name(formula);
  };
  expect_same(WaitFormula::CorrectedLength, name, v1::ExpectedWait::Formula_descriptor()->value_count() + 1);
}

TEST(ApiEnums, ExplanationsHaveTheSameNames) {
  using explain::to_string;
  for (int i = 0; i < static_cast<int>(explain::kObstacles); ++i) {
    const auto obstacle = static_cast<explain::Obstacle>(i);
    EXPECT_EQ(lower(v1::PairExplanation::Obstacle_Name(to_api(obstacle))), to_string(obstacle));
  }
  EXPECT_EQ(v1::PairExplanation::Obstacle_descriptor()->value_count(),
            static_cast<int>(explain::kObstacles) + 1);
  for (int i = 0; i < static_cast<int>(explain::kNextKinds); ++i) {
    const auto step = static_cast<explain::NextStep>(i);
    EXPECT_EQ(lower(v1::WaitExplanation::Step_Name(to_api(step))), to_string(step));
  }
  EXPECT_EQ(v1::WaitExplanation::Step_descriptor()->value_count(), static_cast<int>(explain::kNextKinds) + 1);
}

TEST(ApiEnums, StrategiesAndPhasesAreAllDistinct) {
  std::set<int> strategies;
  for (int i = 0; i <= static_cast<int>(AgentStrategy::ScarceFirst); ++i) {
    strategies.insert(to_api(static_cast<AgentStrategy>(i)));
  }
  EXPECT_EQ(static_cast<int>(strategies.size()), v1::QueueSettings::Strategy_descriptor()->value_count() - 1);
  std::set<int> phases;
  for (int i = 0; i <= static_cast<int>(AssignmentPhase::WrapUp); ++i) {
    phases.insert(to_api(static_cast<AssignmentPhase>(i)));
  }
  EXPECT_EQ(static_cast<int>(phases.size()), v1::ContactInHand::Phase_descriptor()->value_count() - 1);
}

}  // namespace
}  // namespace cordboard::testing
