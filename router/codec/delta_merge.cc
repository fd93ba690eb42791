#include "router/codec/delta_merge.h"

#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace cordboard {
namespace {

// What the newest deltas say of things of one kind, collected from the newest to the oldest.
template <class Row>
class Newest {
 public:
  explicit Newest(const std::string& (Row::*name)() const) : name_(name) {}

  void take(google::protobuf::RepeatedPtrField<Row>& rows) {
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) {
      if (seen_.insert(((*row).*name_)()).second) rows_.push_back(&*row);
    }
  }
  void take_removed(google::protobuf::RepeatedPtrField<std::string>& names) {
    for (auto name = names.rbegin(); name != names.rend(); ++name) {
      if (seen_.insert(*name).second) removed_.push_back(&*name);
    }
  }

  void move_to(google::protobuf::RepeatedPtrField<Row>& rows) const {
    rows.Reserve(static_cast<int>(rows_.size()));
    for (auto row = rows_.rbegin(); row != rows_.rend(); ++row) rows.Add()->Swap(*row);
  }
  void move_removed_to(google::protobuf::RepeatedPtrField<std::string>& names) const {
    for (auto name = removed_.rbegin(); name != removed_.rend(); ++name) *names.Add() = std::move(**name);
  }

 private:
  const std::string& (Row::*const name_)() const;
  std::unordered_set<std::string_view> seen_;  // never iterated
  std::vector<Row*> rows_;
  std::vector<std::string*> removed_;
};

}  // namespace

void merge_deltas(std::span<v1::Delta* const> deltas, v1::Delta* into) {
  Newest<v1::Queue> queues(&v1::Queue::queue);
  Newest<v1::Agent> agents(&v1::Agent::agent_id);
  Newest<v1::Contact> contacts(&v1::Contact::contact_id);
  for (auto newest = deltas.rbegin(); newest != deltas.rend(); ++newest) {
    v1::Delta* const delta = *newest;
    queues.take(*delta->mutable_queues());
    queues.take_removed(*delta->mutable_removed_queues());
    agents.take(*delta->mutable_agents());
    contacts.take(*delta->mutable_contacts());
    contacts.take_removed(*delta->mutable_removed_contact_ids());
  }
  into->set_revision(deltas.back()->revision());
  *into->mutable_at() = deltas.back()->at();
  for (v1::Delta* delta : deltas) {
    for (v1::Event& event : *delta->mutable_events()) into->add_events()->Swap(&event);
  }
  queues.move_to(*into->mutable_queues());
  queues.move_removed_to(*into->mutable_removed_queues());
  agents.move_to(*into->mutable_agents());
  contacts.move_to(*into->mutable_contacts());
  contacts.move_removed_to(*into->mutable_removed_contact_ids());
}

}  // namespace cordboard
