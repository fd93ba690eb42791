// Several kinds of contacts and several kinds of agents, exactly: first come first served, and whoever has
// been idle longest among those who can.
//
// Source: Adan, Weiss, "A skill based parallel service system under FCFS-ALIS", Stochastic Systems 4 (2014),
// theorem 2.1; before it Visschers, Adan, Weiss, "A product form solution to a system with multi-type jobs
// and multi-type servers", Queueing Systems 70 (2012). A state lists the busy servers M1..Mi in the order in
// which the contacts they serve came, with the n_j contacts that wait between those of Mj and Mj+1 and that
// only M1..Mj can serve; then the idle ones, Mi+1..MJ, the one idle longest last. Its probability is
// proportional to
//
//   prod_{j<=i} lambda(U_j)^n_j / (j mu)^(n_j + 1)  *  prod_{j>i} 1 / lambda(C_j)
//
// U_j: the kinds that only servers of M1..Mj can serve; C_j: those that some server of Mj..MJ can. A contact
// that waits in a place j is of each kind of U_j in proportion to its rate. Every kind takes the same
// handling time, exponential with rate mu.

#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace cordboard::theory {

struct SkillModel {
  std::vector<double> lambda;          // of each kind of contacts, per second
  std::vector<std::uint32_t> servers;  // of each server, the kinds that it serves: bit k
  double mu = 0;
};

struct SkillResults {
  std::vector<double> p_wait;       // by kind
  std::vector<double> mean_wait_s;  // by kind, over all contacts
  std::vector<double> occupancy;    // by server
};

// Goes through all orders of the servers: up to seven of them. REQUIRES: every set of kinds has fewer
// contacts than its servers can handle.
inline SkillResults solve(const SkillModel& model) {
  const std::size_t kinds = model.lambda.size();
  const std::size_t count = model.servers.size();
  const auto rate_of = [&](std::uint32_t set) {
    double sum = 0;
    for (std::size_t k = 0; k < kinds; ++k) sum += (set >> k & 1) != 0 ? model.lambda[k] : 0;
    return sum;
  };
  const std::uint32_t all = (1u << kinds) - 1;
  SkillResults results{std::vector<double>(kinds), std::vector<double>(kinds), std::vector<double>(count)};
  std::vector<double> queued(kinds);
  double total = 0;
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), 0);
  do {
    // served[j]: kinds that some server of the places j.. can serve.
    std::vector<std::uint32_t> served(count + 1, 0);
    for (std::size_t j = count; j-- > 0;) served[j] = served[j + 1] | model.servers[order[j]];
    for (std::size_t busy = 0; busy <= count; ++busy) {
      double weight = 1;
      for (std::size_t j = busy; j < count; ++j) weight /= rate_of(served[j]);
      for (std::size_t j = 1; j <= busy; ++j) {
        weight /= static_cast<double>(j) * model.mu - rate_of(all & ~served[j]);
      }
      total += weight;
      for (std::size_t j = 0; j < busy; ++j) results.occupancy[order[j]] += weight;
      const std::uint32_t kept_waiting = all & ~served[busy];
      for (std::size_t k = 0; k < kinds; ++k) {
        if ((kept_waiting >> k & 1) == 0) continue;
        results.p_wait[k] += weight;
        for (std::size_t j = 1; j <= busy; ++j) {
          const std::uint32_t only_these = all & ~served[j];
          if ((only_these >> k & 1) == 0) continue;
          queued[k] += weight * model.lambda[k] / (static_cast<double>(j) * model.mu - rate_of(only_these));
        }
      }
    }
  } while (std::next_permutation(order.begin(), order.end()));
  for (double& p : results.p_wait) p /= total;
  for (double& share : results.occupancy) share /= total;
  for (std::size_t k = 0; k < kinds; ++k) results.mean_wait_s[k] = queued[k] / total / model.lambda[k];
  return results;
}

}  // namespace cordboard::theory
