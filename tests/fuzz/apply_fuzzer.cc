// Any two texts as configurations, the second applied while contacts of the first wait: the preview tells
// what happens, every rule holds, what is refused changes nothing, and the log keeps it as it was read. The
// two are separated by a line "=====".

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "router/codec/storage_codec.h"
#include "router/config/config.h"
#include "router/config/config_changes.h"
#include "router/core/config_impact.h"
#include "router/core/state.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/support/random_tape.h"

using namespace cordboard;
using namespace cordboard::testing;

namespace {

constexpr std::string_view kBetween = "\n=====\n";
constexpr std::size_t kMostQueues = 8;

void apply(CheckedEngine& checked, Command command) {
  command.at = std::max(command.at, checked.engine().now());
  if (checked.engine().next_deadline() <= command.at) {
    const auto wrong = checked.apply({command.at, "", AdvanceTime{}});
    CB_ASSERT(!wrong, "%s", wrong->c_str());
  }
  const auto wrong = checked.apply(command);
  CB_ASSERT(!wrong, "%s: %s", std::string(name_of(command.body)).c_str(), wrong->c_str());
}

// Two agents at work, and two contacts for each queue and each split.
void open_for_business(CheckedEngine& checked, const TenantConfig& config) {
  std::vector<std::string> names;
  for (const auto& queue : config.queues) names.push_back(queue.name);
  for (const auto& split : config.splits) names.push_back(split.name);
  if (names.size() > kMostQueues) names.resize(kMostQueues);
  const Time at = checked.engine().now();
  for (std::size_t i = 0; i < std::min<std::size_t>(2, config.agents.size()); ++i) {
    apply(checked, {at, "", Login{config.agents[i].id, std::nullopt, true}});
  }
  for (std::size_t i = 0; i < 2 * names.size(); ++i) {
    apply(checked, {at + std::chrono::seconds(i), "",
                    SubmitContact{.contact = "c" + std::to_string(i), .queue = names[i / 2]}});
  }
}

// The log holds what was read: an engine that reads it there comes to the same state.
void check_record(const TenantConfig& config) {
  const Command applied{time_from_us(1), "", ApplyConfig{1, config}};
  std::string record;
  encode_command(applied, record);
  Command read;
  CB_ASSERT(!decode_command(record, read), "a configuration that was read cannot be read from the log");
  Engine engine;
  Engine replayed;
  std::vector<Event> events;
  const Outcome outcome = engine.apply(applied, events);
  CB_ASSERT(replayed.apply(read, events).accepted() == outcome.accepted(), "the log holds another one");
  CB_ASSERT(replayed.digest() == engine.digest(), "the log holds another configuration");
}

void check_changes(const std::string& before, const std::string& after) {
  CB_ASSERT(config_changes(before, before).changes.empty(), "a text differs from itself");
  const ConfigChanges changes = config_changes(before, after);
  CB_ASSERT(changes.changes.size() <= kMaxConfigChanges, "%zu changes", changes.changes.size());
  for (const ConfigChange& change : changes.changes) {
    CB_ASSERT(change.before.size() <= kMaxShownValue && change.after.size() <= kMaxShownValue, "too long");
    CB_ASSERT(change.before != change.after || !change.before.empty(), "a change of nothing");
  }
}

void check_preview(CheckedEngine& checked, const TenantConfig& config) {
  Engine copy;
  CB_ASSERT(!copy.restore(checked.engine().snapshot()), "a snapshot cannot be read");
  const ConfigImpact impact = preview_config(std::move(copy), config, 0);
  const std::uint64_t before = checked.engine().digest();
  apply(checked, {checked.engine().now(), "", ApplyConfig{2, config}});
  const auto& refused = checked.outcome().rejection;
  CB_ASSERT(refused.has_value() == impact.rejection.has_value(), "the preview said otherwise");
  if (refused) {
    CB_ASSERT(refused->reason == impact.rejection->reason, "the preview gave another reason");
    CB_ASSERT(checked.engine().digest() == before, "a refused configuration changed the state");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = text_of(data, size);
  const std::string_view first = take_until(rest, kBetween);
  const ConfigResult before = parse_config(first, "before.yaml");
  const ConfigResult after = parse_config(rest, "after.yaml");
  for (const ConfigResult* result : {&before, &after}) {
    CB_ASSERT(result->config.has_value() != result->diagnostics.has_errors(), "neither good nor bad");
    if (result->config) check_record(result->config->tenant);
  }
  if (!before.config || !after.config) return 0;
  check_changes(before.text, after.text);
  CheckedEngine checked;
  apply(checked, {time_from_us(1'700'000'000'000'000), "", ApplyConfig{1, before.config->tenant}});
  if (checked.outcome().rejection) return 0;
  open_for_business(checked, before.config->tenant);
  check_preview(checked, after.config->tenant);
  apply(checked, {checked.engine().now() + std::chrono::minutes(5), "", AdvanceTime{}});
  return 0;
}
