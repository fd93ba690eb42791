// Attacks on an HTTP/2 server that are known by name, each on connections of its own. SECURITY.md says what
// comes of them.

#pragma once

#include <span>
#include <string>

#include "tests/http2/http2_wire.h"

namespace cordboard::http2 {

struct Attack {
  const char* name;  // "CVE-2023-1428 te"
  const char* what;  // is tried
  // Carries it out; `size` is how often, or how much, by the attack. What came of it on its own connections,
  // for people; "POISONED" at the beginning when others who share a connection were harmed.
  std::string (*run)(const Target& target, int size);
  int size;
};

std::span<const Attack> attacks();

}  // namespace cordboard::http2
