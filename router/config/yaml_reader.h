// Reads YAML with positions: every value knows its file, line, column and key path, and every accessor
// either gives the typed value or reports what was expected and what was found.
//
//   YamlFile file = YamlFile::load("deploy/x.yaml");
//   for (const Field& field : file.root().fields()) {
//     if (field.name == "horizon") horizon = field.value.duration({1s, kMaxDuration}).value_or(horizon);
//   }
//   if (file.diagnostics().has_errors()) std::cerr << file.diagnostics().text();
//
// Nothing here throws: a syntax error is a diagnostic too. Schema (schema.h) builds on this and is the
// shorter way for a mapping with known keys. Readers are cheap handles that refer to their YamlFile and
// must not outlive it. Single-threaded.

#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "router/config/diagnostics.h"
#include "router/config/duration_text.h"
#include "router/core/types.h"

namespace cordboard {

class YamlFile;
struct Field;

// A file with more bytes than this is refused before it is parsed.
inline constexpr std::size_t kMaxYamlBytes = 16u << 20;
// Reading stops after this many values. Aliases can make a short text stand for any number of them.
inline constexpr std::size_t kMaxYamlValues = 2'000'000;

// Both ends are allowed.
template <class T>
struct Range {
  T min;
  T max;
  bool contains(T value) const { return min <= value && value <= max; }
};
using DurationRange = Range<Duration>;
using IntegerRange = Range<std::int64_t>;

// "1..100"; "at least 1ms" and so on when an end is as far as the type goes.
std::string to_string(const IntegerRange& range);
std::string to_string(const DurationRange& range);

// The shortest text that Reader::bytes reads back: "1MiB", "1000".
std::string format_bytes(std::int64_t bytes);
std::string format_bytes(const IntegerRange& range);

// "0.5", "2": the shortest text that Reader::thousandths reads back; "0.1..10".
std::string format_thousandths(std::int64_t thousandths);
std::string format_thousandths(const IntegerRange& range);

class Reader {
 public:
  // A value of `file` at `path`, reported at the position of `node`.
  Reader(YamlFile& file, const YAML::Node& node, std::string path);

  const std::string& path() const { return path_; }
  const YAML::Node& node() const { return node_; }
  int line() const { return mark_.line + 1; }  // from 1
  const Diagnostics& diagnostics() const;      // those of the file

  // What is there, for people: `a list`, `a mapping`, `nothing`, `"abc"` (shortened).
  std::string found() const;
  bool is_null() const { return kind() == YAML::NodeType::Null; }
  bool is_scalar() const { return kind() == YAML::NodeType::Scalar; }
  bool is_list() const { return kind() == YAML::NodeType::Sequence; }
  bool is_mapping() const { return kind() == YAML::NodeType::Map; }

  // Typed access. nullopt: the value is not of that type or out of range, and that has been reported.
  // Numbers and booleans must not be in quotes; a number without quotes is a valid text.
  std::optional<std::string> text() const;
  std::optional<Duration> duration(DurationRange range = {Duration::zero(), kMaxDuration}) const;
  std::optional<std::int64_t> integer(IntegerRange range) const;
  std::optional<double> number(Range<double> range) const;
  // 0.5 gives 500; more than three digits after the point are refused, never rounded.
  std::optional<std::int64_t> thousandths(IntegerRange range) const;
  std::optional<bool> boolean() const;
  std::optional<std::uint32_t> percent() const;                 // 1..100
  std::optional<std::int64_t> bytes(IntegerRange range) const;  // 4096, 64KiB, 1MiB, 2GiB

  // The items of a list, with paths "path[0]", ... ; reported and empty when it is not a list.
  std::vector<Reader> items() const;
  // The entries of a mapping in the order of the file, with paths "path.key". Keys that are not text and
  // keys that come twice are reported and left out. Reported and empty when it is not a mapping.
  std::vector<Field> fields() const;
  // The value of one key; nullopt when it is absent or this is no mapping. Reports nothing.
  std::optional<Reader> find(std::string_view key) const;
  // For `{exponential: {mean: 20s}}`: the only entry, whose key must be one of `names`. Reports otherwise.
  std::optional<Field> only_field(const std::vector<std::string_view>& names) const;

  // Reports at the position of this value.
  void error(std::string message, std::string suggestion = {}) const;
  void warning(std::string message, std::string suggestion = {}) const;
  // Reports at the byte `offset` of this text when it stands on one line of the file, else at its start.
  void error_at(std::size_t offset, std::string message, std::string suggestion = {}) const;
  // "expected WHAT, found ...".
  void expected(std::string_view what, std::string suggestion = {}) const;

  // The same value reported elsewhere: an absent value is reported at its key.
  Reader with_mark(const YAML::Mark& mark) const;

 private:
  YAML::NodeType::value kind() const;
  bool is_plain_scalar() const;
  Reader child(const YAML::Node& node, std::string path) const;
  std::string path_of(std::string_view key) const;
  void report(Severity severity, int column, std::string message, std::string suggestion) const;

  YamlFile* file_;
  YAML::Node node_;
  YAML::Mark mark_;
  std::string path_;
};

struct Field {
  std::string name;
  Reader key;  // to report that the key itself is wrong
  Reader value;
};

// One document: its text, its tree and what was found wrong with it. Owns what Readers refer to.
class YamlFile {
 public:
  // Parses `text`. Text that is not UTF-8, a syntax error, a second document or too much text is a
  // diagnostic, and root() is null.
  YamlFile(std::string text, std::string source_name);
  // Reads and parses a file. One that cannot be read is a diagnostic, and root() is null.
  static YamlFile load(const std::string& path);

  YamlFile(const YamlFile&) = delete;
  YamlFile& operator=(const YamlFile&) = delete;

  Reader root() { return {*this, root_, ""}; }
  const std::string& source() const { return source_; }
  const std::string& text() const { return text_; }
  Diagnostics& diagnostics() { return diagnostics_; }
  const Diagnostics& diagnostics() const { return diagnostics_; }

  // Counts values that are about to be read. False when that makes too many, which is reported once.
  bool may_read(std::size_t values);

  // One line of the text without its line break, counted from 0; empty when there is no such line.
  std::string_view line(int number) const;

 private:
  struct Unreadable {
    std::string reason;
  };
  YamlFile(const Unreadable& unreadable, std::string source_name);

  void parse(std::string text);
  bool check_utf8();
  void check_one_document();
  void report(const YAML::Mark& mark, std::string message, std::string suggestion = {});

  std::string source_;
  std::string text_;
  std::vector<std::size_t> line_starts_;
  YAML::Node root_;
  Diagnostics diagnostics_;
  std::size_t values_read_ = 0;
};

}  // namespace cordboard
