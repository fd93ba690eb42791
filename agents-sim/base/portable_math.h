// Logarithm, exponential and normal quantile from the basic operations alone.
//
// The C library's log and exp differ in the last bit between versions and processors. These use only
// + - * / and square root, which IEEE 754 rounds in one way, so the same seed gives the same scenario
// everywhere. Accurate to about 1e-15 relative; no special values: see REQUIRES.

#pragma once

namespace cordboard::sim {

// Natural logarithm. REQUIRES: x is positive and normal.
double portable_log(double x);

// e to the power of x; 0 below -700. REQUIRES: x <= 700.
double portable_exp(double x);

// The z with P(Z <= z) = p for a standard normal Z (Wichura's algorithm AS 241). REQUIRES: 0 < p < 1.
double normal_quantile(double p);

}  // namespace cordboard::sim
