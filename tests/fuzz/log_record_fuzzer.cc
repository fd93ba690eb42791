// Any bytes: a command of the log or an error; a command that was read is written the same.

#include <cstdint>
#include <string>
#include <string_view>

#include "router/codec/storage_codec.h"
#include "router/core/assert.h"

using namespace cordboard;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Command command;
  if (decode_command(std::string_view(reinterpret_cast<const char*>(data), size), command)) return 0;
  std::string once;
  encode_command(command, once);
  Command again;
  CB_ASSERT(!decode_command(once, again), "a record we wrote is refused");
  std::string twice;
  encode_command(again, twice);
  CB_ASSERT(once == twice, "writing a record is not stable");
  return 0;
}
