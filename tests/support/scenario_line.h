// One line of a golden scenario, taken apart, and the values that lines give. A line that makes no sense
// throws.

#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "router/core/config.h"

namespace cordboard::testing {

// "verb subject word key=value key="two words"", taken apart.
struct Line {
  std::string verb;
  std::vector<std::string> words;
  std::map<std::string, std::string> values;

  std::string word(std::size_t index) const { return index < words.size() ? words[index] : ""; }
  bool has(const std::string& flag) const {
    return std::find(words.begin(), words.end(), flag) != words.end();
  }
  std::string value(const std::string& key, std::string otherwise = "") const {
    const auto found = values.find(key);
    return found == values.end() ? otherwise : found->second;
  }
};

Line parse(const std::string& text);

// "15s", "1.5m", "200ms", "2h".
Duration duration_of(const std::string& text);

std::vector<std::string> split(const std::string& text, char separator);

// skills=a:2,b channels=chat:20:4.
AgentProfile profile_of(const Line& line);

// relax="30s english >= 50|90s": two steps, the second to any agent.
std::vector<RelaxStep> steps_of(const std::string& text);

// Whatever the line says about the queue; the rest stays as it is.
void set_queue_values(QueueConfig& queue, const Line& line);

}  // namespace cordboard::testing
