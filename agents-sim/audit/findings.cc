#include "agents-sim/audit/findings.h"

#include <numeric>
#include <utility>

namespace cordboard::sim {

std::string_view to_string(Rule rule) {
  switch (rule) {
    case Rule::Lost:
      return "lost";
    case Rule::DoubleOffered:
      return "double_offered";
    case Rule::OfferAfterEnd:
      return "offer_after_end";
    case Rule::AgentNotReady:
      return "agent_not_ready";
    case Rule::NotEligible:
      return "not_eligible";
    case Rule::OverCapacity:
      return "over_capacity";
    case Rule::AcceptedTwice:
      return "accepted_twice";
    case Rule::OutOfOrder:
      return "out_of_order";
    case Rule::EndedTwice:
      return "ended_twice";
    case Rule::UnaskedEnd:
      return "unasked_end";
    case Rule::ForgotChange:
      return "forgot_change";
    case Rule::Unexpected:
      return "unexpected";
    case Rule::NoAnswer:
      return "no_answer";
    case Rule::StreamOrder:
      return "stream_order";
  }
  return "unknown";
}

void Findings::add(Rule rule, std::string text) {
  ++counts_[static_cast<std::size_t>(rule)];
  if (first_.size() < kKept) first_.push_back({rule, std::move(text)});
}

std::uint64_t Findings::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
}

}  // namespace cordboard::sim
