// Any text as a JSON Web Key Set: keys that can check signatures, or what is wrong; never a secret.

#include <string>
#include <string_view>
#include <variant>

#include "router/access/access_config.h"
#include "router/access/key_set.h"
#include "tests/fuzz/fuzz_input.h"

using namespace cordboard;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parsed = parse_key_set(cordboard::testing::text_of(data, size));
  if (const auto* wrong = std::get_if<std::string>(&parsed)) {
    CB_ASSERT(!wrong->empty(), "refused without a reason");
    return 0;
  }
  const auto& keys = std::get<KeySet>(parsed);
  CB_ASSERT(!keys.empty(), "a set without a key");
  for (const SigningKey& key : keys) {
    CB_ASSERT(key.key != nullptr, "a key that is none");
    const cjose_jwk_kty_t kind = cjose_jwk_get_kty(key.key.get(), nullptr);
    CB_ASSERT(kind != CJOSE_JWK_KTY_OCT, "a secret among the public keys");
    CB_ASSERT(!key.fits("HS256") && !key.fits("none") && !key.fits(""), "fits what is no public signature");
    for (const std::string_view algorithm : token_algorithms()) {
      const SigningKey* const found = find_key(keys, key.id, algorithm);
      CB_ASSERT(found == nullptr || found->fits(algorithm), "found a key of another kind");
    }
  }
  return 0;
}
