#include "router/grpc/supervisor_history.h"

#include <algorithm>
#include <string>
#include <utility>

#include "router/calendar/opening_hours.h"
#include "router/codec/api_kpi.h"
#include "router/codec/api_queue.h"
#include "router/codec/api_time.h"
#include "router/codec/storage_history.h"
#include "router/grpc/rpc_status.h"
#include "router/kpi/late_waiting.h"
#include "router/kpi/queue_kpis.h"
#include "router/loop/history_recorder.h"

namespace cordboard {
namespace {

using Asked = v1::GetQueueHistoryRequest;
using Spans = std::vector<TimeSpan>;

constexpr Duration kDay = 24h;
// What has come but is not applied yet may have an earlier time than the clock shows.
constexpr Duration kLongestBatch = 1s;
// What may be asked for at once, however few intervals it has: 1,000 days, the first and the last in part.
constexpr Duration kLongestRange = (kMaxIntervals + 1) * kDay;

const CalendarConfig* calendar_of(const State& state, const Queue& queue) {
  for (const CalendarConfig& calendar : state.config.calendars) {
    if (calendar.name == queue.config.hours.calendar) return &calendar;
  }
  return nullptr;
}

Spans steps(Time from, Time to, Duration step) {
  Spans spans;
  for (Time begin = boundary_before(from); begin < to && spans.size() <= kMaxIntervals; begin += step)
    spans.push_back({begin, begin + step});
  return spans;
}

Spans days(const std::string& zone, Time from, Time to) {
  Spans spans;
  std::int32_t date = local_date(zone, from);
  for (Time begin = local_midnight(zone, date); begin < to && spans.size() <= kMaxIntervals;) {
    const Time end = local_midnight(zone, ++date);
    if (begin < end) spans.push_back({begin, end});  // where a zone leaves out a day, it has no length
    begin = end;
  }
  return spans;
}

// Rows are at full quarters of an hour. Begins and ends of days are, in every zone of today.
void round(Spans& spans) {
  for (TimeSpan& span : spans) span = {boundary_before(span.begin), boundary_before(span.end)};
  std::erase_if(spans, [](const TimeSpan& span) { return span.begin >= span.end; });
}

bool may_change(const State& state, Time now, const TimeSpan& span) {
  return span.end > state.now && span.end > now - kLongestBatch;
}

// What is asked for, with everything filled in that may be absent.
struct Question {
  Asked::Interval interval;
  Time from;
  Time to;
  std::string zone;
  const CalendarConfig* calendar;
};

bool is_local(Asked::Interval interval) { return interval == Asked::DAY || interval == Asked::SHIFT; }

grpc::Status read_question(const State& state, Time now, const Asked& request, QueueRef queue,
                           Question& question) {
  if (!queue) return to_status(Rejection{RejectReason::UnknownQueue, "no such queue"});
  question.interval = request.interval();
  const bool local = is_local(question.interval);
  question.to = std::min(now, to_time(request.has_to(), request.to()).value_or(now));
  question.from =
      to_time(request.has_from(), request.from()).value_or(question.to - (local ? 7 * kDay : kDay));
  if (question.from >= question.to) return to_status(malformed("from: before `to`, and before now"));
  question.calendar = calendar_of(state, state[queue]);
  if (question.interval == Asked::SHIFT && question.calendar == nullptr)
    return to_status(malformed("interval: the queue has no calendar, so it has no shifts"));
  if (!local) return grpc::Status::OK;
  question.zone = question.calendar != nullptr ? question.calendar->zone : "UTC";
  if (!request.time_zone().empty()) question.zone = request.time_zone();
  if (is_zone(question.zone)) return grpc::Status::OK;
  return {grpc::StatusCode::UNAVAILABLE, "the time zone " + question.zone + " cannot be read"};
}

Spans find_spans(const Question& question) {
  switch (question.interval) {
    case Asked::QUARTER_HOUR:
      return steps(question.from, question.to, kHistoryStep);
    case Asked::HOUR:
      return steps(question.from, question.to, 1h);
    case Asked::DAY:
      return days(question.zone, question.from, question.to);
    default:
      return shifts(*question.calendar, question.from, question.to, kMaxIntervals + 1);
  }
}

class Ends {
 public:
  Ends(const State& state, QueueRef queue) : state_(state), queue_(queue) {}

  // A record at the instant is after it, so there is a row by then.
  HistoryInstant at(Time instant) {
    return instant <= state_.now ? HistoryInstant{instant, std::nullopt} : live(instant);
  }
  // With what came at the instant itself.
  HistoryInstant live(Time instant) {
    const bool all_late = last_ <= instant && late_ == state_[queue_].waiting;
    if (!all_late) late_ = count_late(state_, queue_, instant);
    last_ = instant;
    return {instant, late_};
  }

 private:
  const State& state_;
  const QueueRef queue_;
  Time last_ = kNever;
  std::uint64_t late_ = 0;  // at last_
};

// What the instants tell, one after the other as QueueHistory::stored_instants has them.
class RowReader {
 public:
  RowReader(const QueueHistory& history, const HistoryAnswer& answer) : history_(history), answer_(answer) {}

