#include "router/core/states.h"

#include <gtest/gtest.h>

#include <map>

namespace cordboard {
namespace {

using enum ContactState;

TEST(ContactState, OnlyTheTransitionsOfTheTableExist) {
  const std::map<std::pair<ContactState, ContactSignal>, ContactState> table = {
      {{Waiting, ContactSignal::Offer}, Offered},        {{Offered, ContactSignal::BackToWaiting}, Waiting},
      {{Offered, ContactSignal::Connect}, Connected},    {{Connected, ContactSignal::EndWithWrapUp}, WrapUp},
      {{Connected, ContactSignal::Complete}, Completed}, {{WrapUp, ContactSignal::Complete}, Completed},
      {{Connected, ContactSignal::Transfer}, Waiting},   {{Waiting, ContactSignal::Abandon}, Abandoned},
      {{Offered, ContactSignal::Abandon}, Abandoned},    {{Waiting, ContactSignal::Cancel}, Cancelled},
      {{Offered, ContactSignal::Cancel}, Cancelled},     {{Waiting, ContactSignal::Expire}, Expired},
      {{Offered, ContactSignal::Expire}, Expired},       {{Waiting, ContactSignal::Overflow}, Overflowed},
      {{Offered, ContactSignal::Overflow}, Overflowed},  {{Scheduled, ContactSignal::ComeIn}, Waiting},
      {{Waiting, ContactSignal::Defer}, Scheduled},      {{Dialing, ContactSignal::Defer}, Scheduled},
      {{Offered, ContactSignal::Dial}, Dialing},         {{Dialing, ContactSignal::Connect}, Connected},
      {{Dialing, ContactSignal::Cancel}, Cancelled},     {{Dialing, ContactSignal::Expire}, Expired},
      {{Dialing, ContactSignal::Overflow}, Overflowed},  {{Scheduled, ContactSignal::Cancel}, Cancelled},
      {{Scheduled, ContactSignal::Expire}, Expired},     {{Scheduled, ContactSignal::Overflow}, Overflowed},
  };
  for (int state = 0; state <= static_cast<int>(Overflowed); ++state) {
    for (int signal = 0; signal <= static_cast<int>(ContactSignal::Dial); ++signal) {
      const auto from = static_cast<ContactState>(state);
      const auto by = static_cast<ContactSignal>(signal);
      const auto row = table.find({from, by});
      const auto expected = row == table.end() ? std::nullopt : std::optional(row->second);
      EXPECT_EQ(next_state(from, by), expected) << to_string(from) << " signal " << signal;
    }
  }
}

TEST(ContactState, NothingLeavesAFinalState) {
  for (const ContactState state : {Completed, Abandoned, Cancelled, Expired, Overflowed}) {
    EXPECT_TRUE(is_final(state));
    for (int signal = 0; signal <= static_cast<int>(ContactSignal::Dial); ++signal) {
      EXPECT_EQ(next_state(state, static_cast<ContactSignal>(signal)), std::nullopt);
    }
  }
}

}  // namespace
}  // namespace cordboard
