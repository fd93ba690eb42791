// How long the callers of a recording would have waited.
//
// Who hung up had exactly the patience that was recorded. Who was answered had more than the recorded wait:
// how much more is drawn from the distribution of patience, given that it is longer (censored data). That
// distribution is the Kaplan-Meier estimate over the calls of the same queue and priority (when fewer than
// kEnough of them hung up: of the queue; else of all). Where few calls are left to estimate from, it goes on
// exponentially with the rate of hanging up in the group as a whole.

#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "agents-sim/base/random.h"
#include "agents-sim/replay/recording.h"

namespace cordboard::sim {

// The probability to be still patient after a time.
class SurvivalCurve {
 public:
  struct Observation {
    Duration time{};
    bool left = false;  // else answered: censored
  };

  explicit SurvivalCurve(std::vector<Observation> observations);

  double survival(Duration time) const;
  // The patience beyond which a share `level` still waits. REQUIRES: 0 < level <= 1.
  Duration quantile(double level) const;
  std::uint64_t departures() const { return departures_; }

 private:
  struct Step {
    Duration time{};
    double survival = 1;  // from then on
  };

  std::vector<Step> steps_;
  double tail_mean_us_ = 0;  // beyond the last step
  std::uint64_t departures_ = 0;
};

class PatienceModel {
 public:
  static constexpr std::uint64_t kEnough = 50;

  explicit PatienceModel(const Recording& recording);

  // `random` decides for the call; a caller who hung up needs none.
  Duration patience(const RecordedCall& call, RandomStream random) const;
  const SurvivalCurve& curve_of(const RecordedCall& call) const;
  const SurvivalCurve& all() const { return all_; }

 private:
  std::map<std::pair<std::uint32_t, std::int32_t>, SurvivalCurve> by_class_;
  std::map<std::uint32_t, SurvivalCurve> by_queue_;
  SurvivalCurve all_;
};

}  // namespace cordboard::sim
