// Any bytes: a row of the audit trail or an error; a row that was read is written the same, and its texts are
// shown as plain ones.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "router/codec/plain_text.h"
#include "router/codec/storage_audit.h"
#include "router/core/assert.h"
#include "router/core/utf8.h"

using namespace cordboard;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  AuditEntry entry;
  if (decode_audit(std::string_view(reinterpret_cast<const char*>(data), size), entry)) return 0;
  AuditEntry again;
  CB_ASSERT(!decode_audit(encode_audit(entry), again), "a row we wrote is refused");
  CB_ASSERT(again == entry, "a row comes back as another one");
  for (const std::string& text : {entry.who, entry.contact, entry.reason, entry.refusal}) {
    const std::string plain = plain_text(text);
    CB_ASSERT(find_invalid_utf8(plain) == std::string_view::npos, "a plain text is no UTF-8");
    CB_ASSERT(std::none_of(plain.begin(), plain.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }),
              "a plain text has a control character");
    CB_ASSERT(plain_text(plain) == plain, "a plain text is not plain");
  }
  return 0;
}
