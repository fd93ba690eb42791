// Any text: parsed or refused with a position inside it, and the canonical text means the same.

#include <cstdint>
#include <string_view>

#include "router/core/assert.h"
#include "router/core/requirement.h"

using namespace cordboard;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = parse_requirement(text);
  if (const auto* error = std::get_if<RequirementError>(&parsed)) {
    CB_ASSERT(error->position <= size, "position %zu of %zu", error->position, size);
    return 0;
  }
  const auto& requirement = std::get<Requirement>(parsed);
  const auto again = parse_canonical(requirement.canonical());
  CB_ASSERT(std::holds_alternative<Requirement>(again), "the canonical text does not parse");
  CB_ASSERT(std::get<Requirement>(again).canonical() == requirement.canonical(),
            "the canonical text is not stable");
  return 0;
}
