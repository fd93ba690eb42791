// kpi_table: reads the sums of a queue from each line of its standard input, and prints the KPIs that the API
// would send, one a line: "asa mean 15.25" (seconds), "service_level_strict ratio 0.811..."; an empty line
// ends those of a queue. For tests in other languages.

#include <charconv>
#include <cstdio>
#include <iostream>
#include <map>
#include <optional>
#include <sstream>
#include <string>

#include "router/codec/api_kpi.h"
#include "router/codec/kpi_value.h"

namespace {

using namespace cordboard;

struct RawSums {
  QueueCounters counters;
  std::uint64_t waiting_late = 0;
};

using Sum = std::uint64_t QueueCounters::*;

const std::map<std::string, Sum, std::less<>> kSums = {
    {"offered", &QueueCounters::offered},
    {"answered", &QueueCounters::answered},
    {"answered_within", &QueueCounters::answered_within},
    {"abandoned", &QueueCounters::abandoned},
    {"abandoned_within", &QueueCounters::abandoned_within},
    {"abandoned_short", &QueueCounters::abandoned_short},
    {"transferred_out", &QueueCounters::transferred_out},
    {"handled", &QueueCounters::handled},
    {"offers", &QueueCounters::offers},
    {"offers_accepted", &QueueCounters::offers_accepted},
    {"offers_declined", &QueueCounters::offers_declined},
    {"offers_expired", &QueueCounters::offers_expired},
    {"offers_rescinded", &QueueCounters::offers_rescinded},
    {"wait_answered_us", &QueueCounters::wait_answered_us},
    {"connected_us", &QueueCounters::connected_us},
    {"wrap_up_us", &QueueCounters::wrap_up_us},
};

// "offered=1060 answered=1000 ...": what is not named is 0. No value: a word that is none.
std::optional<RawSums> read_sums(const std::string& line) {
  RawSums sums;
  std::istringstream words(line);
  for (std::string word; words >> word;) {
    const std::size_t sign = word.find('=');
    if (sign == std::string::npos) return std::nullopt;
    const auto known = kSums.find(word.substr(0, sign));
    const bool is_late = word.compare(0, sign, "waiting_late") == 0;
    if (known == kSums.end() && !is_late) return std::nullopt;
    std::uint64_t& to = is_late ? sums.waiting_late : sums.counters.*known->second;
    const char* const end = word.data() + word.size();
    const auto read = std::from_chars(word.data() + sign + 1, end, to);
    if (read.ec != std::errc() || read.ptr != end) return std::nullopt;
  }
  return sums;
}

void print(const v1::QueueKpis& kpis) {
  const auto* const reflection = kpis.GetReflection();
  const auto* const descriptor = kpis.GetDescriptor();
  for (int i = 0; i < descriptor->field_count(); ++i) {
    const auto* const field = descriptor->field(i);
    if (!reflection->HasField(kpis, field)) continue;
    const auto& kpi = reflection->GetMessage(kpis, field);
    if (const auto* const ratio = dynamic_cast<const v1::Ratio*>(&kpi)) {
      std::printf("%s ratio %.17g\n", field->name().c_str(), value_of(*ratio));
    } else {
      std::printf("%s mean %.17g\n", field->name().c_str(), value_of(dynamic_cast<const v1::Mean&>(kpi)));
    }
  }
  std::printf("\n");
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    const auto sums = read_sums(line);
    if (!sums) {
      std::fprintf(stderr, "kpi_table: expected NAME=NUMBER words of QueueCounters, got: %s\n", line.c_str());
      return 2;
    }
    v1::QueueKpis kpis;
    fill_kpis(queue_kpis(sums->counters, sums->waiting_late), &kpis);
    print(kpis);
  }
}
