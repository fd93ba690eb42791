#include "router/config/yaml_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

namespace cordboard {
namespace {

constexpr std::pair<std::string_view, std::int64_t> kByteUnits[] = {
    {"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}};

std::string join(const std::vector<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

// The whole text as a decimal number without superfluous zeros: 010 means 8 to some readers of YAML.
std::optional<std::int64_t> to_integer(std::string_view text) {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || rest != end) return std::nullopt;
  const std::size_t first_digit = text.front() == '-' ? 1 : 0;
  if (text.size() > first_digit + 1 && text[first_digit] == '0') return std::nullopt;
  return value;
}

std::optional<std::int64_t> to_bytes(std::string_view text) {
  for (const auto& [unit, factor] : kByteUnits) {
    if (!text.ends_with(unit)) continue;
    const auto count = to_integer(text.substr(0, text.size() - unit.size()));
    if (!count || *count < 0 || *count > std::numeric_limits<std::int64_t>::max() / factor)
      return std::nullopt;
    return *count * factor;
  }
  return to_integer(text);
}

std::optional<std::int64_t> to_thousandths(std::string_view text) {
  constexpr std::size_t kDigits = 3;
  const std::size_t point = text.find('.');
  const auto whole = to_integer(text.substr(0, point));
  if (!whole || *whole < 0 || *whole > std::numeric_limits<std::int64_t>::max() / 1000 - 1)
    return std::nullopt;
  if (point == std::string_view::npos) return *whole * 1000;
  const std::string_view digits = text.substr(point + 1);
  const auto is_digit = [](char c) { return '0' <= c && c <= '9'; };
  if (digits.empty() || digits.size() > kDigits || !std::all_of(digits.begin(), digits.end(), is_digit)) {
    return std::nullopt;
  }
  std::int64_t fraction = 0;
  for (std::size_t i = 0; i < kDigits; ++i)
    fraction = fraction * 10 + (i < digits.size() ? digits[i] - '0' : 0);
  return *whole * 1000 + fraction;
}

// Words that other formats, and YAML 1.1, take for booleans.
std::string boolean_suggestion(std::string word) {
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (word == "yes" || word == "on" || word == "true" || word == "1") return "did you mean true?";
  if (word == "no" || word == "off" || word == "false" || word == "0") return "did you mean false?";
  return {};
}

template <class T, class Format>
std::string range_text(const Range<T>& range, T lowest, T highest, Format format) {
  if (range.max >= highest) return range.min <= lowest ? "any" : "at least " + format(range.min);
  return range.min <= lowest ? "at most " + format(range.max) : format(range.min) + ".." + format(range.max);
}

}  // namespace

std::string format_thousandths(std::int64_t thousandths) {
  std::string text = std::to_string(thousandths / 1000);
  const std::string fraction = std::to_string(1000 + thousandths % 1000);
  const std::size_t last = fraction.find_last_not_of('0');
  if (last > 0) text += "." + fraction.substr(1, last);
  return text;
}

std::string format_thousandths(const IntegerRange& range) {
  return format_thousandths(range.min) + ".." + format_thousandths(range.max);
}

std::string to_string(const IntegerRange& range) {
  using Limits = std::numeric_limits<std::int64_t>;
  return range_text(range, Limits::min(), Limits::max(), [](std::int64_t n) { return std::to_string(n); });
}

std::string to_string(const DurationRange& range) {
  return range_text(range, Duration{-1}, kMaxDuration, format_duration);
}

std::string format_bytes(std::int64_t bytes) {
  for (const auto& [unit, factor] : kByteUnits) {
    if (bytes != 0 && bytes % factor == 0) return std::to_string(bytes / factor) + std::string(unit);
  }
  return std::to_string(bytes);
}

std::string format_bytes(const IntegerRange& range) {
  using Limits = std::numeric_limits<std::int64_t>;
  return range_text(range, Limits::min(), Limits::max(), [](std::int64_t n) { return format_bytes(n); });
}

Reader::Reader(YamlFile& file, const YAML::Node& node, std::string path)
    : file_(&file), node_(node), mark_(node_.Mark()), path_(std::move(path)) {}

Reader Reader::child(const YAML::Node& node, std::string path) const {
  return {*file_, node, std::move(path)};
}

Reader Reader::with_mark(const YAML::Mark& mark) const {
  Reader moved = *this;
  moved.mark_ = mark;
  return moved;
}

std::string Reader::path_of(std::string_view key) const {
  return path_.empty() ? printable(key) : path_ + "." + printable(key);
}

const Diagnostics& Reader::diagnostics() const { return file_->diagnostics(); }

YAML::NodeType::value Reader::kind() const { return node_.Type(); }

// yaml-cpp tags a scalar in quotes, and a block scalar, with "!".
bool Reader::is_plain_scalar() const { return is_scalar() && node_.Tag() != "!"; }

std::string Reader::found() const {
  switch (kind()) {
    case YAML::NodeType::Undefined:
    case YAML::NodeType::Null:
      return "nothing";
    case YAML::NodeType::Sequence:
      return "a list";
    case YAML::NodeType::Map:
      return "a mapping";
    case YAML::NodeType::Scalar:
      return std::string(is_plain_scalar() ? "" : "the text ") + "\"" + printable(node_.Scalar()) + "\"";
  }
  return "nothing";
}

std::optional<std::string> Reader::text() const {
  if (is_scalar()) return node_.Scalar();
  expected("a text");
  return std::nullopt;
}

std::optional<Duration> Reader::duration(DurationRange range) const {
  if (!is_scalar()) {
    expected("a duration such as 20s or 1h30m");
    return std::nullopt;
  }
  const ParsedDuration parsed = parse_duration(node_.Scalar());
  if (!parsed.value) {
    error("expected a duration, found " + found() + ": " + parsed.problem, parsed.suggestion);
  } else if (!range.contains(*parsed.value)) {
    expected("a duration (" + to_string(range) + ")");
  } else {
    return parsed.value;
  }
  return std::nullopt;
}

std::optional<std::int64_t> Reader::integer(IntegerRange range) const {
  const auto value = is_scalar() ? to_integer(node_.Scalar()) : std::nullopt;
  if (value && is_plain_scalar() && range.contains(*value)) return value;
  expected("an integer (" + to_string(range) + ")", value && !is_plain_scalar() ? "remove the quotes" : "");
  return std::nullopt;
}

std::optional<double> Reader::number(Range<double> range) const {
  double value = 0;
  if (is_plain_scalar()) {
    const std::string& text = node_.Scalar();
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc{} && rest == end && std::isfinite(value) && range.contains(value)) return value;
  }
  const auto format = [](double end) {
    char text[32];
    return std::string(text, std::to_chars(text, text + sizeof text, end).ptr);
  };
  constexpr double kMax = std::numeric_limits<double>::max();
  expected("a number (" + range_text(range, -kMax, kMax, format) + ")");
  return std::nullopt;
}

std::optional<std::int64_t> Reader::thousandths(IntegerRange range) const {
  const auto value = is_plain_scalar() ? to_thousandths(node_.Scalar()) : std::nullopt;
  if (value && range.contains(*value)) return value;
  expected("a number with at most three digits after the point (" + format_thousandths(range) + ")");
  return std::nullopt;
}

std::optional<bool> Reader::boolean() const {
  if (is_plain_scalar() && node_.Scalar() == "true") return true;
  if (is_plain_scalar() && node_.Scalar() == "false") return false;
  expected("true or false", is_scalar() ? boolean_suggestion(node_.Scalar()) : "");
  return std::nullopt;
}

std::optional<std::uint32_t> Reader::percent() const {
  constexpr IntegerRange kPercent{1, 100};
  if (is_plain_scalar() && node_.Scalar().ends_with("%")) {
    const std::string number = node_.Scalar().substr(0, node_.Scalar().size() - 1);
    expected("an integer (1..100)", to_integer(number) ? "did you mean " + number + "?" : "");
    return std::nullopt;
  }
  const auto value = integer(kPercent);
  return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

std::optional<std::int64_t> Reader::bytes(IntegerRange range) const {
  const auto value = is_plain_scalar() ? to_bytes(node_.Scalar()) : std::nullopt;
  if (value && range.contains(*value)) return value;
  expected("a number of bytes such as 4096 or 1MiB (" + format_bytes(range) + ")");
  return std::nullopt;
}

std::vector<Reader> Reader::items() const {
  std::vector<Reader> readers;
  if (!is_list()) {
    expected("a list");
    return readers;
  }
  if (!file_->may_read(node_.size())) return readers;
  for (const YAML::Node& item : node_) {
    readers.push_back(child(item, path_ + "[" + std::to_string(readers.size()) + "]"));
  }
  return readers;
}

std::vector<Field> Reader::fields() const {
  std::vector<Field> fields;
  if (!is_mapping()) {
    expected("a mapping");
    return fields;
  }
  if (!file_->may_read(node_.size())) return fields;
  std::set<std::string> seen;
  for (const auto& entry : node_) {
    if (!entry.first.IsScalar()) {
      child(entry.first, path_)
          .with_mark(entry.first.IsNull() ? mark_ : entry.first.Mark())
          .error("a key must be a text");
      continue;
    }
    const std::string& name = entry.first.Scalar();
    const Reader key = child(entry.first, path_of(name));
    if (!seen.insert(name).second) {
      key.error("the key comes twice in one mapping", "remove one of them");
      continue;
    }
    Reader value = child(entry.second, path_of(name));
    // An absent value has no place of its own, and an alias has that of its anchor.
    if (value.is_null()) value = value.with_mark(key.mark_);
    fields.push_back({name, key, value});
  }
  return fields;
}

std::optional<Reader> Reader::find(std::string_view key) const {
  if (!is_mapping()) return std::nullopt;
  for (const auto& entry : node_) {
    if (!entry.first.IsScalar() || entry.first.Scalar() != key) continue;
    const Reader value = child(entry.second, path_of(key));
    return value.is_null() ? value.with_mark(entry.first.Mark()) : value;
  }
  return std::nullopt;
}

std::optional<Field> Reader::only_field(const std::vector<std::string_view>& names) const {
  if (!is_mapping() || node_.size() != 1) {
    expected("a mapping with exactly one of " + join(names));
    return std::nullopt;
  }
  std::vector<Field> only = fields();
  if (only.empty()) return std::nullopt;
  if (std::find(names.begin(), names.end(), only.front().name) == names.end()) {
    only.front().key.error("unknown; expected one of " + join(names), did_you_mean(only.front().name, names));
    return std::nullopt;
  }
  return only.front();
}

void Reader::error(std::string message, std::string suggestion) const {
  report(Severity::Error, mark_.column, std::move(message), std::move(suggestion));
}

void Reader::warning(std::string message, std::string suggestion) const {
  report(Severity::Warning, mark_.column, std::move(message), std::move(suggestion));
}

void Reader::expected(std::string_view what, std::string suggestion) const {
  error("expected " + std::string(what) + ", found " + found(), std::move(suggestion));
}

void Reader::error_at(std::size_t offset, std::string message, std::string suggestion) const {
  int column = mark_.column;
  const std::string_view line = file_->line(mark_.line);
  const auto begin = static_cast<std::size_t>(std::max(mark_.column, 0));
  if (is_scalar() && begin < line.size()) {
    const std::size_t quote = line[begin] == '"' || line[begin] == '\'' ? 1 : 0;
    // Escapes and folded lines make the value differ from the file; then only its start is certain.
    const bool as_written = line.substr(begin + quote).starts_with(node_.Scalar());
    if (as_written) column += static_cast<int>(quote + offset);
  }
  report(Severity::Error, column, std::move(message), std::move(suggestion));
}

void Reader::report(Severity severity, int column, std::string message, std::string suggestion) const {
  const bool nowhere = mark_.is_null();
  file_->diagnostics().add({severity, file_->source(), nowhere ? 0 : mark_.line + 1, nowhere ? 0 : column + 1,
                            path_, std::move(message), std::move(suggestion)});
}

}  // namespace cordboard
