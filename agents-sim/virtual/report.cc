#include "agents-sim/virtual/report.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "agents-sim/base/json.h"
#include "agents-sim/virtual/forecast_report.h"
#include "agents-sim/virtual/statistics.h"

namespace cordboard::sim {
namespace {

std::string json_of(const std::vector<Statistic>& statistics) {
  std::string out;
  for (const Statistic& statistic : statistics) {
    out += (out.empty() ? "" : ",") + json_text(statistic.name) +
           ":{\"mean\":" + json_number(statistic.value.mean) +
           ",\"ci95\":" + json_number(statistic.value.ci95) + "}";
  }
  return out;
}

std::string json_of(const std::vector<ContactRow>& rows, std::uint32_t replications) {
  std::string out;
  for (const ContactRow& row : rows) {
    out += (out.empty() ? "" : ",") + json_text(row.name) + ":{" + json_of(statistics_of(row, replications)) +
           "}";
  }
  return "{" + out + "}";
}

std::string json_of(const std::vector<AgentRow>& rows, std::uint32_t replications) {
  std::string out;
  for (const AgentRow& row : rows) {
    out += (out.empty() ? "" : ",") + json_text(row.name) + ":{\"count\":" + std::to_string(row.count) + "," +
           json_of(statistics_of(row, replications)) + "}";
  }
  return "{" + out + "}";
}

std::string json_of(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : ",") + json_text(text);
  return "[" + out + "]";
}

std::vector<std::string> names_of(const std::vector<ContactRow>& rows) {
  std::vector<std::string> names;
  names.reserve(rows.size());
  for (const ContactRow& row : rows) names.push_back(row.name);
  return names;
}

std::string digest_text(std::uint64_t digest) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(digest));
  return text;
}

// A count that is zero everywhere says nothing.
bool is_idle_line(const std::vector<std::vector<Statistic>>& columns, std::size_t line) {
  return columns[0][line].is_count && std::all_of(columns.begin(), columns.end(), [&](const auto& column) {
           return column[line].value.mean == 0;
         });
}

void add_padded(std::string& out, std::string_view text, std::size_t width) {
  out += text;
  out.append(text.size() < width ? width - text.size() : 1, ' ');
}

// One statistic a line, one column for each of `rows[first, end)`.
template <class Row>
void add_block(std::string& out, std::string_view title, const std::vector<Row>& rows, std::size_t first,
               std::size_t end, std::uint32_t replications) {
  constexpr std::size_t kNameWidth = 24;
  constexpr std::size_t kCellWidth = 20;
  std::vector<std::vector<Statistic>> columns;
  add_padded(out, title, kNameWidth);
  for (std::size_t i = first; i < end; ++i) {
    add_padded(out, rows[i].name, kCellWidth);
    columns.push_back(statistics_of(rows[i], replications));
  }
  out += '\n';
  for (std::size_t line = 0; line < columns[0].size(); ++line) {
    if (is_idle_line(columns, line)) continue;
    add_padded(out, "  " + std::string(columns[0][line].name), kNameWidth);
    for (const auto& column : columns)
      add_padded(out, estimate_text(column[line].value, column[line].is_count), kCellWidth);
    out += '\n';
  }
  out += '\n';
}

// Columns that do not fit beside each other go into further blocks.
template <class Row>
void add_table(std::string& out, std::string_view title, const std::vector<Row>& rows,
               std::uint32_t replications) {
  constexpr std::size_t kColumns = 5;
  for (std::size_t first = 0; first < rows.size(); first += kColumns) {
    add_block(out, title, rows, first, std::min(first + kColumns, rows.size()), replications);
  }
}

std::uint64_t sum_of(const std::vector<ContactRow>& rows, std::uint64_t ContactTally::*field) {
  std::uint64_t sum = 0;
  for (const ContactRow& row : rows) {
    for (const ContactTally& unit : row.units) sum += unit.*field;
  }
  return sum;
}

}  // namespace

std::string estimate_text(const Estimate& estimate, bool is_count) {
  const auto [mean, ci95] = estimate;
  if (!std::isfinite(mean)) return "-";
  const int digits = is_count || std::fabs(mean) >= 1000 ? 0 : std::fabs(mean) < 1 ? 4 : 2;
  char text[64];
  std::snprintf(text, sizeof text, std::isfinite(ci95) ? "%.*f +-%.*f" : "%.*f", digits, mean, digits, ci95);
  return text;
}

std::vector<std::string> notes_on(const Results& results) {
  std::vector<std::string> notes;
  const auto note = [&](std::uint64_t count, std::string_view what) {
    if (count > 0) notes.push_back(std::to_string(count) + " " + std::string(what));
  };
  note(sum_of(results.streams(), &ContactTally::expired),
       "contacts expired: they waited longer than their queue's max_wait, or answered no dial");
  note(sum_of(results.streams(), &ContactTally::still_waiting),
       "contacts were still waiting at the end; their waits count as far as they went");
  note(sum_of(results.streams(), &ContactTally::refused),
       "contacts were refused because a limit of the router was reached");
  note(results.wrap_ups_cut(), "wrap-ups were ended early by their queue's wrap_up_timeout");
  return notes;
}

std::string to_json(const Results& results, double commands_per_second) {
  const std::uint32_t replications = results.replications();
  std::string out = "{\"seed\":" + std::to_string(results.seed());
  out += ",\"replications\":" + std::to_string(replications);
  out += ",\"units\":" + json_text(replications == 1 ? "batches" : "replications");
  out += ",\"service_level_formula\":\"service_level_strict\"";
  out += ",\"contacts\":" + json_of(results.streams(), replications);
  out += ",\"queues\":" + json_of(results.queues(), replications);
  out += ",\"agents\":" + json_of(results.agents(), replications);
  if (const std::string forecasts = to_json(results.forecasts(), names_of(results.queues()));
      !forecasts.empty()) {
    out += ",\"expected_wait\":" + forecasts;
  }
  out += ",\"notes\":" + json_of(notes_on(results));
  out += ",\"commands\":" + std::to_string(results.commands());
  out += ",\"commands_per_second\":" + json_number(std::round(commands_per_second));
  out += ",\"digest\":" + json_text(digest_text(results.digest())) + "}\n";
  return out;
}

std::string to_table(const Results& results, double commands_per_second, double commands_per_cpu_second) {
  const std::uint32_t replications = results.replications();
  std::string out = "seed " + std::to_string(results.seed()) + ", " +
                    (replications == 1 ? "one run, +- over " + std::to_string(kBatches) + " batches"
                                       : std::to_string(replications) + " replications, +- over them") +
                    ", 95 % confidence\n\n";
  add_table(out, "contacts", results.streams(), replications);
  if (results.queues().size() > 1) add_table(out, "queues", results.queues(), replications);
  add_table(out, "agents", results.agents(), replications);
  const std::string forecasts = to_table(results.forecasts(), names_of(results.queues()));
  if (!forecasts.empty()) out += forecasts + '\n';
  for (const std::string& note : notes_on(results)) out += "note: " + note + "\n";
  char speed[128];
  std::snprintf(speed, sizeof speed, "%.0f commands/s (%.0f per second of processor time)",
                commands_per_second, commands_per_cpu_second);
  return out + std::to_string(results.commands()) + " commands, " + speed + ", digest " +
         digest_text(results.digest()) + "\n";
}

}  // namespace cordboard::sim
