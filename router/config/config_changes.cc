#include "router/config/config_changes.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "router/core/utf8.h"

namespace cordboard {
namespace {

// What tells the entries of a list apart, in order of preference.
constexpr std::array<const char*, 3> kNamingKeys = {"name", "id", "id_prefix"};

constexpr std::string_view kLeftOut = "...";

std::string in_one_line(const YAML::Node& node) {
  YAML::Emitter out;
  out.SetSeqFormat(YAML::Flow);
  out.SetMapFormat(YAML::Flow);
  out << node;
  std::string text = out.c_str();
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// `text` from its byte `from` on, and marks where something is left out.
std::string shown(std::string_view text, std::size_t from = 0) {
  const std::string start(from == 0 ? "" : kLeftOut);
  text.remove_prefix(from);
  if (start.size() + text.size() <= kMaxShownValue) return start + std::string(text);
  return start + std::string(clip_utf8(text, kMaxShownValue - start.size() - kLeftOut.size())) +
         std::string(kLeftOut);
}

// From where two long texts are shown, so that what differs is seen: a few characters before it.
std::size_t start_of_difference(std::string_view left, std::string_view right) {
  const auto [differs, ignored] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
  const auto same = static_cast<std::size_t>(differs - left.begin());
  if (same < kMaxShownValue / 2) return 0;
  return clip_utf8(left, same - kMaxShownValue / 4).size();
}

std::string text_of(const YAML::Node& node, const char* key) {
  const YAML::Node value = node[key];
  return value && value.IsScalar() ? value.Scalar() : std::string{};
}

// The name of a list's entry; empty when it has none.
std::string name_of(const YAML::Node& entry) {
  if (!entry.IsMap()) return {};
  for (const char* key : kNamingKeys) {
    if (std::string name = text_of(entry, key); !name.empty()) return name;
  }
  return {};
}

bool all_named(const YAML::Node& list) {
  return std::all_of(list.begin(), list.end(),
                     [](const YAML::Node& entry) { return !name_of(entry).empty(); });
}

class Comparison {
 public:
  void compare(const std::string& path, const YAML::Node& before, const YAML::Node& after) {
    if (before.IsMap() && after.IsMap()) return compare_maps(path, before, after);
    if (before.IsSequence() && after.IsSequence()) return compare_lists(path, before, after);
    const std::string was = in_one_line(before);
    const std::string is = in_one_line(after);
    if (was == is) return;
    const std::size_t from = start_of_difference(was, is);
    add({path, shown(was, from), shown(is, from)});
  }

  ConfigChanges take() { return std::move(found_); }

 private:
  void compare_maps(const std::string& path, const YAML::Node& before, const YAML::Node& after) {
    const std::string prefix = path.empty() ? "" : path + ".";
    for (const auto& entry : after) {
      const std::string key = in_one_line(entry.first);
      if (const YAML::Node was = before[key]) {
        compare(prefix + key, was, entry.second);
      } else {
        add({prefix + key, "", shown(in_one_line(entry.second))});
      }
    }
    for (const auto& entry : before) {
      const std::string key = in_one_line(entry.first);
      if (!after[key]) add({prefix + key, shown(in_one_line(entry.second)), ""});
    }
  }

  void compare_lists(const std::string& path, const YAML::Node& before, const YAML::Node& after) {
    const bool by_name = all_named(before) && all_named(after);
    const Places places = by_name ? places_in(before) : Places{};
    std::vector<bool> kept(before.size(), false);
    for (std::size_t i = 0; i < after.size(); ++i) {
      const YAML::Node entry = after[i];
      const std::string at = path + "[" + (by_name ? name_of(entry) : std::to_string(i)) + "]";
      const auto place = by_name ? place_of(places, entry) : std::optional(i);
      if (place && *place < before.size()) {
        kept[*place] = true;
        compare(at, before[*place], entry);
      } else {
        add({at, "", shown(in_one_line(entry))});
      }
    }
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (kept[i]) continue;
      const std::string name = by_name ? name_of(before[i]) : std::to_string(i);
      add({path + "[" + name + "]", shown(in_one_line(before[i])), ""});
    }
  }

  using Places = std::map<std::string, std::size_t>;

  static Places places_in(const YAML::Node& list) {
    Places places;
    for (std::size_t i = 0; i < list.size(); ++i) places.emplace(name_of(list[i]), i);
    return places;
  }

  // Where the entry stood before: under its own name, else under the one it was renamed from.
  static std::optional<std::size_t> place_of(const Places& places, const YAML::Node& entry) {
    for (const std::string& name : {name_of(entry), text_of(entry, "renamed_from")}) {
      if (const auto found = places.find(name); found != places.end()) return found->second;
    }
    return std::nullopt;
  }

  void add(ConfigChange change) {
    if (found_.changes.size() == kMaxConfigChanges) {
      ++found_.left_out;
    } else {
      found_.changes.push_back(std::move(change));
    }
  }

  ConfigChanges found_;
};

}  // namespace

ConfigChanges config_changes(std::string_view before, std::string_view after) {
  Comparison comparison;
  comparison.compare("", YAML::Load(std::string(before)), YAML::Load(std::string(after)));
  return comparison.take();
}

std::string to_string(const ConfigChange& change) {
  if (change.before.empty()) return change.path + ": added " + change.after;
  if (change.after.empty()) return change.path + ": removed " + change.before;
  return change.path + ": " + change.before + " -> " + change.after;
}

}  // namespace cordboard
