#include "agents-sim/base/random.h"

#include <bit>

namespace cordboard::sim {
namespace {

// FNV-1a.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::uint64_t seed_of(std::uint64_t seed, std::uint64_t replication, std::string_view source) {
  std::uint64_t state = seed;
  state = splitmix64(state) ^ replication;
  state = splitmix64(state) ^ hash_of(source);
  return splitmix64(state);
}

}  // namespace

std::uint64_t splitmix64(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

RandomStream::RandomStream(std::uint64_t seed) {
  for (auto& word : state_) word = splitmix64(seed);
}

RandomStream::RandomStream(std::uint64_t seed, std::uint64_t replication, std::string_view source)
    : RandomStream(seed_of(seed, replication, source)) {}

std::uint64_t RandomStream::next() {
  auto& s = state_;
  const std::uint64_t result = std::rotl(s[0] + s[3], 23) + s[0];
  const std::uint64_t t = s[1] << 17;
  s[2] ^= s[0];
  s[3] ^= s[1];
  s[1] ^= s[2];
  s[0] ^= s[3];
  s[2] ^= t;
  s[3] = std::rotl(s[3], 45);
  return result;
}

double RandomStream::uniform() {
  constexpr double kStep = 1.0 / (std::uint64_t{1} << 52);
  return (static_cast<double>(next() >> 12) + 0.5) * kStep;
}

bool RandomStream::chance(double probability) {
  if (probability <= 0) return false;
  if (probability >= 1) return true;
  return uniform() < probability;
}

KeyedRandom::KeyedRandom(std::uint64_t seed, std::uint64_t replication, std::string_view source)
    : key_(seed_of(seed, replication, source)) {}

RandomStream KeyedRandom::at(std::uint64_t number, std::uint64_t part) const {
  std::uint64_t state = key_ ^ number;
  state = splitmix64(state) ^ part;
  return RandomStream(splitmix64(state));
}

}  // namespace cordboard::sim
