#include "router/core/act_invariants.h"

#include "router/core/supervision.h"

namespace cordboard {

// I46: acts are numbered without a gap, in the order of time, and somebody answers for each.
void check_acts(const State& state, std::vector<std::string>& broken) {
  std::uint64_t number = state.next_act - state.acts.size();
  Time last;
  for (const SupervisorAct& act : state.acts) {
    const bool in_order = act.number == number++ && act.at >= last && act.at <= state.now;
    if (!in_order || act.supervisor.empty()) {
      broken.push_back("acts of supervisors are listed without a gap: act " + std::to_string(act.number));
    }
    last = act.at;
  }
  if (state.acts.size() > supervision::kMaxActs) broken.emplace_back("acts of supervisors are bounded: all");
}

}  // namespace cordboard
