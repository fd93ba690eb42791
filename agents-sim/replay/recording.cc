#include "agents-sim/replay/recording.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "agents-sim/base/csv.h"
#include "agents-sim/scenario/weekday.h"

namespace cordboard::sim {
namespace {

// Names in the order in which they first appear.
class Names {
 public:
  std::uint32_t index_of(std::string_view name, std::vector<std::string>& names) {
    const auto [found, added] = index_.try_emplace(std::string(name), names.size());
    if (added) names.emplace_back(name);
    return found->second;
  }

 private:
  std::unordered_map<std::string, std::uint32_t> index_;  // looked up only, never iterated
};

class RecordingLoader {
 public:
  explicit RecordingLoader(const std::string& path) : path_(path), csv_(path) {}

  std::variant<Recording, std::string> load() {
    if (!csv_.error().empty()) return csv_.error();
    for (const char* name : {"at", "queue", "outcome", "recorded_wait_s", "handle_s"}) {
      if (!csv_.column(name)) return path_ + ":1: no column `" + name + "`";
    }
    while (csv_.next_row()) read_row();
    if (!csv_.error().empty()) return csv_.error();
    if (recording_.calls.empty()) return path_ + ": no calls";
    std::stable_sort(recording_.calls.begin(), recording_.calls.end(),
                     [](const RecordedCall& a, const RecordedCall& b) { return a.at < b.at; });
    return std::move(recording_);
  }

 private:
  void read_row() {
    RecordedCall call;
    call.at = seconds(*csv_.column("at"));
    call.wait = seconds(*csv_.column("recorded_wait_s"));
    call.handle = seconds(*csv_.column("handle_s"));
    const std::size_t outcome = *csv_.column("outcome");
    call.answered = csv_.cell(outcome) == "agent";
    if (!call.answered && csv_.cell(outcome) != "hang") csv_.fail(outcome, "`agent` or `hang`");
    if (!call.answered && !call.waited()) {
      ++recording_.gone_at_once;
      return;
    }
    const std::size_t queue = *csv_.column("queue");
    if (csv_.cell(queue).empty()) csv_.fail(queue, "the name of a queue");
    call.queue = queues_.index_of(csv_.cell(queue), recording_.queues);
    if (priority_ && !csv_.cell(*priority_).empty()) call.priority = integer(*priority_);
    if (agent_ && !csv_.cell(*agent_).empty())
      call.agent = agents_.index_of(csv_.cell(*agent_), recording_.agents);
    recording_.calls.push_back(call);
  }

  Duration seconds(std::size_t column) {
    const auto value = parse_seconds(csv_.cell(column));
    if (!value) csv_.fail(column, "seconds, 0 or more");
    return value.value_or(Duration::zero());
  }

  std::int32_t integer(std::size_t column) {
    const std::string_view cell = csv_.cell(column);
    std::int32_t value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc{} || end != cell.data() + cell.size()) csv_.fail(column, "an integer");
    return value;
  }

  std::string path_;
  CsvFile csv_;
  Recording recording_;
  Names queues_;
  Names agents_;
  const std::optional<std::size_t> priority_ = csv_.column("priority");
  const std::optional<std::size_t> agent_ = csv_.column("agent");
};

}  // namespace

std::uint32_t Recording::days() const {
  return calls.empty() ? 0 : static_cast<std::uint32_t>(calls.back().at / kDay) + 1;
}

std::variant<Recording, std::string> load_recording(const std::string& path) {
  return RecordingLoader(path).load();
}

}  // namespace cordboard::sim
