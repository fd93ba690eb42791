// What an audit found wrong: how often each rule was broken, and the first cases in words.

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace cordboard::sim {

enum class Rule : std::uint8_t {
  Lost,           // acknowledged (or at least submitted) and never ended
  DoubleOffered,  // offered while another offer was live, or while connected
  OfferAfterEnd,  // offered although it had ended
  AgentNotReady,  // the agent had not logged in, or had chosen not to get offers
  NotEligible,    // the agent does not meet the queue's requirement
  OverCapacity,   // the agent held as much as it can already
  AcceptedTwice,  // two accepts of one contact were answered with yes
  OutOfOrder,     // offered before an equal that was there first
  EndedTwice,     // more than one end
  UnaskedEnd,     // an end that nobody asked for and no limit explains
  ForgotChange,   // a change that had been seen or acknowledged was gone later
  Unexpected,     // an event that does not follow from the ones before
  NoAnswer,       // a request that was never answered
  StreamOrder,    // a stream went back, or told something again
};
inline constexpr std::size_t kRuleCount = static_cast<std::size_t>(Rule::StreamOrder) + 1;

// snake_case, stable: used in reports.
std::string_view to_string(Rule rule);

class Findings {
 public:
  static constexpr std::size_t kKept = 50;

  struct Finding {
    Rule rule;
    std::string text;
  };

  // `text` says who and when; only the first ones are kept, all are counted.
  void add(Rule rule, std::string text);

  std::uint64_t count(Rule rule) const { return counts_[static_cast<std::size_t>(rule)]; }
  std::uint64_t total() const;
  // Of all rules but Lost and DoubleOffered, which reports name apart.
  std::uint64_t violations() const { return total() - count(Rule::Lost) - count(Rule::DoubleOffered); }
  const std::vector<Finding>& first() const { return first_; }

 private:
  std::array<std::uint64_t, kRuleCount> counts_{};
  std::vector<Finding> first_;
};

}  // namespace cordboard::sim
