#include "router/access/key_set.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "router/access/base64url.h"
#include "router/access/json.h"

namespace cordboard {
namespace {

// The numbers of a key, as RFC 7518 names them.
constexpr const char* kNumbers[] = {"x", "y", "n", "e", "d", "p", "q", "dp", "dq", "qi"};

bool has_whole_numbers(const json_t* item) {
  return std::all_of(std::begin(kNumbers), std::end(kNumbers), [&](const char* name) {
    return json_object_get(item, name) == nullptr || base64url_size(text_member(item, name)).value_or(0) > 0;
  });
}

// nullopt: a key for something else. A key that says it is for signatures and cannot be read is an error.
std::optional<std::variant<SigningKey, std::string>> read_key(const json_t* item) {
  const std::string type = text_member(item, "kty");
  const std::string use = text_member(item, "use");
  if (type == "oct" || (!use.empty() && use != "sig")) return std::nullopt;
  SigningKey key{text_member(item, "kid"), text_member(item, "alg"), nullptr};
  const std::unique_ptr<char, ReleaseText> text(json_dumps(item, JSON_COMPACT));
  cjose_err error{};
  if (text != nullptr && has_whole_numbers(item))
    key.key.reset(cjose_jwk_import(text.get(), std::char_traits<char>::length(text.get()), &error));
  if (key.key == nullptr)
    return "key \"" + key.id + "\" (kty \"" + type + "\") cannot be read: an RSA or EC key is expected";
  return key;
}

}  // namespace

bool SigningKey::fits(std::string_view signed_with) const {
  if (!algorithm.empty() && algorithm != signed_with) return false;
  const cjose_jwk_kty_t kind = cjose_jwk_get_kty(key.get(), nullptr);
  const std::string_view family = signed_with.substr(0, 2);
  if (family == "RS" || family == "PS") return kind == CJOSE_JWK_KTY_RSA;
  return family == "ES" && kind == CJOSE_JWK_KTY_EC;
}

std::variant<KeySet, std::string> parse_key_set(std::string_view json) {
  const Json root = parse_json(json);
  const json_t* const list = root == nullptr ? nullptr : json_object_get(root.get(), "keys");
  if (!json_is_array(list)) return "expected a JSON Web Key Set: {\"keys\": [...]}";
  KeySet keys;
  for (std::size_t i = 0; i < json_array_size(list); ++i) {
    auto read = read_key(json_array_get(list, i));
    if (!read) continue;
    if (auto* wrong = std::get_if<std::string>(&*read)) return *wrong;
    keys.push_back(std::move(std::get<SigningKey>(*read)));
  }
  if (keys.empty()) return "there is no public key for signatures in it";
  return keys;
}

std::variant<KeySet, std::string> load_key_set(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return "cannot be read";
  return parse_key_set(std::string(std::istreambuf_iterator<char>(in), {}));
}

const SigningKey* find_key(const KeySet& keys, std::string_view id, std::string_view algorithm) {
  const SigningKey* found = nullptr;
  for (const SigningKey& key : keys) {
    if ((!id.empty() && key.id != id) || !key.fits(algorithm)) continue;
    if (found != nullptr) return nullptr;  // which one?
    found = &key;
  }
  return found;
}

}  // namespace cordboard
