#include "router/grpc/open_streams.h"

#include <vector>

#include "router/grpc/edge_stream.h"

namespace cordboard {

bool OpenStreams::add(const std::shared_ptr<EdgeStream>& stream) {
  const std::lock_guard lock(mutex_);
  if (closed_ || streams_.size() >= limit_) return false;
  streams_.emplace(stream.get(), stream);
  return true;
}

void OpenStreams::remove(const EdgeStream& stream) {
  const std::lock_guard lock(mutex_);
  streams_.erase(&stream);
}

void OpenStreams::close_all() {
  std::vector<std::shared_ptr<EdgeStream>> open;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    for (const auto& [address, weak] : streams_) {
      if (auto stream = weak.lock()) open.push_back(std::move(stream));
    }
  }
  for (const auto& stream : open) {
    stream->outbox().close(v1::StreamClosedDetail::SHUTTING_DOWN, grpc::UNAVAILABLE,
                           "SHUTTING_DOWN: reconnect and resume");
  }
}

std::uint32_t OpenStreams::count() const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::uint32_t>(streams_.size());
}

bool OpenStreams::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

}  // namespace cordboard
