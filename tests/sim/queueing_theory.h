// What queueing theory says, computed by plain recursion and without any code of the simulator.
//
// Arrivals are Poisson with `lambda` per second, handling is exponential with rate `mu` per second, `n`
// agents, first come first served.

#pragma once

#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace cordboard::theory {

struct Waiting {
  double p_wait = 0;
  double mean_wait_s = 0;  // over all contacts
  double p_within = 0;     // waits of at most T, over all contacts
  double abandon_rate = 0;
};

// Erlang's B by the usual recursion: the share of calls that find `n` lines busy.
inline double erlang_b(int n, double load) {
  double blocked = 1;
  for (int k = 1; k <= n; ++k) blocked = load * blocked / (k + load * blocked);
  return blocked;
}

// M/M/n. REQUIRES: lambda < n mu.
inline Waiting erlang_c(int n, double lambda, double mu, double within_s) {
  const double load = lambda / mu;
  const double blocked = erlang_b(n, load);
  const double spare = n * mu - lambda;
  Waiting w;
  w.p_wait = blocked / (1 - load / n * (1 - blocked));
  w.mean_wait_s = w.p_wait / spare;
  w.p_within = 1 - w.p_wait * std::exp(-spare * within_s);
  return w;
}

// M/M/n+M: callers give up at rate `theta` per second. By the stationary distribution of the number present.
inline Waiting erlang_a(int n, double lambda, double mu, double theta) {
  double weight = 1;  // of k contacts present, relative to none
  double total = 1;
  double all_busy = 0;
  double queued = 0;
  for (int k = 1; k < 100'000; ++k) {
    const double leaving = k <= n ? k * mu : n * mu + (k - n) * theta;
    weight *= lambda / leaving;
    total += weight;
    if (k >= n) all_busy += weight;
    if (k > n) queued += weight * (k - n);
    if (total > 1e200) {
      weight /= total, all_busy /= total, queued /= total, total = 1;
    }
    if (k > n && weight < 1e-18 * total) break;
  }
  Waiting w;
  w.p_wait = all_busy / total;              // arrivals see time averages
  w.mean_wait_s = queued / total / lambda;  // Little
  w.abandon_rate = theta * w.mean_wait_s;
  return w;
}

// M/M/n with two classes, the first strictly before the second and nobody interrupted (Cobham 1954); both
// have the same handling time. REQUIRES: lambda_first + lambda_second < n mu.
struct TwoClasses {
  double p_wait = 0;
  double first_wait_s = 0;
  double second_wait_s = 0;
};
inline TwoClasses cobham(int n, double lambda_first, double lambda_second, double mu) {
  const double first_share = lambda_first / (n * mu);
  const double share = (lambda_first + lambda_second) / (n * mu);
  TwoClasses t;
  t.p_wait = erlang_c(n, lambda_first + lambda_second, mu, 0).p_wait;
  t.first_wait_s = t.p_wait / (n * mu) / (1 - first_share);
  t.second_wait_s = t.first_wait_s / (1 - share);
  return t;
}

// M/M/n in which a contact of class i gains rates[i] a second while it waits, nobody is interrupted, and the
// highest claim goes first; one handling time for all. Kleinrock, "A delay dependent queue discipline", Naval
// Research Logistics Quarterly 11 (1964), also Queueing Systems II (1976), 3.7: with W the mean wait of first
// come, first served and q_i = lambda_i / (n mu), for rates in ascending order
//
//   W_i = (W - sum_{j<i} q_j W_j (1 - r_j / r_i)) / (1 - sum_{j>i} q_j (1 - r_i / r_j)).
//
// For one server; while all n are busy they are one server of rate n mu, so with W of M/M/n it holds for n as
// well (Sharif, Stanford, Taylor, Ziedins, "A multi-class multi-server accumulating priority queue with
// application to health care", Operations Research for Health Care 3 (2014)). REQUIRES: rates ascend, sum of
// lambda < n mu.
inline std::vector<double> accumulating_waits(int n, const std::vector<double>& lambda,
                                              const std::vector<double>& rates, double mu) {
  const double all = std::accumulate(lambda.begin(), lambda.end(), 0.0);
  const double fcfs = erlang_c(n, all, mu, 0).mean_wait_s;
  std::vector<double> waits;
  for (std::size_t i = 0; i < lambda.size(); ++i) {
    double above = fcfs;
    double below = 1;
    for (std::size_t j = 0; j < i; ++j) above -= lambda[j] / (n * mu) * waits[j] * (1 - rates[j] / rates[i]);
    for (std::size_t j = i + 1; j < lambda.size(); ++j)
      below -= lambda[j] / (n * mu) * (1 - rates[i] / rates[j]);
    waits.push_back(above / below);
  }
  return waits;
}

}  // namespace cordboard::theory
