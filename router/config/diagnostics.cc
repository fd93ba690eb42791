#include "router/config/diagnostics.h"

#include <algorithm>
#include <utility>

#include "router/core/utf8.h"

namespace cordboard {
namespace {

bool earlier(const Diagnostic& a, const Diagnostic& b) {
  return std::pair(a.line, a.column) < std::pair(b.line, b.column);
}

// Optimal string alignment: insertions, deletions, changes and swaps of neighbours count one each.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_previous;
  std::vector<std::size_t> previous(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::vector<std::size_t> row(b.size() + 1, i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({row[j - 1] + 1, previous[j] + 1, change});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_previous[j - 2] + 1);
    }
    before_previous = std::exchange(previous, std::move(row));
  }
  return previous.back();
}

bool begins_or_ends_with(std::string_view text, std::string_view part) {
  constexpr std::size_t kTellingLength = 3;
  return part.size() >= kTellingLength && (text.starts_with(part) || text.ends_with(part));
}

// wrap_up -> wrap_up_timeout, seed -> random_seed, warning -> warn; empty when several would do.
std::string_view only_extension(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string_view only;
  for (const std::string_view candidate : candidates) {
    if (!begins_or_ends_with(candidate, word) && !begins_or_ends_with(word, candidate)) continue;
    if (!only.empty()) return {};
    only = candidate;
  }
  return only;
}

// No key is longer; a longer word is not near any, and its distance is not worth the time.
constexpr std::size_t kMaxWordLength = 128;

constexpr std::size_t kShownLength = 64;

// The length of the printable character that `text` begins with; 0 when there is none.
std::size_t character_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  return first < 0x20 || first == 0x7f ? 0 : utf8_length(text);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  std::size_t i = 0;
  while (i < text.size() && i < kShownLength) {
    const std::size_t length = character_length(text.substr(i));
    result += length == 0 ? "?" : text.substr(i, length);
    i += std::max<std::size_t>(length, 1);
  }
  return result + (i < text.size() ? "..." : "");
}

std::string to_string(const Diagnostic& diagnostic) {
  std::string text = diagnostic.source;
  if (diagnostic.line > 0) {
    text += ":" + std::to_string(diagnostic.line) + ":" + std::to_string(diagnostic.column);
  }
  text += ": ";
  if (diagnostic.severity == Severity::Warning) text += "warning: ";
  if (!diagnostic.path.empty()) text += diagnostic.path + ": ";
  text += diagnostic.message;
  if (!diagnostic.suggestion.empty()) text += "; " + diagnostic.suggestion;
  return text;
}

void Diagnostics::add(Diagnostic diagnostic) {
  ++(diagnostic.severity == Severity::Error ? errors_ : warnings_);
  if (full()) return;
  const auto place = std::upper_bound(all_.begin(), all_.end(), diagnostic, earlier);
  all_.insert(place, std::move(diagnostic));
}

std::string Diagnostics::text() const {
  std::string text;
  for (const Diagnostic& diagnostic : all_) text += to_string(diagnostic) + "\n";
  if (dropped() > 0) text += "... and " + std::to_string(dropped()) + " more\n";
  return text;
}

std::string_view nearest_key(std::string_view word, const std::vector<std::string_view>& candidates) {
  if (word.size() > kMaxWordLength) return {};
  std::string_view nearest;
  std::size_t limit = std::max<std::size_t>(1, word.size() / 3);
  for (const std::string_view candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    // Replacing every letter is no resemblance: "a" is not a misspelt "b".
    if (distance > limit || distance >= candidate.size()) continue;
    if (nearest.empty() || distance < limit) nearest = candidate;
    limit = std::min(limit, distance);
  }
  return nearest.empty() ? only_extension(word, candidates) : nearest;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::string_view nearest = nearest_key(word, candidates);
  return nearest.empty() ? std::string{} : "did you mean " + std::string(nearest) + "?";
}

}  // namespace cordboard
