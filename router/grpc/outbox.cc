#include "router/grpc/outbox.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "router/codec/api_errors.h"

namespace cordboard {
namespace {

// The text as a slice, without a copy.
grpc::Slice to_slice(std::string&& text) {
  auto owned = std::make_unique<std::string>(std::move(text));
  char* const bytes = owned->data();
  const std::size_t size = owned->size();
  return grpc::Slice(
      bytes, size, [](void* data) { delete static_cast<std::string*>(data); }, owned.release());
}

grpc::Status closed_status(v1::StreamClosedDetail::Reason reason, grpc::StatusCode code,
                           const std::string& message, std::uint64_t resume_revision) {
  v1::StreamClosedDetail detail;
  detail.set_reason(reason);
  detail.set_resume_revision(resume_revision);
  return {code, message, status_details(code, message, detail)};
}

}  // namespace

Outbox::~Outbox() {
  drop_chunks();
  bytes_on_its_way_ = 0;
  count_unread();
}

void Outbox::resume_from(std::uint64_t revision) {
  const Lock lock(mutex_);
  sent_revision_ = arrived_revision_ = revision;
}

void Outbox::begin_flush() {
  const Lock lock(mutex_);
  behind_ = over_limit();
}

void Outbox::add(const Fragments& fragments, Counted counted) {
  if (fragments.empty()) return;
  Lock lock(mutex_);
  if (closing_) return;
  const std::size_t counted_before = counted_;
  const auto& marks = fragments.marks();
  std::size_t start = 0;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    // A revision is sent when its last run is.
    const bool whole = i + 1 == marks.size() || marks[i + 1].revision > marks[i].revision;
    const std::uint64_t revision =
        whole || marks[i].revision == 0 ? marks[i].revision : marks[i].revision - 1;
    add_run(fragments.bytes().substr(start, marks[i].end - start), revision,
            counted == Counted::No ? counted : marks[i].counted);
    start = marks[i].end;
  }
  if (behind_ && counted_ > counted_before) cut_slow_reader();
  go_on(lock);
}

void Outbox::add_run(std::string_view bytes, std::uint64_t revision, Counted counted) {
  Chunk& chunk = grow(Chunk::Kind::Elements, bytes.size(), counted);
  chunk.text += bytes;
  if (revision > chunk.revision) chunk.revision = revision;
}

Outbox::Chunk& Outbox::grow(Chunk::Kind kind, std::size_t bytes, Counted counted) {
  const bool joins = !chunks_.empty() && chunks_.back().kind == kind && kind != Chunk::Kind::Message &&
                     chunks_.back().bytes + bytes <= kMessageBytes;
  if (!joins) {
    const std::uint64_t revision = chunks_.empty() ? sent_revision_ : chunks_.back().revision;
    chunks_.emplace_back();
    chunks_.back().kind = kind;
    chunks_.back().revision = revision;
  }
  Chunk& chunk = chunks_.back();
  chunk.bytes += bytes;
  bytes_ += bytes;
  if (counted == Counted::Yes) {
    chunk.counted += bytes;
    counted_ += bytes;
  }
  return chunk;
}

void Outbox::add_message(grpc::Slice message, std::uint64_t revision) {
  Lock lock(mutex_);
  if (closing_) return;
  Chunk& chunk = grow(Chunk::Kind::Message, message.size(), Counted::No);
  chunk.revision = revision;
  chunk.slices.push_back(std::move(message));
  go_on(lock);
}

bool Outbox::add_wrapped(const grpc::Slice& content, std::uint64_t revision) {
  Lock lock(mutex_);
  if (closing_) return true;
  if (writing_ && !fits(counted_ + content.size())) {
    room_wanted_ = true;
    return false;
  }
  Chunk& chunk = grow(Chunk::Kind::Wrapped, content.size(), Counted::Yes);
  chunk.revision = revision;
  chunk.slices.push_back(content);
  go_on(lock);
  return true;
}

bool Outbox::is_full() {
  const Lock lock(mutex_);
  if (closing_ || fits(bytes_)) return false;
  room_wanted_ = true;
  return true;
}

void Outbox::allow(std::size_t bytes) {
  const Lock lock(mutex_);
  limit_ = std::max(limit_, bytes);
}

void Outbox::close(const grpc::Status& status) {
  Lock lock(mutex_);
  if (closing_) return;
  closing_ = status;
  go_on(lock);
}

void Outbox::close(v1::StreamClosedDetail::Reason reason, grpc::StatusCode code, const std::string& message) {
  Lock lock(mutex_);
  if (closing_) return;
  closing_ = closed_status(reason, code, message, chunks_.empty() ? sent_revision_ : chunks_.back().revision);
  go_on(lock);
}

