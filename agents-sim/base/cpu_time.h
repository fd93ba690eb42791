// Processor time of this process.

#pragma once

namespace cordboard::sim {

// User and system, of all threads so far.
double cpu_seconds();

}  // namespace cordboard::sim
