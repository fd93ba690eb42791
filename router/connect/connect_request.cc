#include "router/connect/connect_request.h"

#include <algorithm>
#include <charconv>

namespace cordboard {
namespace {

constexpr std::size_t kMaxTimeoutDigits = 10;

// "application/proto; charset=utf-8" is "application/proto".
std::string_view media_type(std::string_view value) {
  value = value.substr(0, value.find(';'));
  while (value.ends_with(' ')) value.remove_suffix(1);
  return value;
}

std::optional<ConnectError> check_content_type(const HttpRequest& request, const char* expected) {
  const std::string* const type = request.header("content-type");
  if (type != nullptr && same_letters(media_type(*type), expected)) return std::nullopt;
  return ConnectError{ConnectCode::Unknown,
                      "Content-Type: expected " + std::string(expected) + ", found " +
                          (type == nullptr ? "none" : '"' + *type + '"'),
                      {},
                      415};
}

std::optional<ConnectError> check_encoding(const HttpRequest& request, const char* header) {
  const std::string* const coding = request.header(header);
  if (coding == nullptr || same_letters(*coding, "identity")) return std::nullopt;
  return ConnectError{ConnectCode::Unimplemented,
                      std::string(header) + ": \"" + *coding + "\" is not supported; supported: identity"};
}

std::optional<ConnectError> check_version(const HttpRequest& request) {
  const std::string* const version = request.header("Connect-Protocol-Version");
  if (version == nullptr || *version == "1") return std::nullopt;
  return ConnectError{ConnectCode::InvalidArgument,
                      "Connect-Protocol-Version: expected 1, found \"" + *version + '"'};
}

std::optional<ConnectError> read_timeout(const HttpRequest& request,
                                         std::optional<std::chrono::milliseconds>& timeout) {
  const std::string* const text = request.header("Connect-Timeout-Ms");
  if (text == nullptr) return std::nullopt;
  std::int64_t ms = 0;
  const char* const end = text->data() + text->size();
  const auto [parsed, error] = std::from_chars(text->data(), end, ms);
  if (error != std::errc() || parsed != end || ms <= 0 || text->size() > kMaxTimeoutDigits) {
    return ConnectError{
        ConnectCode::InvalidArgument,
        "Connect-Timeout-Ms: expected a positive number of at most 10 digits, found \"" + *text + '"'};
  }
  timeout = std::chrono::milliseconds(ms);
  return std::nullopt;
}

// What gRPC carries in metadata; it stops the process at anything else.
std::optional<ConnectError> read_metadata(const HttpRequest& request, const char* name, std::string& value) {
  const std::string* const text = request.header(name);
  if (text == nullptr) return std::nullopt;
  if (!std::all_of(text->begin(), text->end(), [](char c) { return ' ' <= c && c <= '~'; })) {
    return ConnectError{ConnectCode::InvalidArgument, std::string(name) + ": printable ASCII only"};
  }
  value = *text;
  return std::nullopt;
}

}  // namespace

std::variant<ConnectHeaders, ConnectError> read_headers(const HttpRequest& request, bool streams) {
  ConnectHeaders headers;
  if (auto wrong = check_content_type(request, streams ? kStreamContent : kUnaryContent)) return *wrong;
  if (auto wrong = check_version(request)) return *wrong;
  if (auto wrong = check_encoding(request, "Content-Encoding")) return *wrong;
  if (auto wrong = check_encoding(request, "Connect-Content-Encoding")) return *wrong;
  if (auto wrong = read_timeout(request, headers.timeout)) return *wrong;
  if (auto wrong = read_metadata(request, "authorization", headers.authorization)) return *wrong;
  if (auto wrong = read_metadata(request, "cordboard-tenant", headers.tenant)) return *wrong;
  return headers;
}

}  // namespace cordboard