void Outbox::cut(v1::StreamClosedDetail::Reason reason, grpc::StatusCode code, const std::string& message) {
  Lock lock(mutex_);
  if (closing_) return;
  if (reason == v1::StreamClosedDetail::SLOW_READER) {
    counters_.slow_readers[kind_].fetch_add(1, std::memory_order_relaxed);
  }
  drop_chunks();
  closing_ = closed_status(reason, code, message, sent_revision_);
  go_on(lock);
}

void Outbox::cut_slow_reader() {
  counters_.slow_readers[kind_].fetch_add(1, std::memory_order_relaxed);
  drop_chunks();
  closing_ = closed_status(v1::StreamClosedDetail::SLOW_READER, grpc::RESOURCE_EXHAUSTED,
                           "SLOW_READER: more than " + std::to_string(limit_) + " bytes wait to be read",
                           sent_revision_);
}

std::optional<grpc::Status> Outbox::give_up(Duration patience, const std::function<bool()>& still_late) {
  Lock lock(mutex_);
  if (!writing_ || !still_late()) return std::nullopt;
  drop_chunks();
  if (!closing_ || closing_->ok()) {
    counters_.slow_readers[kind_].fetch_add(1, std::memory_order_relaxed);
    closing_ = closed_status(
        v1::StreamClosedDetail::SLOW_READER, grpc::RESOURCE_EXHAUSTED,
        "SLOW_READER: nothing was read for " + std::to_string(patience / Duration{1'000}) + " ms",
        arrived_revision_);
  }
  // The details of a status cannot be told any more.
  std::string text = closing_->error_message();
  if (arrived_revision_ != 0) text += "; resume_revision " + std::to_string(arrived_revision_);
  const grpc::Status told{closing_->error_code(), text};
  go_on(lock);
  return told;
}

void Outbox::drop_chunks() {
  chunks_.clear();
  bytes_ = 0;
  counted_ = 0;
}

// What came and went since the last call.
void Outbox::count_unread() {
  const std::size_t unread = bytes_ + bytes_on_its_way_;
  if (unread == reported_) return;
  counters_.unread_bytes[kind_].fetch_add(unread - reported_, std::memory_order_relaxed);  // modulo 2^64
  reported_ = unread;
}

void Outbox::abandon() {
  Lock lock(mutex_);
  drop_chunks();
  if (!closing_) closing_ = grpc::Status::CANCELLED;
  go_on(lock);
}

bool Outbox::closing() const {
  const Lock lock(mutex_);
  return closing_.has_value();
}

void Outbox::written(bool ok) {
  Lock lock(mutex_);
  writing_ = false;
  bytes_on_its_way_ = 0;
  if (ok) {
    arrived_revision_ = sent_revision_;
  } else {
    drop_chunks();
    if (!closing_) closing_ = grpc::Status::CANCELLED;
  }
  go_on(lock);
}

// Starts the next message, or ends the stream when it is closing and nothing is left.
void Outbox::go_on(Lock& lock) {
  if (closing_ && !told_) {
    told_ = true;
    count_unread();
    lock.unlock();
    wire_.closing();
    lock.lock();
  }
  if (writing_ || finished_) return count_unread();
  std::optional<Chunk> next;
  if (!chunks_.empty()) {
    next = std::move(chunks_.front());
    chunks_.pop_front();
    bytes_ -= next->bytes;
    counted_ -= next->counted;
    bytes_on_its_way_ = next->bytes;
    sent_revision_ = next->revision;
    writing_ = true;
  }
  finished_ = closing_ && !next;
  const bool room = chunks_.empty() && !closing_ && std::exchange(room_wanted_, false);
  const grpc::Status status = finished_ ? *closing_ : grpc::Status::OK;
  const bool finishes = finished_;
  count_unread();
  lock.unlock();
  if (room) wire_.room();
  if (next) {
    pack(std::move(*next));
    wire_.start_write(&current_);
  } else if (finishes) {
    wire_.finish(status);
  }
}

// REQUIRES: no message is on its way, and this thread is the one that starts the next.
void Outbox::pack(Chunk&& chunk) {
  if (chunk.kind == Chunk::Kind::Elements) {
    chunk.slices.push_back(to_slice(std::move(chunk.text)));
  } else if (chunk.kind == Chunk::Kind::Wrapped) {
    std::size_t size = 0;
    for (const grpc::Slice& slice : chunk.slices) size += slice.size();
    std::string header;
    WireWriter(header).header(kWrapField, size);
    chunk.slices.insert(chunk.slices.begin(), grpc::Slice(header));
  }
  grpc::ByteBuffer message(chunk.slices.data(), chunk.slices.size());
  current_.Swap(&message);
  counters_.messages_sent[kind_].fetch_add(1, std::memory_order_relaxed);
  counters_.bytes_sent[kind_].fetch_add(current_.Length(), std::memory_order_relaxed);
}

}  // namespace cordboard
