#include "agents-sim/virtual/submit_writer.h"

#include <charconv>
#include <string>
#include <utility>
#include <variant>

namespace cordboard::sim {
namespace {

// What differs from one contact of the stream to the next.
void fill_in(SubmitContact& submit, const ContactStream& stream, const Arrival& arrival) {
  if (const ArrivalRecord* record = arrival.record) {
    const ArrivalFile& file = *stream.arrivals.recorded;
    const bool own_queue = record->queue != ArrivalRecord::kNoText;
    const bool own_requirement = record->requirement != ArrivalRecord::kNoText;
    submit.queue = own_queue ? file.text(record->queue) : stream.queue;
    submit.requirement = own_requirement ? file.text(record->requirement) : stream.requirement;
    submit.customer = file.text(record->customer);
    submit.priority = record->priority.value_or(stream.priority);
    if (record->customer != ArrivalRecord::kNoText) return;
  }
  // Who may call again is known as the same customer then.
  if (stream.has_repeats()) submit.customer = stream.name + "#" + std::to_string(arrival.number);
}

}  // namespace

SubmitWriter::SubmitWriter(const Scenario& scenario) : scenario_(scenario) {
  for (const ContactStream& stream : scenario_.contacts) {
    SubmitContact submit;
    if (stream.callback.accept > 0) submit.gateway = kGateway;
    submit.queue = stream.queue;
    submit.channel = stream.channel;
    submit.priority = stream.priority;
    submit.tier = stream.tier;
    submit.requirement = stream.requirement;
    submits_.push_back({{}, {}, std::move(submit)});
  }
}

Command& SubmitWriter::next(std::uint32_t stream, const Arrival& arrival) {
  Command& command = submits_[stream];
  auto& submit = std::get<SubmitContact>(command.body);
  fill_in(submit, scenario_.contacts[stream], arrival);
  char id[16] = "c";
  const auto end = std::to_chars(id + 1, id + sizeof id, ++written_, 36).ptr;
  submit.contact.assign(id, end);
  return command;
}

}  // namespace cordboard::sim
