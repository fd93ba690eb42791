// Any bytes: restored or refused, and what was restored can be saved again.

#include <cstdint>
#include <string_view>

#include "router/core/assert.h"
#include "router/core/engine.h"

using namespace cordboard;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Engine engine;
  if (engine.restore(std::string_view(reinterpret_cast<const char*>(data), size))) return 0;
  Engine copy;
  CB_ASSERT(!copy.restore(engine.snapshot()), "a snapshot of a restored engine is refused");
  CB_ASSERT(copy.digest() == engine.digest(), "a restored copy has another digest");
  return 0;
}
