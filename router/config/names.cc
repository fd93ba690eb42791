#include "router/config/names.h"

#include <charconv>
#include <cstdint>

#include "router/config/config.h"
#include "router/core/destinations.h"
#include "router/core/ids.h"
#include "router/core/requirement.h"

namespace cordboard {
namespace {

constexpr std::string_view kNameLimits = "1..64 of A-Z a-z 0-9 _ . -";
constexpr std::string_view kAgentIdLimits = "1..64 of A-Z a-z 0-9 _ . @ -";
constexpr std::string_view kSkillLimits =
    "1..64 of A-Z a-z 0-9 _ . -, first a letter or _; not and, or, not, any";
constexpr std::string_view kListenLimits = "HOST:PORT";

constexpr bool is_letter_or_digit(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// The same text with "_" for every run of characters that are not allowed; empty when that is no help.
std::string repaired(std::string_view text, std::string_view extra) {
  std::string result;
  for (const char c : text) {
    const bool allowed = is_letter_or_digit(c) || extra.find(c) != std::string_view::npos;
    if (allowed || result.empty() || result.back() != '_') result += allowed ? c : '_';
  }
  return result.size() <= kMaxNameLength && result != "_" ? result : std::string{};
}

TextProblem check_id(const std::string& text, bool valid, std::string_view extra, std::string_view limits) {
  if (valid) return {};
  if (text.empty()) return {"must not be empty", {}};
  const std::string fixed = repaired(text, extra);
  const bool helps = !fixed.empty() && fixed != text;
  return {"allowed: " + std::string(limits), helps ? "did you mean " + fixed + "?" : ""};
}

TextProblem check_name(const std::string& text) {
  return check_id(text, is_config_name(text), "_.-", kNameLimits);
}
TextProblem check_agent_id(const std::string& text) {
  return check_id(text, is_client_id(text), "_.@-", kAgentIdLimits);
}
TextProblem accept_any(const std::string&) { return {}; }

TextProblem check_skill(const std::string& text) {
  if (is_skill_name(text)) return {};
  const std::string fixed = repaired(text, "_.-");
  const bool helps = fixed != text && is_skill_name(fixed);
  return {"allowed: " + std::string(kSkillLimits), helps ? "did you mean " + fixed + "?" : ""};
}

TextProblem check_listen_address(const std::string& text) {
  if (parse_listen_address(text)) return {};
  return {"expected HOST:PORT with a port of 0..65535, for example 127.0.0.1:7070 or [::1]:7070", {}};
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  return error == std::errc{} && rest == end && !text.empty() ? std::optional(port) : std::nullopt;
}

bool is_host(std::string_view host, std::string_view extra) {
  for (const char c : host) {
    if (!is_letter_or_digit(c) && extra.find(c) == std::string_view::npos) return false;
  }
  return !host.empty() && host.size() <= 253;
}

}  // namespace

const TextRule& name_rule() {
  static const TextRule rule{std::string(kNameLimits), check_name};
  return rule;
}

const TextRule& optional_name_rule() {
  static const TextRule rule{std::string(kNameLimits) + ", or empty", [](const std::string& text) {
                               return text.empty() ? TextProblem{} : check_name(text);
                             }};
  return rule;
}

const TextRule& agent_id_rule() {
  static const TextRule rule{std::string(kAgentIdLimits), check_agent_id};
  return rule;
}

const TextRule& skill_rule() {
  static const TextRule rule{std::string(kSkillLimits), check_skill};
  return rule;
}

const TextRule& listen_address_rule() {
  static const TextRule rule{std::string(kListenLimits), check_listen_address};
  return rule;
}

const TextRule& any_text_rule() {
  static const TextRule rule{"", accept_any};
  return rule;
}

bool check_key(const Field& field, const TextRule& rule) {
  auto [problem, suggestion] = rule.check(field.name);
  if (problem.empty()) return true;
  field.key.error(std::move(problem), std::move(suggestion));
  return false;
}

std::optional<std::string> read_destination(const Reader& reader) {
  auto text = reader.text();
  if (!text || destinations::is_destination(*text)) return text;
  reader.expected("1 to 128 printable ASCII characters, not beginning or ending with a space");
  return std::nullopt;
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto port = parse_port(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (!port || !is_host(host, bracketed ? ":.%" : ".-_")) return std::nullopt;
  return ListenAddress{std::string(host), *port};
}

}  // namespace cordboard
