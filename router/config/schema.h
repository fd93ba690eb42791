// A mapping with known keys, described once: the same table reads the file, fills in defaults, refuses
// what it does not know and documents itself.
//
//   const Schema<Stream>& stream_schema() {
//     static const Schema<Stream> schema({
//         text_key<Stream>("name", &Stream::name, check_name, "Results are reported under it.").require(),
//         duration_key<Stream>("warmup", &Stream::warmup, {0s, kMaxDuration}, "Left out of the results."),
//         custom_key<Stream>({.name = "patience", .type = "distribution", .fallback = "never"},
//         read_patience),
//     });
//     return schema;
//   }
//
// The documented default is read from a default-constructed T, so it cannot differ from what applies.
// Schemas are immutable and safe on any thread once built.

#pragma once

#include <algorithm>
#include <concepts>
#include <functional>
#include <initializer_list>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "router/config/key_doc.h"
#include "router/config/yaml_reader.h"

namespace cordboard {

inline constexpr std::int64_t kMillion = 1'000'000;

template <class T>
struct Key {
  KeyDoc doc;
  // Stores the value, or reports what is wrong with it and leaves `T` as it is.
  std::function<void(const Reader&, T&)> read;

  // The mapping is refused without this key.
  Key require() && {
    doc.required = true;
    doc.fallback.clear();
    return std::move(*this);
  }
};

// Reads the fields of a mapping. For each known one, `read(index, value)`. Reports keys that are not in
// `keys` (with the nearest one that is), and required keys that are missing.
void read_fields(const Reader& mapping, const std::vector<const KeyDoc*>& keys,
                 const std::function<void(std::size_t, const Reader&)>& read);

template <class T>
class Schema {
 public:
  Schema(std::initializer_list<Key<T>> keys) : keys_(keys) {}

  // The same keys for a type that extends Base, and more.
  template <class Base>
  requires std::derived_from<T, Base> Schema(const Schema<Base>& base, std::initializer_list<Key<T>> more) {
    for (const Key<Base>& key : base.keys()) keys_.push_back({key.doc, key.read});
    keys_.insert(keys_.end(), more.begin(), more.end());
  }

  // Absent keys leave `into` as it is.
  void read(const Reader& mapping, T& into) const {
    std::vector<const KeyDoc*> docs;
    for (const Key<T>& key : keys_) docs.push_back(&key.doc);
    read_fields(mapping, docs, [&](std::size_t i, const Reader& value) { keys_[i].read(value, into); });
  }

  const std::vector<Key<T>>& keys() const { return keys_; }

  SectionDoc document(std::string path) const {
    SectionDoc section{std::move(path), {}};
    for (const Key<T>& key : keys_) section.keys.push_back(key.doc);
    return section;
  }

 private:
  std::vector<Key<T>> keys_;
};

// ---- Kinds of keys. `member` is a member of T or of a base of it. ----

// Says what is wrong with a text: a problem and a suggestion; an empty problem means that it is right.
struct TextProblem {
  std::string problem;
  std::string suggestion;
};
// `limits` describes the check for documentation.
struct TextRule {
  std::string limits;
  TextProblem (*check)(const std::string& text);
};

template <class T, class Read>
Key<T> custom_key(KeyDoc doc, Read read) {
  return {std::move(doc), std::move(read)};
}

template <class T>
Key<T> text_key(std::string name, std::string T::*member, const TextRule& rule, std::string effect) {
  const std::string fallback = "\"" + T{}.*member + "\"";
  return {{std::move(name), "text", fallback, rule.limits, std::move(effect)},
          [member, check = rule.check](const Reader& reader, T& into) {
            const auto text = reader.text();
            if (!text) return;
            auto [problem, suggestion] = check(*text);
            if (problem.empty()) {
              into.*member = *text;
            } else {
              reader.error(std::move(problem), std::move(suggestion));
            }
          }};
}

template <class T>
Key<T> duration_key(std::string name, Duration T::*member, DurationRange range, std::string effect) {
  return {{std::move(name), "duration", format_duration(T{}.*member), to_string(range), std::move(effect)},
          [member, range](const Reader& reader, T& into) {
            into.*member = reader.duration(range).value_or(into.*member);
          }};
}

// The largest value that both `Int` and the file can hold.
template <class Int>
constexpr std::int64_t highest_integer() {
  return std::in_range<std::int64_t>(std::numeric_limits<Int>::max())
             ? static_cast<std::int64_t>(std::numeric_limits<Int>::max())
             : std::numeric_limits<std::int64_t>::max();
}

template <class T, std::integral Int>
Key<T> integer_key(std::string name, Int T::*member, IntegerRange range, std::string effect) {
  range.max = std::min(range.max, highest_integer<Int>());
  return {{std::move(name), "integer", std::to_string(T{}.*member), to_string(range), std::move(effect)},
          [member, range](const Reader& reader, T& into) {
            if (const auto value = reader.integer(range)) into.*member = static_cast<Int>(*value);
          }};
}

// A number of which thousandths are kept, as an integer.
template <class T, std::integral Int>
Key<T> thousandths_key(std::string name, Int T::*member, IntegerRange range, std::string effect) {
  return {{std::move(name), "number", format_thousandths(T{}.*member), format_thousandths(range),
           std::move(effect)},
          [member, range](const Reader& reader, T& into) {
            if (const auto value = reader.thousandths(range)) into.*member = static_cast<Int>(*value);
          }};
}

template <class T, std::integral Int>
Key<T> bytes_key(std::string name, Int T::*member, IntegerRange range, std::string effect) {
  range.max = std::min(range.max, highest_integer<Int>());
  return {{std::move(name), "bytes", format_bytes(T{}.*member), format_bytes(range), std::move(effect)},
          [member, range](const Reader& reader, T& into) {
            if (const auto value = reader.bytes(range)) into.*member = static_cast<Int>(*value);
          }};
}

template <class T>
Key<T> bool_key(std::string name, bool T::*member, std::string effect) {
  return {
      {std::move(name), "boolean", T{}.*member ? "true" : "false", "true, false", std::move(effect)},
      [member](const Reader& reader, T& into) { into.*member = reader.boolean().value_or(into.*member); }};
}

// One of a few names, which `to_string(E)` gives.
template <class T, class E>
Key<T> choice_key(std::string name, E T::*member, const std::vector<E>& choices, std::string effect) {
  std::string limits;
  for (const E choice : choices) limits += (limits.empty() ? "" : ", ") + std::string(to_string(choice));
  std::string fallback(to_string(T{}.*member));
  return {{std::move(name), "name", std::move(fallback), limits, std::move(effect)},
          [member, choices, limits](const Reader& reader, T& into) {
            std::vector<std::string_view> names;
            names.reserve(choices.size());
            for (const E choice : choices) names.push_back(to_string(choice));
            const std::string found = reader.is_scalar() ? reader.node().Scalar() : std::string{};
            const auto place = std::find(names.begin(), names.end(), found);
            if (place == names.end()) {
              reader.expected("one of " + limits, did_you_mean(found, names));
            } else {
              into.*member = choices[static_cast<std::size_t>(place - names.begin())];
            }
          }};
}

}  // namespace cordboard
