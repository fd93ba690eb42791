// What a process of this machine has used so far, from /proc.

#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace cordboard::http2 {

struct ProcessCost {
  double cpu_seconds = 0;
  long resident_kib = 0;
};

// nullopt when there is no such process, or only what is left of it.
inline std::optional<ProcessCost> cost_of(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  if (!std::getline(stat, line) || line.rfind(')') == std::string::npos) return std::nullopt;
  std::istringstream rest(line.substr(line.rfind(')') + 2));
  std::string word;
  std::string state;
  rest >> state;
  if (state == "Z" || state == "X") return std::nullopt;
  for (int skipped = 0; skipped < 10; ++skipped) rest >> word;  // up to majflt and its children's
  double user = 0;
  double system = 0;
  rest >> user >> system;
  for (int skipped = 0; skipped < 8; ++skipped) rest >> word;
  long pages = 0;
  rest >> pages;
  const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
  return ProcessCost{(user + system) / ticks, pages * (::sysconf(_SC_PAGESIZE) / 1'024)};
}

}  // namespace cordboard::http2
