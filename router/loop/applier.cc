#include "router/loop/applier.h"

#include <algorithm>
#include <cinttypes>
#include <utility>

#include "router/codec/storage_audit.h"
#include "router/codec/storage_codec.h"
#include "router/core/assert.h"
#include "router/core/state.h"

namespace cordboard {

void Applier::begin(Time now) {
  began_ = std::chrono::steady_clock::now();
  at_ = std::max(now, engine_.now());
  commands_ = 0;
  batch_ = LogBatch{};
  batch_.first_sequence = last_sequence_ + 1;
  advance_if_due();
}

Applier::Applied Applier::apply(Request&& request) {
  advance_if_due();  // a command of this batch may have made something that is due at once
  command_ = Command{at_, std::move(request.request_id), std::move(request.body)};
  if (auto* config = std::get_if<ApplyConfig>(&command_.body)) {
    config->version = engine_.state().config_version + 1;
  }
  Reply reply = std::move(request.reply);
  keys_.prepare(command_.body, request.key, engine_.state());
  Outcome outcome = apply_command();
  if (outcome.accepted() && !outcome.repeated) {
    keys_.accepted(command_.body, request.key, engine_.state(), events_);
    record(std::move(request));
  }
  if (reply) gate_.hold(Answer{outcome, last_sequence_, at_}, std::move(reply));
  return {command_, std::move(outcome)};
}

void Applier::refuse(Request&& request, Rejection rejection) {
  ++stats_.rejected[request.body.index()];
  ++stats_.rejections[static_cast<std::size_t>(rejection.reason)];
  if (!request.reply) return;
  Answer answer{.revision = last_sequence_, .at = at_};
  answer.outcome.rejection = std::move(rejection);
  gate_.hold(std::move(answer), std::move(request.reply));
}

void Applier::answer(Reply&& reply) {
  if (reply) gate_.hold(Answer{Outcome{}, last_sequence_, at_}, std::move(reply));
}

void Applier::look(EngineQuery& query) {
  ++stats_.queries;
  if (Release release = query(engine_, last_sequence_)) gate_.hold(last_sequence_, std::move(release));
}

LogBatch Applier::end() {
  if (commands_ > 0) {
    stats_.batch_commands.add(commands_);
    stats_.apply_us.add_us(std::chrono::steady_clock::now() - began_);
  }
  keys_.erase_old(at_, engine_.state().config.remember_ended);
  batch_.keys = keys_.take_changes();
  batch_.scrub = keys_.take_erased();
  return std::move(batch_);
}

void Applier::advance_if_due() {
  if (engine_.next_deadline() > at_) return;
  command_ = Command{at_, {}, AdvanceTime{}};
  const Outcome outcome = apply_command();
  CB_ASSERT(outcome.accepted(), "AdvanceTime after sequence %" PRIu64, last_sequence_);
  keys_.accepted(command_.body, std::nullopt, engine_.state(), events_);
  CB_ASSERT(engine_.next_deadline() > at_, "still due after sequence %" PRIu64, last_sequence_);
  record({});
}

Outcome Applier::apply_command() {
  ++commands_;
  events_.clear();
  history_.before(engine_.state(), at_);
  Outcome outcome = engine_.apply(command_, events_);
  count(outcome);
  return outcome;
}

void Applier::record(Request&& request) {
  ++last_sequence_;
  encode_command(command_, batch_.bytes);
  batch_.ends.push_back(batch_.bytes.size());
  if (const auto* config = std::get_if<ApplyConfig>(&command_.body)) {
    batch_.configs.push_back({config->version, to_us(at_), std::move(request.config_source),
                              std::move(request.config_text), ConfigOrigin::Request, command_.request_id});
  }
  if (auto entry = audit_entry(command_, engine_.state(), last_sequence_, std::move(request.roles))) {
    batch_.audit.push_back(encode_audit(*entry));
  }
  for (HistorySums& sums : history_.recorded()) batch_.history.push_back(std::move(sums));
  gate_.stage(last_sequence_, at_, engine_.state(), events_);
}

void Applier::count(const Outcome& outcome) {
  const std::size_t command = command_.body.index();
  if (outcome.rejection) {
    ++stats_.rejected[command];
    ++stats_.rejections[static_cast<std::size_t>(outcome.rejection->reason)];
  } else if (outcome.repeated) {
    ++stats_.repeated[command];
  } else {
    ++stats_.accepted[command];
    stats_.events += events_.size();
  }
}

}  // namespace cordboard
