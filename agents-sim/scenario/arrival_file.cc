#include "agents-sim/scenario/arrival_file.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <utility>

#include "agents-sim/base/csv.h"
#include "router/core/requirement.h"

namespace cordboard::sim {
namespace {

class Loader {
 public:
  explicit Loader(const std::string& path) : csv_(path) { intern(""); }

  std::variant<ArrivalFile, ArrivalFileError> load(const std::string& path) {
    if (csv_.error().empty() && !csv_.column("at")) {
      return ArrivalFileError{path + ":1: no column `at` (seconds from the start)"};
    }
    while (csv_.next_row()) read_row();
    if (!csv_.error().empty()) return ArrivalFileError{csv_.error()};
    std::stable_sort(file_.records.begin(), file_.records.end(),
                     [](const ArrivalRecord& a, const ArrivalRecord& b) { return a.at < b.at; });
    return std::move(file_);
  }

 private:
  void read_row() {
    ArrivalRecord record;
    record.at = seconds(at_).value_or(Duration::zero());
    record.queue = text(queue_);
    record.requirement = requirement();
    record.customer = text(customer_);
    record.priority = priority();
    record.handle = seconds(handle_);
    if (record.handle == Duration::zero()) record.handle.reset();
    record.patience = seconds(patience_);
    if (at_ && csv_.cell(*at_).empty()) csv_.fail(*at_, "seconds from the start");
    file_.records.push_back(record);
  }

  bool is_empty(std::optional<std::size_t> column) const { return !column || csv_.cell(*column).empty(); }

  std::optional<Duration> seconds(std::optional<std::size_t> column) {
    if (is_empty(column)) return std::nullopt;
    const auto value = parse_seconds(csv_.cell(*column));
    if (!value) csv_.fail(*column, "seconds, 0 or more");
    return value;
  }

  std::optional<std::int32_t> priority() {
    if (is_empty(priority_)) return std::nullopt;
    const std::string_view cell = csv_.cell(*priority_);
    std::int32_t value = 0;
    const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc{} || end != cell.data() + cell.size() || value < -1000 || value > 1000) {
      csv_.fail(*priority_, "an integer -1000..1000");
    }
    return value;
  }

  std::uint32_t requirement() {
    if (is_empty(requirement_)) return ArrivalRecord::kNoText;
    const std::size_t known = file_.texts.size();
    const std::uint32_t index = text(requirement_);
    if (index < known) return index;
    const auto parsed = parse_requirement(file_.texts[index]);
    if (const auto* error = std::get_if<RequirementError>(&parsed)) {
      csv_.fail(*requirement_, "a requirement (" + error->message() + ")");
    }
    return index;
  }

  std::uint32_t text(std::optional<std::size_t> column) {
    return is_empty(column) ? ArrivalRecord::kNoText : intern(csv_.cell(*column));
  }

  std::uint32_t intern(std::string_view text) {
    const auto [found, added] = index_of_.try_emplace(std::string(text), file_.texts.size());
    if (added) file_.texts.emplace_back(text);
    return found->second;
  }

  CsvFile csv_;
  ArrivalFile file_;
  std::unordered_map<std::string, std::uint32_t> index_of_;  // looked up only, never iterated
  const std::optional<std::size_t> at_ = csv_.column("at");
  const std::optional<std::size_t> queue_ = csv_.column("queue");
  const std::optional<std::size_t> priority_ = csv_.column("priority");
  const std::optional<std::size_t> requirement_ = csv_.column("requires");
  const std::optional<std::size_t> customer_ = csv_.column("customer");
  const std::optional<std::size_t> handle_ = csv_.column("handle_s");
  const std::optional<std::size_t> patience_ = csv_.column("patience_s");
};

}  // namespace

std::variant<ArrivalFile, ArrivalFileError> load_arrival_file(const std::string& path) {
  return Loader(path).load(path);
}

}  // namespace cordboard::sim
