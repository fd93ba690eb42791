#include "agents-sim/virtual/roster.h"

#include <algorithm>

namespace cordboard::sim {

Roster::Roster(const DutyPlan& plan, std::uint32_t member) : repeat_(plan.repeat) {
  if (plan.always()) add(Duration::zero(), repeat_);
  for (const DutySpan& span : plan.spans) {
    if (member - span.first < span.count) add(span.from, span.to);  // wraps: below `first` is far beyond
  }
  merge();
}

// What reaches beyond the end of the pattern comes again at its start.
void Roster::add(Duration from, Duration to) {
  if (to <= repeat_) return spans_.push_back({from, to});
  if (to - from >= repeat_) return spans_.push_back({Duration::zero(), repeat_});
  if (from < repeat_) spans_.push_back({from, repeat_});
  add(std::max(from, repeat_) - repeat_, to - repeat_);
}

void Roster::merge() {
  std::sort(spans_.begin(), spans_.end(), [](const Span& a, const Span& b) { return a.from < b.from; });
  std::size_t kept = 0;
  for (const Span& span : spans_) {
    if (span.from >= span.to) continue;
    if (kept > 0 && span.from <= spans_[kept - 1].to) {
      spans_[kept - 1].to = std::max(spans_[kept - 1].to, span.to);
    } else {
      spans_[kept++] = span;
    }
  }
  spans_.resize(kept);
}

std::size_t Roster::find(Duration phase) const {
  const auto found = std::upper_bound(spans_.begin(), spans_.end(), phase,
                                      [](Duration at, const Span& span) { return at < span.to; });
  return static_cast<std::size_t>(found - spans_.begin());
}

bool Roster::on_duty(Duration at) const {
  const std::size_t index = find(phase_of(at));
  return index < spans_.size() && spans_[index].from <= phase_of(at);
}

Duration Roster::next_change(Duration at) const {
  const Duration phase = phase_of(at);
  const Duration pattern = at - phase;
  const std::size_t index = find(phase);
  if (index < spans_.size() && phase < spans_[index].from) return pattern + spans_[index].from;
  const bool repeats = repeat_ != kForever && !spans_.empty();
  if (index == spans_.size()) return repeats ? pattern + repeat_ + spans_.front().from : kForever;
  // On duty, perhaps on into the next repetition.
  if (spans_[index].to != repeat_) return pattern + spans_[index].to;
  if (!repeats) return kForever;
  const Span& first = spans_.front();
  if (first.from != Duration::zero()) return pattern + repeat_;
  return first.to == repeat_ ? kForever : pattern + repeat_ + first.to;
}

}  // namespace cordboard::sim
