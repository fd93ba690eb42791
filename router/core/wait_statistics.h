// What the past of a queue says about its next waits: the numbers that the formulas of expected_wait.h need,
// and how well each of them has done.
//
// All whole numbers that only commands change, so that replay and every machine give the same answers. They
// forget: sums over the last kMark to 2 kMark handled contacts, the last kPaceMemory starts, the last
// kScoreMemory predictions. A contact that never waits pays for two additions.

#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "router/core/types.h"

namespace cordboard {

struct Queue;
struct State;
struct Step;

// How an expected wait was found. docs/routing/expected_wait.md has the formulas.
enum class WaitFormula : std::uint8_t {
  None,
  AgentFree,           // an agent is free, or is being asked already
  HeadOfLine,          // as long as the contact at the head of the line has waited so far (HOL)
  LastToEnterService,  // as long as the last one who was answered had waited (LES)
  QueueLength,         // work ahead over the staff, with abandonment (QLm)
  MeasuredPace,        // contacts ahead at the pace at which the queue has been served lately
  CorrectedLength,     // QueueLength times what its answers have been short of lately
};
std::string_view to_string(WaitFormula formula);
inline constexpr std::size_t kWaitEstimators = 5;  // HeadOfLine to CorrectedLength
constexpr WaitFormula estimator(std::size_t index) {
  return static_cast<WaitFormula>(index + static_cast<std::size_t>(WaitFormula::HeadOfLine));
}
constexpr std::size_t index_of(WaitFormula estimator) {
  return static_cast<std::size_t>(estimator) - static_cast<std::size_t>(WaitFormula::HeadOfLine);
}

struct WaitStatistics {
  static constexpr std::uint64_t kMark = 1024;
  static constexpr std::uint64_t kPaceMemory = 512;
  static constexpr std::uint64_t kScoreMemory = 512;
  static constexpr std::size_t kOpenPredictions = 32;

  // Since the tenant exists; the rest of what the formulas need is in QueueCounters.
  std::uint64_t ringing_us = 0;  // agents' time with offers pending, whatever came of them
  std::uint64_t waited_us = 0;   // contacts' time in the queue, whatever came of them; without time held

  // Those sums at one moment. Differences to an earlier one are what has happened since.
  struct Mark {
    std::uint64_t handled = 0;
    std::uint64_t work_us = 0;  // ringing, connected and wrap-up
    std::uint64_t answered = 0;
    std::uint64_t ringing_us = 0;
    std::uint64_t abandoned = 0;
    std::uint64_t waited_us = 0;
  };
  Mark older;
  Mark newer;

  // Starts: contacts that had waited and were offered to an agent for the first time. For each one the time
  // since the one before, while somebody waited, times the slots of the agents who serve the contact.
  std::uint64_t starts = 0;
  std::uint64_t slot_us = 0;
  Time paced_at = kNever;  // accounted up to here; kNever while nobody waits who could be offered
  std::uint64_t last_wait_us = 0;
  std::uint64_t waits_answered = 0;  // contacts that had waited and were answered

  // How far the predictions at entering were from the waits of those who were answered.
  struct Score {
    std::uint64_t count = 0;
    std::uint64_t squared_ms2 = 0;  // sum of (predicted - actual) squared
    std::uint64_t wait_ms = 0;      // sum of the actual
    std::uint64_t predicted_ms = 0;
  };
  std::array<Score, kWaitEstimators> scores;

  // Predictions for a sample of the contacts that wait now, oldest first.
  struct Prediction {
    static constexpr std::uint32_t kUnknown = std::numeric_limits<std::uint32_t>::max();
    ContactRef contact;
    std::array<std::uint32_t, kWaitEstimators> wait_ms;  // or kUnknown
  };
  std::vector<Prediction> predictions;
  std::uint32_t unsampled = 0;  // contacts that had to wait since the last sampled one
  Time sampled_at;
};

// Contact::wait_flags, of the current segment.
inline constexpr std::uint8_t kHadToWait = 1;  // nobody could be offered it when it came
inline constexpr std::uint8_t kStarted = 2;    // was offered since
inline constexpr std::uint8_t kPredicted = 4;  // is in WaitStatistics::predictions
inline constexpr std::uint8_t kHeld = 8;       // until its queue opens, see opening.h
inline constexpr std::uint8_t kReleased = 16;  // was held; is in State::released

namespace wait_statistics {

// What has happened in a queue since the older of its marks.
WaitStatistics::Mark recent(const Queue& queue);

// Nobody could be offered the contact when it entered its queue. REQUIRES: it is in the match index.
void begin(Step& step, ContactRef contact);
// A contact that had to wait is offered; counts once. REQUIRES: kHadToWait.
void start(Step& step, ContactRef contact);
// The segment is over, answered (the contact is Connected) or not. REQUIRES: it is counted as waiting still.
void end(Step& step, ContactRef contact);

// A time in which nobody could be offered a contact says nothing about waits. When a queue closes, it is
// paused once, and each contact that is to wait until it opens is held and later released.
void pause(Step& step, QueueRef queue);
void hold(Step& step, ContactRef contact);
void release(Step& step, ContactRef contact);
// Since when an unanswered contact that is not held waits for an agent: queued_at, or its release.
Time waits_since(const State& state, ContactRef contact);

}  // namespace wait_statistics
}  // namespace cordboard
