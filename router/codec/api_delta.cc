#include "router/codec/api_delta.h"

#include <algorithm>
#include <vector>

#include "router/codec/api_agent.h"
#include "router/codec/api_contact.h"
#include "router/codec/api_events.h"
#include "router/codec/api_queue.h"
#include "router/codec/api_time.h"
#include "router/codec/event_subjects.h"

namespace cordboard {
namespace {

// Whose rows a command may have changed; each once, in order of reference.
struct Touched {
  std::vector<QueueRef> queues;
  std::vector<AgentRef> agents;
  std::vector<ContactRef> contacts;
};

template <class Ref>
void keep_once(std::vector<Ref>& refs) {
  std::sort(refs.begin(), refs.end());
  refs.erase(std::unique(refs.begin(), refs.end()), refs.end());
}

void add(const EventSubjects& subjects, Touched& touched) {
  if (subjects.queue) touched.queues.push_back(subjects.queue);
  if (subjects.next_queue) touched.queues.push_back(subjects.next_queue);
  if (subjects.agent) touched.agents.push_back(subjects.agent);
  if (subjects.contact) touched.contacts.push_back(subjects.contact);
}

void add_every_queue(const State& state, Touched& touched) {
  for (std::uint32_t i = 0; i < state.queues.size(); ++i) touched.queues.push_back(QueueRef{i});
}

// The channel costs may have changed for everybody.
void add_every_agent(const State& state, Touched& touched) {
  for (std::uint32_t i = 0; i < state.agents.size(); ++i) touched.agents.push_back(AgentRef{i});
}

// Their rows name the queue.
void add_contacts_of(QueueRef queue, const State& state, Touched& touched) {
  state.contacts.for_each([&](ContactRef ref, const Contact& contact) {
    if (contact.queue == queue && !is_final(contact.state)) touched.contacts.push_back(ref);
  });
}

Touched touched_by(const AppliedCommand& command, const WatchFilter& filter, v1::Delta* delta) {
  Touched touched;
  for (const Event& event : command.events) {
    const EventSubjects subjects = subjects_of(event, command.state);
    add(subjects, touched);
    const auto* const turned = std::get_if<QueueModeChanged>(&event);
    const bool all_turned = turned != nullptr && !turned->queue;
    if (all_turned || std::holds_alternative<OpeningTimesSet>(event)) add_every_queue(command.state, touched);
    if (std::holds_alternative<ConfigApplied>(event)) {
      add_every_queue(command.state, touched);
      add_every_agent(command.state, touched);
    }
    if (const auto* renamed = std::get_if<QueueRenamed>(&event)) {
      add_contacts_of(renamed->queue, command.state, touched);
    }
    if (filter.events && filter.wants(subjects)) fill_event(event, command.state, delta->add_events());
  }
  keep_once(touched.queues);
  keep_once(touched.agents);
  keep_once(touched.contacts);
  return touched;
}

bool was_renamed(const AppliedCommand& command, QueueRef queue) {
  return std::any_of(command.events.begin(), command.events.end(), [&](const Event& event) {
    const auto* renamed = std::get_if<QueueRenamed>(&event);
    return renamed != nullptr && renamed->queue == queue;
  });
}

void fill_queues(const AppliedCommand& command, const WatchFilter& filter,
                 const std::vector<QueueRef>& queues, LateWaiting& late, v1::Delta* delta) {
  const State& state = command.state;
  for (const QueueRef queue : queues) {
    if (!filter.wants(queue)) continue;
    const QueueConfig& config = state[queue].config;
    if (state[queue].removed) {
      delta->add_removed_queues(config.name);
    } else {
      if (was_renamed(command, queue)) delta->add_removed_queues(config.renamed_from);
      fill_queue(state, queue, command.at, late.count(state, queue, command.at), delta->add_queues());
    }
  }
}

bool left_the_filter(const AppliedCommand& command, const WatchFilter& filter, ContactRef contact) {
  return std::any_of(command.events.begin(), command.events.end(), [&](const Event& event) {
    const auto leaves = [&](const auto* moved) {
      return moved != nullptr && moved->contact == contact && filter.wants(moved->from_queue);
    };
    return leaves(std::get_if<ContactTransferred>(&event)) || leaves(std::get_if<ContactMoved>(&event));
  });
}

void fill_contacts(const AppliedCommand& command, const WatchFilter& filter,
                   const std::vector<ContactRef>& contacts, v1::Delta* delta) {
  const State& state = command.state;
  for (const ContactRef ref : contacts) {
    const Contact& contact = state[ref];
    if (!filter.wants(contact.queue)) {
      if (left_the_filter(command, filter, ref)) delta->add_removed_contact_ids(contact.id);
    } else if (is_final(contact.state)) {
      delta->add_removed_contact_ids(contact.id);
    } else {
      fill_contact(state, ref, command.at, filter.data, delta->add_contacts());
    }
  }
}

bool is_empty(const v1::Delta& delta) {
  return delta.events().empty() && delta.queues().empty() && delta.agents().empty() &&
         delta.contacts().empty() && delta.removed_contact_ids().empty() && delta.removed_queues().empty();
}

}  // namespace

bool fill_delta(const AppliedCommand& command, const WatchFilter& filter, LateWaiting& late,
                v1::Delta* delta) {
  const Touched touched = touched_by(command, filter, delta);
  if (filter.queues) fill_queues(command, filter, touched.queues, late, delta);
  if (filter.agents) {
    for (const AgentRef agent : touched.agents) fill_agent(command.state, agent, delta->add_agents());
  }
  if (filter.contacts) fill_contacts(command, filter, touched.contacts, delta);
  if (is_empty(*delta)) return false;
  delta->set_revision(command.revision);
  fill_time(command.at, delta->mutable_at());
  return true;
}

bool SnapshotChunks::next(v1::Snapshot* chunk) {
  if (finished_) return false;
  chunk->set_revision(revision_);
  fill_time(at_, chunk->mutable_at());
  Room room;
  finished_ = add_queues(chunk, room) && add_agents(chunk, room) && add_contacts(chunk, room);
  chunk->set_last_chunk(finished_);
  return true;
}

// Each adds rows while there is room, and answers whether it has added all.

bool SnapshotChunks::add_queues(v1::Snapshot* chunk, Room& room) {
  for (; filter_.queues && queue_ < state_.queues.size(); ++queue_) {
    const QueueRef queue{queue_};
    if (state_[queue].removed || !filter_.wants(queue)) continue;
    if (room.none()) return false;
    v1::Queue& row = *chunk->add_queues();
    fill_queue(state_, queue, at_, late_.count(state_, queue, at_), &row);
    room.take(row.ByteSizeLong());
  }
  return true;
}

bool SnapshotChunks::add_agents(v1::Snapshot* chunk, Room& room) {
  for (; filter_.agents && agent_ < state_.agents.size(); ++agent_) {
    if (room.none()) return false;
    v1::Agent& row = *chunk->add_agents();
    fill_agent(state_, AgentRef{agent_}, &row);
    room.take(row.ByteSizeLong());
  }
  return true;
}

bool SnapshotChunks::add_contacts(v1::Snapshot* chunk, Room& room) {
  for (; filter_.contacts && contact_ < state_.contacts.extent(); ++contact_) {
    const ContactRef ref{contact_};
    if (!state_.contacts.contains(ref)) continue;
    const Contact& contact = state_[ref];
    if (is_final(contact.state) || !filter_.wants(contact.queue)) continue;
    if (room.none()) return false;
    v1::Contact& row = *chunk->add_contacts();
    fill_contact(state_, ref, at_, filter_.data, &row);
    room.take(row.ByteSizeLong());
  }
  return true;
}

}  // namespace cordboard
