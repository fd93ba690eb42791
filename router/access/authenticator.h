// Who calls? From a bearer token or from the names in a client's certificate, the token first.
//
// Thread-safe. A token is checked once; who it speaks of is remembered until it expires or the keys change.
// The file of keys is read again when it has changed; one that cannot be read then is reported, and the keys
// before it stay in force.

#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "router/access/access_config.h"
#include "router/access/key_set.h"

namespace cordboard {

inline constexpr std::size_t kMaxRememberedTokens = 16'384;
// How often the file of keys is looked at, at most; it is looked at when somebody calls.
inline constexpr Duration kKeyFileCheck = std::chrono::seconds(1);

// What a caller shows. The views are of the call.
struct Credentials {
  std::string_view authorization;                   // the header: "Bearer TOKEN"; empty = none
  std::vector<std::string_view> certificate_names;  // subject alternative names of a verified certificate
};

class Authenticator {
 public:
  using Report = std::function<void(const std::string& problem)>;  // from any thread

  // Or what is wrong with the configuration or the file of keys, for people.
  static std::variant<std::unique_ptr<Authenticator>, std::string> create(AccessConfig config, Report report);

  // Or why not, for people; nothing of the credentials is in it.
  std::variant<std::shared_ptr<const Identity>, std::string> authenticate(const Credentials& credentials,
                                                                          Time now);

 private:
  Authenticator(AccessConfig config, Report report);
  std::variant<std::shared_ptr<const Identity>, std::string> by_token(std::string_view token, Time now);
  std::shared_ptr<const Identity> by_certificate(const std::vector<std::string_view>& names) const;
  // The keys in force. REQUIRES: mutex_ is held.
  std::shared_ptr<const KeySet> keys(Time now);

  const AccessConfig config_;
  const Report report_;
  std::unordered_map<std::string, std::shared_ptr<const Identity>> certificates_;  // by SAN; fixed

  std::mutex mutex_;  // guards the rest
  std::shared_ptr<const KeySet> keys_;
  std::filesystem::file_time_type keys_written_{};
  Time next_look_{};  // at the file of keys
  std::unordered_map<std::string, std::shared_ptr<const Identity>> tokens_;
};

}  // namespace cordboard
