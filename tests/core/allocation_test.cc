// In the steady state a command makes no allocation.

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "tests/support/busy_center.h"

namespace {
std::atomic<std::uint64_t> allocations{0};
}

void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace cordboard::testing {
namespace {

TEST(Allocations, AContactFromSubmitToWrapUpMakesNone) {
  BusyCenter center(1'000);
  for (int i = 0; i < 5'000; ++i) center.serve_one_contact();  // everything has grown to its size
  constexpr int kContacts = 10'000;
  const std::uint64_t before = allocations;
  for (int i = 0; i < kContacts; ++i) center.serve_one_contact();
  // What is left are the blocks of deques, a few for a thousand contacts.
  EXPECT_LT(allocations - before, kContacts / 50) << "for " << kContacts << " contacts";
}

}  // namespace
}  // namespace cordboard::testing
