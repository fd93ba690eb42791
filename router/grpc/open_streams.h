// Every open stream of the process: their number is limited, and all are told when the router stops.
//
// Thread-safe.

#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace cordboard {

class EdgeStream;

class OpenStreams {
 public:
  explicit OpenStreams(std::uint32_t limit) : limit_(limit) {}

  // False when there are too many, or the router stops.
  bool add(const std::shared_ptr<EdgeStream>& stream);
  void remove(const EdgeStream& stream);

  // Ends every stream after what it was given to send, and lets no further one in.
  void close_all();

  std::uint32_t count() const;
  std::uint32_t limit() const { return limit_; }
  bool closed() const;

 private:
  const std::uint32_t limit_;
  mutable std::mutex mutex_;
  bool closed_ = false;
  std::unordered_map<const EdgeStream*, std::weak_ptr<EdgeStream>> streams_;
};

}  // namespace cordboard
