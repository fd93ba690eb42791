#include "router/grpc/outbox.h"

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

void Outbox::add(const Fragments& fragments, Counted counted) {
  if (fragments.empty()) return;
  Lock lock(mutex_);
  if (closing_) return;
  const auto& marks = fragments.marks();
  std::size_t start = 0;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    // A revision is sent when its last run is.
    const bool whole = i + 1 == marks.size() || marks[i + 1].revision > marks[i].revision;
    const std::uint64_t revision =
        whole || marks[i].revision == 0 ? marks[i].revision : marks[i].revision - 1;
    add_run(fragments.bytes().substr(start, marks[i].end - start), revision, counted);
    start = marks[i].end;
  }
  if (over_limit()) cut_slow_reader();
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
  if (counted == Counted::Yes) {
    chunk.counted += bytes;
    counted_ += bytes;
  }
  return chunk;
}

void Outbox::add_message(grpc::Slice message, std::uint64_t revision, Counted counted) {
  Lock lock(mutex_);
  if (closing_) return;
  Chunk& chunk = grow(Chunk::Kind::Message, message.size(), counted);
  chunk.revision = revision;
  chunk.slices.push_back(std::move(message));
  if (over_limit()) cut_slow_reader();
  go_on(lock);
}

void Outbox::add_wrapped(const grpc::Slice& content, std::uint64_t revision, Counted counted) {
  Lock lock(mutex_);
  if (closing_) return;
  Chunk& chunk = grow(Chunk::Kind::Wrapped, content.size(), counted);
  chunk.revision = revision;
  chunk.slices.push_back(content);
  if (over_limit()) cut_slow_reader();
  go_on(lock);
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
  drop_chunks();
  closing_ = closed_status(reason, code, message, sent_revision_);
  go_on(lock);
}

// What leaves at once does not wait for the reader.
bool Outbox::over_limit() const {
  const std::size_t leaving = writing_ || chunks_.empty() ? 0 : chunks_.front().counted;
  return counted_ - leaving > limit_;
}

void Outbox::cut_slow_reader() {
  counters_.slow_readers[kind_].fetch_add(1, std::memory_order_relaxed);
  drop_chunks();
  closing_ = closed_status(v1::StreamClosedDetail::SLOW_READER, grpc::RESOURCE_EXHAUSTED,
                           "SLOW_READER: more than " + std::to_string(limit_) + " bytes wait to be read",
                           sent_revision_);
}

void Outbox::drop_chunks() {
  chunks_.clear();
  counted_ = 0;
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
  if (!ok) {
    drop_chunks();
    if (!closing_) closing_ = grpc::Status::CANCELLED;
  }
  go_on(lock);
}

// Starts the next message, or ends the stream when it is closing and nothing is left.
void Outbox::go_on(Lock& lock) {
  if (closing_ && !told_) {
    told_ = true;
    lock.unlock();
    wire_.closing();
    lock.lock();
  }
  if (writing_ || finished_) return;
  if (!chunks_.empty()) {
    Chunk chunk = std::move(chunks_.front());
    chunks_.pop_front();
    counted_ -= chunk.counted;
    sent_revision_ = chunk.revision;
    writing_ = true;
    lock.unlock();
    pack(std::move(chunk));
    wire_.start_write(&current_);
  } else if (closing_) {
    finished_ = true;
    const grpc::Status status = *closing_;
    lock.unlock();
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