  // None: not known.
  std::optional<QueueSums> sums_at(const HistoryInstant& instant) {
    if (instant.late) {
      QueueSums sums = history_.live;
      sums.waiting_late = *instant.late;
      return sums;
    }
    if (std::exchange(last_, instant.at) != instant.at) row_ = &answer_.rows[next_++];
    if (to_us(instant.at) < answer_.since_us) return std::nullopt;
    if (!*row_) return QueueSums();  // nothing had come yet
    const HistoryRow& row = **row_;
    if (std::exchange(decoded_at_, row.boundary_us) != row.boundary_us) {
      if (auto wrong = decode_sums(row.sums, decoded_)) error_ = std::move(*wrong);
    }
    return decoded_;
  }
  const std::string& error() const { return error_; }

 private:
  const QueueHistory& history_;
  const HistoryAnswer& answer_;
  std::optional<Time> last_;
  const std::optional<HistoryRow>* row_ = nullptr;  // at last_
  std::size_t next_ = 0;
  std::optional<std::int64_t> decoded_at_;  // the boundary of the row that was decoded last
  QueueSums decoded_;
  std::string error_;
};

void fill(const QueueSums& begin, const QueueSums& end, v1::QueueInterval* to) {
  const QueueCounters counters = counters_between(begin.counters, end.counters);
  fill_counters(counters, to->mutable_counters());
  to->mutable_counters()->clear_longest_wait();
  fill_kpis(queue_kpis(counters, end.waiting_late), to->mutable_kpis());
}

}  // namespace

std::vector<std::int64_t> QueueHistory::stored_instants() const {
  std::vector<std::int64_t> instants;
  for (const Interval& interval : intervals) {
    for (const HistoryInstant* instant : {&interval.begin, &interval.end}) {
      if (instant->late) continue;
      if (instants.empty() || instants.back() != to_us(instant->at)) instants.push_back(to_us(instant->at));
    }
  }
  return instants;
}

Refused check_history(const Asked& request) {
  const bool known = Asked::Interval_IsValid(request.interval());
  if (!known || request.interval() == Asked::INTERVAL_UNSPECIFIED)
    return malformed("interval: QUARTER_HOUR, HOUR, DAY or SHIFT");
  if (request.time_zone().empty()) return {};
  if (request.interval() != Asked::DAY) return malformed("time_zone: only for DAY");
  const std::vector<std::string>& names = zone_names();
  // One whose file cannot be read just now is no mistake of the client: read_question() says so.
  if (is_zone(request.time_zone()) || std::binary_search(names.begin(), names.end(), request.time_zone()))
    return {};
  return malformed("time_zone: a name of the IANA database, such as Europe/Paris");
}

grpc::Status look_at_history(const State& state, Time now, const Asked& request, QueueHistory& history) {
  history.queue = state.find_queue(request.queue());
  Question question{};
  if (auto wrong = read_question(state, now, request, history.queue, question); !wrong.ok()) return wrong;
  const bool too_long = question.to - question.from > kLongestRange;
  Spans spans = too_long ? Spans() : find_spans(question);
  if (too_long || spans.size() > kMaxIntervals) {
    return to_status(malformed("from: so early there are more than " + std::to_string(kMaxIntervals) +
                               " intervals; ask for less time or for longer intervals"));
  }
  round(spans);
  Ends ends(state, history.queue);
  for (const TimeSpan& span : spans) {
    if (span.begin >= now) break;
    const HistoryInstant begin = ends.at(span.begin);
    const HistoryInstant end = span.end > now ? ends.live(now) : ends.at(span.end);
    history.intervals.push_back({begin, end, may_change(state, now, span)});
  }
  history.time_zone = question.zone;
  history.live = {state[history.queue].counters, state[history.queue].waiting};
  history.live_from = state.now + 1us;
  return grpc::Status::OK;
}

grpc::Status fill_history(const QueueHistory& history, const Result<HistoryAnswer>& rows,
                          v1::GetQueueHistoryResponse* response) {
  if (!rows.ok()) {
    if (rows.error().kind == StoreErrorKind::Damaged) {
      return {grpc::StatusCode::DATA_LOSS,
              "a row of this history is damaged: the router's log says which; ask for other intervals"};
    }
    return {grpc::StatusCode::UNAVAILABLE, "the history cannot be read just now: the router's log says why"};
  }
  response->set_time_zone(history.time_zone);
  if (rows->since_us == kNoHistory) {
    fill_time(history.live_from, response->mutable_known_since());
  } else if (rows->since_us != kHistoryComplete) {
    fill_time(time_from_us(rows->since_us), response->mutable_known_since());
  }
  RowReader reader(history, *rows);
  for (const QueueHistory::Interval& interval : history.intervals) {
    v1::QueueInterval* const to = response->add_intervals();
    fill_time(interval.begin.at, to->mutable_begin());
    fill_time(interval.end.at, to->mutable_end());
    to->set_unfinished(interval.unfinished);
    const std::optional<QueueSums> begin = reader.sums_at(interval.begin);
    const std::optional<QueueSums> end = reader.sums_at(interval.end);
    if (end) to->set_waiting(static_cast<std::uint32_t>(end->waiting));
    if (end) to->set_waiting_late(static_cast<std::uint32_t>(end->waiting_late));
    if (begin && end) fill(*begin, *end, to);
  }
  if (!reader.error().empty()) return {grpc::StatusCode::DATA_LOSS, reader.error()};
  return grpc::Status::OK;
}

}  // namespace cordboard
