// The latest notices of all gateways, so that a session can go on where the one before it stopped.
//
// In blocks of many, so that keeping and forgetting a notice costs no allocation. Belongs to the loop's
// thread.

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "router/core/types.h"
#include "router/grpc/fragments.h"

namespace cordboard {

class NoticeHistory {
 public:
  // At most `notices`, and `bytes` of them.
  NoticeHistory(std::size_t notices, std::size_t bytes) : notices_limit_(notices), bytes_limit_(bytes) {}

  // REQUIRES: `revision` is not below that of the notice before.
  void keep(std::uint64_t revision, GatewayRef gateway, std::string_view element);

  // The newest revision of which something was forgotten; 0 when nothing was.
  std::uint64_t forgotten() const { return forgotten_; }
  // Appends the gateway's notices after `revision`.
  void copy_after(std::uint64_t revision, GatewayRef gateway, Fragments& out) const;

 private:
  struct Kept {
    std::uint64_t revision;
    GatewayRef gateway;
    std::string_view element;  // in blocks_
  };
  struct Block {
    std::string bytes;         // never grows
    std::size_t elements = 0;  // that are not forgotten
  };

  std::string_view store(std::string_view element);
  void forget_oldest();

  const std::size_t notices_limit_;
  const std::size_t bytes_limit_;
  std::deque<Kept> kept_;
  std::deque<Block> blocks_;
  std::size_t bytes_ = 0;
  std::uint64_t forgotten_ = 0;
};

}  // namespace cordboard
