#include "agents-sim/scenario/contact_stream_reader.h"

#include <algorithm>
#include <utility>

#include "agents-sim/scenario/arrivals_reader.h"
#include "agents-sim/scenario/distribution_reader.h"
#include "agents-sim/scenario/mapping.h"
#include "agents-sim/scenario/named.h"
#include "router/core/requirement.h"

namespace cordboard::sim {
namespace {

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

TransferPlan read_transfer(const Reader& reader, const std::string& directory, const TenantConfig& router) {
  TransferPlan plan;
  Mapping mapping(reader);
  if (const auto probability = mapping.require("probability")) {
    plan.probability = probability->number({0.0, 1.0}).value_or(0);
  }
  if (const auto queue = mapping.require("queue")) plan.queue = read_queue(*queue, router);
  if (const auto handle = mapping.find("handle_time"))
    plan.handle_time = read_distribution(*handle, directory);
  mapping.reject_unknown();
  return plan;
}

RepeatPlan read_repeat(const Reader& reader, const std::string& directory) {
  RepeatPlan plan;
  Mapping mapping(reader);
  const auto probability = mapping.require("probability");
  const auto after = mapping.require("after");
  const auto attempts = mapping.find("attempts");
  mapping.reject_unknown();
  if (probability) plan.probability = probability->number({0.0, 1.0}).value_or(0);
  if (after) plan.after = read_distribution(*after, directory).value_or(Distribution{});
  if (attempts) plan.attempts = static_cast<std::uint32_t>(attempts->integer({1, 1000}).value_or(1));
  return plan;
}

CallbackPlan read_callback(const Reader& reader, const std::string& directory) {
  CallbackPlan plan;
  Mapping mapping(reader);
  const auto accept = mapping.require("accept");
  const auto answer = mapping.find("answer");
  const auto ring = mapping.find("ring");
  mapping.reject_unknown();
  if (accept) plan.accept = accept->number({0.0, 1.0}).value_or(0);
  if (answer) plan.answer = answer->number({0.0, 1.0}).value_or(1);
  if (ring) plan.ring = read_distribution(*ring, directory).value_or(plan.ring);
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
void require_complete(Mapping& mapping, const ContactStream& stream) {
  const Arrivals& arrivals = stream.arrivals;
  if (!every_record(arrivals, [](const ArrivalRecord& r) { return r.queue != ArrivalRecord::kNoText; })) {
    mapping.require("queue");
  }
  const bool later_calls = stream.call_again.probability > 0;  // which nothing has recorded
  if (later_calls || !every_record(arrivals, [](const ArrivalRecord& r) { return r.handle.has_value(); })) {
    mapping.require("handle_time");
  }
}

}  // namespace

ContactStream read_contact_stream(const Reader& reader, const std::string& directory,
                                  const TenantConfig& router, std::size_t first_day) {
  ContactStream stream;
  Mapping mapping(reader);
  stream.line = reader.line();
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
    stream.arrivals = read_arrivals(*arrivals, directory, router, first_day);
  }
  if (const auto handle = mapping.find("handle_time")) {
    stream.handle_time = read_distribution(*handle, directory).value_or(Distribution{});
  }
  if (const auto patience = mapping.find("patience")) {
    stream.patience = read_distribution(*patience, directory, true).value_or(Distribution::never());
  }
  if (const auto transfer = mapping.find("transfer"))
    stream.transfer = read_transfer(*transfer, directory, router);
  if (const auto redial = mapping.find("redial")) stream.redial = read_repeat(*redial, directory);
  if (const auto again = mapping.find("call_again")) stream.call_again = read_repeat(*again, directory);
  if (const auto callback = mapping.find("callback")) stream.callback = read_callback(*callback, directory);
  require_complete(mapping, stream);
  mapping.reject_unknown();
  return stream;
}

}  // namespace cordboard::sim
