#include "agents-sim/replay/patience_model.h"

#include <algorithm>
#include <functional>

#include "agents-sim/base/distribution.h"
#include "agents-sim/base/portable_math.h"

namespace cordboard::sim {
namespace {

// Fewer calls at risk than this say little about the next departure.
constexpr std::size_t kLeastAtRisk = 20;

double microseconds_of(Duration duration) { return static_cast<double>(duration.count()); }

SurvivalCurve curve_over(const Recording& recording,
                         const std::function<bool(const RecordedCall&)>& belongs) {
  std::vector<SurvivalCurve::Observation> observations;
  for (const RecordedCall& call : recording.calls) {
    if (belongs(call)) observations.push_back({call.wait, !call.answered});
  }
  return SurvivalCurve(std::move(observations));
}

}  // namespace

SurvivalCurve::SurvivalCurve(std::vector<Observation> observations) {
  // Of the same time, departures come before those who were answered: these were at risk until then.
  std::sort(observations.begin(), observations.end(), [](const Observation& a, const Observation& b) {
    return a.time != b.time ? a.time < b.time : a.left > b.left;
  });
  double exposure_us = 0;
  double survival = 1;
  bool enough = true;
  for (std::size_t i = 0; i < observations.size(); ++i) {
    const Observation& observation = observations[i];
    const std::size_t at_risk = observations.size() - i;
    exposure_us += microseconds_of(observation.time);
    if (!observation.left) continue;
    ++departures_;
    enough = enough && at_risk >= kLeastAtRisk;
    if (!enough) continue;
    survival *= 1 - 1 / static_cast<double>(at_risk);
    if (!steps_.empty() && steps_.back().time == observation.time) {
      steps_.back().survival = survival;
    } else {
      steps_.push_back({observation.time, survival});
    }
  }
  if (departures_ > 0) tail_mean_us_ = exposure_us / static_cast<double>(departures_);
}

double SurvivalCurve::survival(Duration time) const {
  const auto next = std::upper_bound(steps_.begin(), steps_.end(), time,
                                     [](Duration at, const Step& step) { return at < step.time; });
  if (next == steps_.begin() && !steps_.empty()) return 1;
  const Step last = steps_.empty() ? Step{} : *(next - 1);
  if (next != steps_.end()) return last.survival;
  return tail_mean_us_ > 0 ? last.survival * portable_exp(-microseconds_of(time - last.time) / tail_mean_us_)
                           : last.survival;
}

Duration SurvivalCurve::quantile(double level) const {
  const auto found =
      std::find_if(steps_.begin(), steps_.end(), [&](const Step& step) { return step.survival <= level; });
  if (found != steps_.end()) return found->time;
  if (tail_mean_us_ <= 0) return kForever;
  const Step last = steps_.empty() ? Step{} : steps_.back();
  const double beyond = -tail_mean_us_ * portable_log(level / last.survival);
  return last.time +
         Duration{static_cast<std::int64_t>(std::min(beyond, microseconds_of(kLongestSample)) + 0.5)};
}

PatienceModel::PatienceModel(const Recording& recording)
    : all_(curve_over(recording, [](const RecordedCall&) { return true; })) {
  for (const RecordedCall& call : recording.calls) {
    const std::pair key{call.queue, call.priority};
    if (by_class_.contains(key)) continue;
    by_class_.emplace(key, curve_over(recording, [&](const RecordedCall& other) {
                        return other.queue == key.first && other.priority == key.second;
                      }));
    if (by_queue_.contains(call.queue)) continue;
    by_queue_.emplace(call.queue, curve_over(recording, [&](const RecordedCall& other) {
                        return other.queue == key.first;
                      }));
  }
}

const SurvivalCurve& PatienceModel::curve_of(const RecordedCall& call) const {
  const SurvivalCurve& own = by_class_.at({call.queue, call.priority});
  if (own.departures() >= kEnough) return own;
  const SurvivalCurve& queue = by_queue_.at(call.queue);
  return queue.departures() >= kEnough ? queue : all_;
}

Duration PatienceModel::patience(const RecordedCall& call, RandomStream random) const {
  if (!call.answered) return call.wait;
  const SurvivalCurve& curve = curve_of(call);
  // Given that patience is longer than the wait, its survival is uniform below that of the wait.
  return std::max(call.wait, curve.quantile(curve.survival(call.wait) * random.uniform()));
}

}  // namespace cordboard::sim
