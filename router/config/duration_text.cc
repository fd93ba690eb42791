#include "router/config/duration_text.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace cordboard {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t us;
};
constexpr Unit kUnits[] = {{"d", 86'400'000'000}, {"h", 3'600'000'000}, {"m", 60'000'000},
                           {"s", 1'000'000},      {"ms", 1'000},        {"us", 1}};

// Words that people write for a unit, and the unit.
constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
    {"sec", "s"},    {"secs", "s"},    {"second", "s"}, {"seconds", "s"}, {"min", "m"}, {"mins", "m"},
    {"minute", "m"}, {"minutes", "m"}, {"hour", "h"},   {"hours", "h"},   {"hr", "h"},  {"hrs", "h"},
    {"day", "d"},    {"days", "d"},    {"msec", "ms"},  {"usec", "us"}};

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Reads one duration from left to right. The first problem wins.
class DurationParser {
 public:
  explicit DurationParser(std::string_view text) : text_(text) {}

  ParsedDuration parse() {
    if (text_.empty()) return problem("it is empty");
    if (text_ == "0") return {Duration::zero(), {}, {}};
    if (text_.front() == '-') return problem("it must not be negative");
    while (rest_ < text_.size() && result_.problem.empty()) part();
    if (result_.problem.empty()) result_.value = Duration{total_us_};
    return result_;
  }

 private:
  ParsedDuration problem(std::string what, std::string suggestion = {}) {
    result_ = {std::nullopt, std::move(what), std::move(suggestion)};
    return result_;
  }

  std::string_view take(bool (*belongs)(char)) {
    const std::size_t begin = rest_;
    while (rest_ < text_.size() && belongs(text_[rest_])) ++rest_;
    return text_.substr(begin, rest_ - begin);
  }

  void part() {
    const std::string_view whole = take([](char c) { return is_digit(c); });
    std::string_view fraction;
    bool has_fraction = rest_ < text_.size() && text_[rest_] == '.';
    if (has_fraction) {
      ++rest_;
      fraction = take([](char c) { return is_digit(c); });
    }
    if (whole.empty() || (has_fraction && fraction.empty())) {
      problem("expected digits and a unit (d, h, m, s, ms, us), for example 20s or 1h30m");
      return;
    }
    unit(whole, fraction);
  }

  void unit(std::string_view whole, std::string_view fraction) {
    const std::string_view name = take([](char c) { return is_letter(c); });
    if (name.empty()) {
      missing_unit();
      return;
    }
    const auto* const unit = std::find_if(std::begin(kUnits), std::end(kUnits),
                                          [&](const Unit& known) { return known.name == name; });
    if (unit == std::end(kUnits)) {
      unknown_unit(name);
    } else if (const auto place = static_cast<std::size_t>(unit - kUnits); place < next_unit_) {
      problem("units go from large to small (d, h, m, s, ms, us), each once");
    } else {
      next_unit_ = place + 1;
      add(whole, fraction, unit->us);
    }
  }

  void missing_unit() {
    const bool only_a_number = rest_ == text_.size() && next_unit_ == 0;
    problem("a unit is missing (d, h, m, s, ms, us)",
            only_a_number ? "did you mean " + std::string(text_) + "s?" : std::string{});
  }

  void unknown_unit(std::string_view name) {
    std::string suggestion;
    for (const auto& [other, meant] : kOtherNames) {
      if (other != name) continue;
      const std::string_view before = text_.substr(0, rest_ - name.size());
      suggestion = "did you mean " + std::string(before) + std::string(meant) + "?";
    }
    problem("unknown unit " + std::string(name.substr(0, 16)) + " (known: d, h, m, s, ms, us)", suggestion);
  }

  void add(std::string_view whole, std::string_view fraction, std::int64_t unit_us) {
    std::int64_t us = 0;
    for (const char digit : whole) {
      us = us * 10 + (digit - '0') * unit_us;
      if (us > kMaxDuration.count()) return too_long();
    }
    std::int64_t place_us = unit_us;
    for (const char digit : fraction) {
      const bool exact = place_us % 10 == 0;
      if (!exact && digit != '0') {
        problem("it must be a whole number of microseconds");
        return;
      }
      if (!exact) continue;
      place_us /= 10;
      us += (digit - '0') * place_us;
    }
    total_us_ += us;
    if (total_us_ > kMaxDuration.count()) too_long();
  }

  void too_long() { problem("it must be at most " + format_duration(kMaxDuration)); }

  std::string_view text_;
  std::size_t rest_ = 0;
  std::size_t next_unit_ = 0;  // index of the largest unit that may still come
  std::int64_t total_us_ = 0;
  ParsedDuration result_;
};

}  // namespace

ParsedDuration parse_duration(std::string_view text) { return DurationParser(text).parse(); }

std::string format_duration(Duration duration) {
  if (duration == Duration::zero()) return "0s";
  std::string text = duration < Duration::zero() ? "-" : "";
  // Unsigned, so that the most negative value has a magnitude too.
  auto rest = static_cast<std::uint64_t>(duration.count());
  if (duration < Duration::zero()) rest = 0 - rest;
  for (const Unit& unit : kUnits) {
    const auto unit_us = static_cast<std::uint64_t>(unit.us);
    const std::uint64_t count = rest / unit_us;
    rest %= unit_us;
    if (count > 0) text += std::to_string(count) + std::string(unit.name);
  }
  return text;
}

}  // namespace cordboard
