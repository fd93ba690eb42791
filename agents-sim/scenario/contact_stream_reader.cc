#include "agents-sim/scenario/contact_stream_reader.h"

#include <algorithm>
#include <utility>

#include "agents-sim/scenario/distribution_reader.h"
#include "agents-sim/scenario/mapping.h"
#include "router/core/requirement.h"

namespace cordboard::sim {
namespace {

constexpr double kMostPerHour = 1e9;

template <class Named>
bool has_name(const std::vector<Named>& items, std::string_view name) {
  return std::any_of(items.begin(), items.end(), [&](const Named& item) { return item.name == name; });
}

template <class Named>
std::string suggest_name(const std::vector<Named>& items, std::string_view name) {
  std::vector<std::string_view> names;
  for (const Named& item : items) names.emplace_back(item.name);
  return did_you_mean(name, names);
}

std::string read_queue(const Reader& reader, const TenantConfig& router) {
  std::string queue = reader.text().value_or("");
  if (!queue.empty() && !has_name(router.queues, queue)) {
    reader.error("no queue of this name under `router`", suggest_name(router.queues, queue));
  }
  return queue;
}

std::string read_requirement(const Reader& reader) {
  if (reader.is_null()) return {};
  std::string text = reader.text().value_or("");
  const auto parsed = parse_requirement(text);
  if (const auto* error = std::get_if<RequirementError>(&parsed))
    reader.error_at(error->position, error->message());
  return text;
}

double read_rate(const std::optional<Reader>& reader) {
  return reader ? reader->number({0.0, kMostPerHour}).value_or(0) : 0;
}

void read_poisson(const Reader& reader, Arrivals& arrivals) {
  Mapping mapping(reader);
  arrivals.pieces.push_back({Duration::zero(), read_rate(mapping.require("per_hour"))});
  mapping.reject_unknown();
}

RatePiece read_piece(const Reader& reader) {
  RatePiece piece;
  Mapping mapping(reader);
  if (const auto from = mapping.require("from")) piece.from = from->duration().value_or(Duration::zero());
  piece.per_hour = read_rate(mapping.require("per_hour"));
  mapping.reject_unknown();
  return piece;
}

void read_intervals(const Reader& reader, Arrivals& arrivals) {
  for (const Reader& item : reader.items()) {
    const RatePiece piece = read_piece(item);
    if (arrivals.pieces.empty() && piece.from != Duration::zero())
      item.error("the first interval must start at 0h");
    if (!arrivals.pieces.empty() && piece.from <= arrivals.pieces.back().from) {
      item.error("intervals must be in the order of `from`");
    }
    arrivals.pieces.push_back(piece);
  }
  if (reader.is_list() && arrivals.pieces.empty()) reader.error("expected at least one interval");
}

void reject_unknown_queues(const Reader& at, const ArrivalFile& file, const TenantConfig& router) {
  std::vector<std::uint32_t> reported;
  for (const ArrivalRecord& record : file.records) {
    if (record.queue == ArrivalRecord::kNoText || has_name(router.queues, file.text(record.queue))) continue;
    if (std::find(reported.begin(), reported.end(), record.queue) != reported.end()) continue;
    reported.push_back(record.queue);
    at.error("the file names the queue `" + file.text(record.queue) + "`, which is not under `router`",
             suggest_name(router.queues, file.text(record.queue)));
  }
}

void read_recorded(const Reader& reader, const std::string& directory, const TenantConfig& router,
                   Arrivals& arrivals) {
  const auto path = reader.text();
  if (!path) return;
  auto loaded = load_arrival_file(resolve_path(directory, *path));
  if (const auto* error = std::get_if<ArrivalFileError>(&loaded)) {
    reader.error(error->message);
    return;
  }
  arrivals.recorded = std::make_shared<const ArrivalFile>(std::get<ArrivalFile>(std::move(loaded)));
  reject_unknown_queues(reader, *arrivals.recorded, router);
}

// `{poisson: ...}`, `{intervals: [...], repeat: 24h}` or `{csv: FILE}`.
Arrivals read_arrivals(const Reader& reader, const std::string& directory, const TenantConfig& router) {
  Arrivals arrivals;
  Mapping mapping(reader);
  const auto poisson = mapping.find("poisson");
  const auto intervals = mapping.find("intervals");
  const auto csv = mapping.find("csv");
  const auto repeat = intervals ? mapping.find("repeat") : std::nullopt;
  mapping.reject_unknown();
  if (int{poisson.has_value()} + int{intervals.has_value()} + int{csv.has_value()} != 1) {
    if (reader.is_mapping()) reader.error("expected exactly one of poisson, intervals and csv");
    return arrivals;
  }
  if (poisson) read_poisson(*poisson, arrivals);
  if (intervals) read_intervals(*intervals, arrivals);
  if (csv) read_recorded(*csv, directory, router, arrivals);
  if (repeat) {
    arrivals.repeat = repeat->duration({std::chrono::minutes{1}, kLongestSample}).value_or(kForever);
    if (!arrivals.pieces.empty() && arrivals.repeat <= arrivals.pieces.back().from) {
      repeat->error("must be later than the last `from`");
    }
  }
  return arrivals;
}

TransferPlan read_transfer(const Reader& reader, const TenantConfig& router) {
  TransferPlan plan;
  Mapping mapping(reader);
  if (const auto probability = mapping.require("probability")) {
    plan.probability = probability->number({0.0, 1.0}).value_or(0);
  }
  if (const auto queue = mapping.require("queue")) plan.queue = read_queue(*queue, router);
  mapping.reject_unknown();
  return plan;
}

std::int32_t read_signed(const std::optional<Reader>& reader) {
  return reader ? static_cast<std::int32_t>(reader->integer({-1000, 1000}).value_or(0)) : 0;
}

bool every_record(const Arrivals& arrivals, bool (*holds)(const ArrivalRecord&)) {
  return arrivals.recorded &&
         std::all_of(arrivals.recorded->records.begin(), arrivals.recorded->records.end(), holds);
}

// A queue and a handling time must come from somewhere.
void require_complete(Mapping& mapping, const Arrivals& arrivals) {
  if (!every_record(arrivals, [](const ArrivalRecord& r) { return r.queue != ArrivalRecord::kNoText; })) {
    mapping.require("queue");
  }
  if (!every_record(arrivals, [](const ArrivalRecord& r) { return r.handle.has_value(); })) {
    mapping.require("handle_time");
  }
}

}  // namespace

ContactStream read_contact_stream(const Reader& reader, const std::string& directory,
                                  const TenantConfig& router) {
  ContactStream stream;
  Mapping mapping(reader);
  if (const auto name = mapping.require("name")) stream.name = name->text().value_or("");
  if (const auto queue = mapping.find("queue")) stream.queue = read_queue(*queue, router);
  if (const auto channel = mapping.find("channel")) {
    stream.channel = channel->text().value_or("");
    if (!has_name(router.channels, stream.channel)) {
      channel->error("no channel of this name", suggest_name(router.channels, stream.channel));
    }
  }
  stream.priority = read_signed(mapping.find("priority"));
  stream.tier = read_signed(mapping.find("tier"));
  if (const auto requirement = mapping.find("requires")) stream.requirement = read_requirement(*requirement);
  if (const auto arrivals = mapping.require("arrivals")) {
    stream.arrivals = read_arrivals(*arrivals, directory, router);
  }
  if (const auto handle = mapping.find("handle_time")) {
    stream.handle_time = read_distribution(*handle, directory).value_or(Distribution{});
  }
  if (const auto patience = mapping.find("patience")) {
    stream.patience = read_distribution(*patience, directory, true).value_or(Distribution::never());
  }
  if (const auto transfer = mapping.find("transfer")) stream.transfer = read_transfer(*transfer, router);
  require_complete(mapping, stream.arrivals);
  mapping.reject_unknown();
  return stream;
}

}  // namespace cordboard::sim
