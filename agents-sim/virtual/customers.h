// The contacts of a run that the engine knows, by the reference that the engine gave them.
//
// A slot is reused when the engine reuses the reference, so memory is bounded by the contacts alive at once.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agents-sim/scenario/arrival_source.h"
#include "agents-sim/virtual/ledger.h"
#include "router/core/types.h"

namespace cordboard::sim {

enum class Stage : std::uint8_t { Gone, Queued, WithAgent };

struct Customer {
  std::string id;
  std::uint64_t serial = 0;  // of the contact, never reused
  std::uint64_t stamp = 0;   // of its stay in a queue or with an agent, never reused
  std::uint32_t stream = 0;
  std::uint32_t attempt = 1;  // see Arrival
  std::uint64_t number = 0;
  const ArrivalRecord* record = nullptr;
  std::uint32_t agent = 0;  // who handles it
  std::uint32_t segment = 0;
  Stage stage = Stage::Gone;
  bool delayed = true;
  bool patience_running = false;
  bool transfers = false;
  bool callback = false;  // hung up, and waits for the call
  CountedIn where;
  Time queued_at;
  Duration handle{};
  Time handled_at = kNever;  // with an agent: when the handling ends, unless it is interrupted
  Duration handle_left{};    // interrupted: from its resumption on
  Duration patience{};

  // What it was when it arrived, except for the patience.
  Arrival as_arrival() const { return {handle, {}, transfers, number, attempt, record}; }

  // Still in its first queue, where it is counted.
  bool is_first_wait() const { return stage == Stage::Queued && segment == 0; }

  bool is_handled_by(std::uint32_t whom) const {
    return stage == Stage::WithAgent && agent == whom && handled_at != kNever;
  }
};

class Customers {
 public:
  Customer& operator[](ContactRef contact) {
    if (contact.value >= slots_.size()) slots_.resize(contact.value + 1);
    return slots_[contact.value];
  }
  std::vector<Customer>& slots() { return slots_; }

  // The agent interrupts the work: what is left of it is left still when it is resumed.
  void set_aside(ContactRef contact, std::uint32_t agent, Time now) {
    Customer& customer = (*this)[contact];
    if (!customer.is_handled_by(agent)) return;
    customer.stamp = new_stamp();
    customer.handle_left = customer.handled_at - now;
  }

  std::uint64_t new_stamp() { return ++last_stamp_; }

 private:
  std::vector<Customer> slots_;
  std::uint64_t last_stamp_ = 0;
};

}  // namespace cordboard::sim
