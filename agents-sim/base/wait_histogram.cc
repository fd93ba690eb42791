#include "agents-sim/base/wait_histogram.h"

#include <algorithm>
#include <bit>

namespace cordboard::sim {
namespace {

constexpr std::uint64_t kPerOctave = 128;
constexpr std::uint64_t kExact = 2 * kPerOctave;

std::size_t bucket_of(std::uint64_t us) {
  if (us < kExact) return us;
  const unsigned shift = static_cast<unsigned>(std::bit_width(us)) - 8;
  return kExact + (shift - 1) * kPerOctave + ((us >> shift) - kPerOctave);
}

// The lowest value of a bucket; that of the next one is its upper end.
std::uint64_t lower_end(std::size_t bucket) {
  if (bucket < kExact) return bucket;
  const std::uint64_t shift = (bucket - kExact) / kPerOctave + 1;
  return ((bucket - kExact) % kPerOctave + kPerOctave) << shift;
}

}  // namespace

void WaitHistogram::add(Duration wait) {
  const std::size_t bucket = bucket_of(static_cast<std::uint64_t>(std::max<std::int64_t>(wait.count(), 0)));
  if (bucket >= buckets_.size()) buckets_.resize(bucket + 1);
  ++buckets_[bucket];
  ++count_;
}

void WaitHistogram::merge(const WaitHistogram& other) {
  if (other.buckets_.size() > buckets_.size()) buckets_.resize(other.buckets_.size());
  for (std::size_t i = 0; i < other.buckets_.size(); ++i) buckets_[i] += other.buckets_[i];
  count_ += other.count_;
}

double WaitHistogram::quantile_s(double p) const {
  const double rank = p * static_cast<double>(count_);
  double below = 0;
  for (std::size_t i = 0; i < buckets_.size(); ++i) {
    const auto here = static_cast<double>(buckets_[i]);
    if (here > 0 && below + here >= rank) {
      const auto low = static_cast<double>(lower_end(i));
      const auto width = static_cast<double>(lower_end(i + 1) - lower_end(i));
      const double inside = i < kExact ? 0 : width * (rank - below) / here;
      return (low + inside) * 1e-6;
    }
    below += here;
  }
  return 0;
}

}  // namespace cordboard::sim
