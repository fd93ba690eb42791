#include "router/loop/decode_ahead.h"

#include <utility>

#include "router/codec/storage_codec.h"

namespace cordboard {

DecodeAhead::DecodeAhead(Store& store, std::uint64_t first_sequence) : store_(store), first_(first_sequence) {
  for (Slot& slot : slots_) slot.commands.resize(kCommands);
  thread_ = std::thread([this] { read(); });
}

DecodeAhead::~DecodeAhead() {
  stopped_ = true;
  free_.release();
  thread_.join();
}

const DecodeAhead::Batch* DecodeAhead::next() {
  if (is_over()) return nullptr;
  if (taken_ > 0) free_.release();
  ready_.acquire();
  if (is_over()) return nullptr;
  return &slots_[taken_++ % kBatches].batch;
}

void DecodeAhead::read() {
  free_.acquire();
  result_ = store_.read_from(first_, [this](std::span<const LogRecord> records) {
    for (const LogRecord& record : records) {
      if (!take(record)) return false;
    }
    return true;
  });
  if (slots_[written_ % kBatches].filled > 0) hand_over();
  ended_ = true;
  ready_.release();
}

bool DecodeAhead::take(const LogRecord& record) {
  Slot& slot = slots_[written_ % kBatches];
  if (slot.filled == 0) slot.batch.first_sequence = record.sequence;
  slot.batch.undecodable = decode_command(record.payload, slot.commands[slot.filled]);
  if (slot.batch.undecodable) {
    hand_over();
    return false;
  }
  ++slot.filled;
  return slot.filled < kCommands || hand_over();
}

bool DecodeAhead::hand_over() {
  Slot& full = slots_[written_ % kBatches];
  full.batch.commands = std::span(full.commands).first(std::exchange(full.filled, 0));
  ++written_;
  ready_.release();
  free_.acquire();
  return !stopped_;
}

}  // namespace cordboard
