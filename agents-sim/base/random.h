// Random numbers that are the same on every machine: xoshiro256++, seeded by splitmix64.
//
// Every source of randomness (the arrivals of one stream, its handling times, its patience, ...) has a
// RandomStream of its own, named by text. Changing one source therefore leaves the draws of all others as
// they were, and two scenarios that differ in staffing see the same customers.

#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace cordboard::sim {

// One step of splitmix64: mixes `state` forward and returns the next value.
std::uint64_t splitmix64(std::uint64_t& state);

class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed);
  // From the raw state of the generator. REQUIRES: not all zero.
  explicit RandomStream(const std::array<std::uint64_t, 4>& state) : state_(state) {}

  // The stream of `source` (for example "contacts/sales/patience") in one replication of a seeded run.
  RandomStream(std::uint64_t seed, std::uint64_t replication, std::string_view source);

  std::uint64_t next();

  // Uniform in (0, 1): the centre of one of 2^52 equal intervals, so that neither end ever comes.
  double uniform();

  // True with the given probability. Draws nothing when the answer is certain.
  bool chance(double probability);

 private:
  std::array<std::uint64_t, 4> state_;
};

// Random streams for single decisions: the draws for (number, part) are the same whatever else was drawn, in
// whatever order. For what a contact does later than at its arrival, where the order depends on the router.
class KeyedRandom {
 public:
  KeyedRandom(std::uint64_t seed, std::uint64_t replication, std::string_view source);

  RandomStream at(std::uint64_t number, std::uint64_t part = 0) const;

 private:
  std::uint64_t key_;
};

}  // namespace cordboard::sim
