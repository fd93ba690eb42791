#include "agents-sim/virtual/ledger.h"

namespace cordboard::sim {
namespace {

std::uint64_t us(Duration duration) { return static_cast<std::uint64_t>(duration.count()); }

}  // namespace

Ledger::Ledger(std::uint32_t units, std::uint32_t cells, std::uint32_t groups)
    : units_(units),
      cells_(cells),
      groups_(groups),
      tallies_(std::size_t{units} * cells),
      agents_(std::size_t{units} * groups) {}

void Ledger::blocked(std::uint32_t cell) {
  if (unit_ != kNoUnit) ++at({unit_, cell}).contacts.blocked;
}

void Ledger::refused(std::uint32_t cell) {
  if (unit_ != kNoUnit) ++at({unit_, cell}).contacts.refused;
}

void Ledger::entered(CountedIn where, bool delayed) {
  if (where.unit == kNoUnit) return;
  ContactTally& tally = at(where).contacts;
  ++tally.offered;
  if (delayed) ++tally.delayed;
  ++open_;
}

ContactTally* Ledger::close(CountedIn where, Duration wait, bool delayed) {
  if (where.unit == kNoUnit) return nullptr;
  Cell& cell = at(where);
  cell.waits.add(wait);
  cell.contacts.wait_us += us(wait);
  if (delayed) cell.contacts.wait_delayed_us += us(wait);
  --open_;
  return &cell.contacts;
}

void Ledger::answered(CountedIn where, Duration wait, Duration handle, bool delayed, Duration target) {
  ContactTally* tally = close(where, wait, delayed);
  if (tally == nullptr) return;
  ++tally->answered;
  if (wait <= target) ++tally->answered_within;
  tally->wait_answered_us += us(wait);
  tally->handle_us += us(handle);
}

void Ledger::abandoned(CountedIn where, Duration wait, bool delayed) {
  if (ContactTally* tally = close(where, wait, delayed)) ++tally->abandoned;
}

void Ledger::expired(CountedIn where, Duration wait, bool delayed) {
  if (ContactTally* tally = close(where, wait, delayed)) ++tally->expired;
}

void Ledger::cancelled(CountedIn where, Duration wait, bool delayed) {
  if (ContactTally* tally = close(where, wait, delayed)) ++tally->cancelled;
}

void Ledger::still_waiting(CountedIn where, Duration wait, bool delayed, Duration target) {
  ContactTally* tally = close(where, wait, delayed);
  if (tally == nullptr) return;
  ++tally->still_waiting;
  if (wait > target) ++tally->waiting_late;
}

void Ledger::transferred(CountedIn where) {
  if (where.unit != kNoUnit) ++at(where).contacts.transferred;
}

void Ledger::took_callback(CountedIn where) {
  if (where.unit != kNoUnit) ++at(where).contacts.callbacks;
}

void Ledger::called_back(CountedIn where) {
  if (where.unit != kNoUnit) ++at(where).contacts.called_back;
}

void Ledger::repeated(CountedIn where) {
  if (where.unit != kNoUnit) ++at(where).contacts.repeated;
}

}  // namespace cordboard::sim
