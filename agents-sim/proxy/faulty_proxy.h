// A way to a router that is bad on purpose: what comes through comes late, pauses, breaks off, is closed in
// one direction only, or vanishes until the connection is cut.
//
// It knows bytes and connections, no messages: nothing is changed, exchanged or repeated, as TCP does not do
// that either. When a fault comes and which one it is follows from the seed and the number of the connection;
// how much has been transferred by then does not. Works on a thread of its own.

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "router/core/types.h"

namespace cordboard::sim {

struct ProxyTally {
  std::uint64_t connections = 0;
  std::uint64_t delayed = 0;      // pieces that came some milliseconds late
  std::uint64_t paused = 0;       // times that one direction stood still for up to two seconds
  std::uint64_t cut = 0;          // connections that were reset
  std::uint64_t half_closed = 0;  // closed in one direction, and a little later in the other one
  std::uint64_t swallowed = 0;    // all bytes were taken and none came out, until the connection was cut
};

class FaultyProxy {
 public:
  // `mean_life`: how long a connection is left alone, on average. Throws std::system_error when there is no
  // port to listen on.
  FaultyProxy(std::uint64_t seed, Duration mean_life);
  ~FaultyProxy();
  FaultyProxy(const FaultyProxy&) = delete;
  FaultyProxy& operator=(const FaultyProxy&) = delete;

  // HOST:PORT, on loopback.
  const std::string& address() const;
  // Where new connections lead to, HOST:PORT; until then they are refused. Throws std::system_error when the
  // host is not known.
  void lead_to(const std::string& target);
  // Cuts every connection, and takes no more.
  void close();
  ProxyTally tally() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cordboard::sim
