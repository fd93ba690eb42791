// M/M/n+G: callers give up after a patience of any distribution.
//
// Source: Baccelli, Hebuterne, "On queues with impatient customers" (Performance 1981), in the form of
// Zeltyn, Mandelbaum, "Call centers with impatient customers: many-server asymptotics of the M/M/n+G queue",
// Queueing Systems 51 (2005), table 1. With G(x) the share of callers whose patience is longer than x, H its
// integral from 0, E = 1 / B(n - 1, lambda / mu) with Erlang's B, and J the integral of e(x) = exp(lambda
// H(x) - n mu x): the wait that is offered to a caller, whatever their patience, is 0 with probability E / (E
// + lambda J) and else has the density lambda e(x) / (E + lambda J).

#pragma once

#include <cmath>
#include <functional>
#include <vector>

#include "tests/sim/queueing_theory.h"

namespace cordboard::theory {

using Survival = std::function<double(double)>;  // G: the share of patience that is longer than x seconds

struct ImpatientWaiting {
  double p_wait = 0;
  // Of the callers whose patience has the distribution that was asked about:
  double mean_wait_s = 0;  // over all, abandoned ones included
  double abandon_rate = 0;
  double answered_within = 0;  // share of all that is answered within T
};

// `all` is the patience of all callers, who are answered in the order of their coming; the result is for
// those of them whose patience is distributed like `asked`. By the midpoint rule, in steps of 10 ms.
inline ImpatientWaiting impatient(int n, double lambda, double mu, const Survival& all, const Survival& asked,
                                  double within_s) {
  constexpr double kStep = 0.01;
  const double none_waits = 1 / erlang_b(n - 1, lambda / mu);
  double patience = 0;        // H at the left end of the step
  double patience_asked = 0;  // the same of `asked`
  double density = 0;         // integrals of e(x), and with what is asked about
  double waited = 0;
  double lost = 0;
  double answered = 0;
  double highest = 0;
  for (double left = 0;; left += kStep) {
    const double x = left + kStep / 2;
    const double stays = all(x);
    const double stays_asked = asked(x);
    const double e = std::exp(lambda * (patience + stays * kStep / 2) - n * mu * x) * kStep;
    density += e;
    waited += e * (patience_asked + stays_asked * kStep / 2);
    lost += e * (1 - stays_asked);
    if (x < within_s) answered += e * stays_asked;
    patience += stays * kStep;
    patience_asked += stays_asked * kStep;
    highest = std::max(highest, e);
    if (e < highest * 1e-12) break;
  }
  const double total = none_waits + lambda * density;
  ImpatientWaiting w;
  w.p_wait = lambda * density / total;
  w.mean_wait_s = lambda * waited / total;
  w.abandon_rate = lambda * lost / total;
  w.answered_within = (none_waits + lambda * answered) / total;
  return w;
}

}  // namespace cordboard::theory
