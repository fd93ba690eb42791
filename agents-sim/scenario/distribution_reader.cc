#include "agents-sim/scenario/distribution_reader.h"

#include <filesystem>
#include <utility>
#include <vector>

#include "agents-sim/base/csv.h"
#include "agents-sim/scenario/mapping.h"

namespace cordboard::sim {
namespace {

constexpr DurationRange kPositive{Duration{1}, kLongestSample};
constexpr DurationRange kAny{Duration::zero(), kLongestSample};

std::optional<Duration> read_duration(const std::optional<Reader>& reader, DurationRange range) {
  return reader ? reader->duration(range) : std::nullopt;
}

std::optional<Distribution> read_exponential(const Reader& reader) {
  Mapping mapping(reader);
  const auto mean = read_duration(mapping.require("mean"), kPositive);
  mapping.reject_unknown();
  if (!mean) return std::nullopt;
  return Distribution::exponential(*mean);
}

std::optional<Distribution> read_uniform(const Reader& reader) {
  Mapping mapping(reader);
  const auto min = read_duration(mapping.require("min"), kAny);
  const auto max = read_duration(mapping.require("max"), kAny);
  mapping.reject_unknown();
  if (!min || !max) return std::nullopt;
  if (*max < *min) {
    reader.error("min is larger than max");
    return std::nullopt;
  }
  return Distribution::uniform(*min, *max);
}

std::optional<Distribution> read_lognormal(const Reader& reader) {
  Mapping mapping(reader);
  const auto mean = read_duration(mapping.require("mean"), kPositive);
  const auto cv_reader = mapping.require("cv");
  const auto cv = cv_reader ? cv_reader->number({0.0, 100.0}) : std::nullopt;
  mapping.reject_unknown();
  if (!mean || !cv) return std::nullopt;
  return Distribution::lognormal(*mean, *cv);
}

std::optional<Distribution> read_erlang(const Reader& reader) {
  Mapping mapping(reader);
  const auto k_reader = mapping.require("k");
  const auto k = k_reader ? k_reader->integer({1, 1000}) : std::nullopt;
  const auto mean = read_duration(mapping.require("mean"), kPositive);
  mapping.reject_unknown();
  if (!k || !mean) return std::nullopt;
  return Distribution::erlang(static_cast<std::uint32_t>(*k), *mean);
}

// The column of `csv` to read: the one asked for, or the only one.
std::optional<std::size_t> find_values(const CsvFile& csv, const std::optional<std::string>& name) {
  if (name) return csv.column(*name);
  return csv.columns().size() == 1 ? std::optional<std::size_t>{0} : std::nullopt;
}

std::vector<Duration> read_values(CsvFile& csv, std::size_t column) {
  std::vector<Duration> values;
  while (csv.next_row()) {
    if (csv.cell(column).empty()) continue;
    const auto value = parse_seconds(csv.cell(column));
    if (!value) csv.fail(column, "seconds, 0 or more");
    values.push_back(value.value_or(Duration::zero()));
  }
  return values;
}

std::optional<Distribution> load_empirical(const Reader& at, const std::string& path,
                                           const std::optional<std::string>& name) {
  CsvFile csv(path);
  const auto column = find_values(csv, name);
  std::vector<Duration> values;
  if (csv.error().empty() && column) values = read_values(csv, *column);
  if (!csv.error().empty()) {
    at.error(csv.error());
  } else if (!column) {
    at.error(path +
             ":1: " + (name ? "no column `" + *name + "`" : "several columns; say which with `column`"));
  } else if (values.empty()) {
    at.error(path + ": no values");
  } else {
    return Distribution::empirical(std::move(values));
  }
  return std::nullopt;
}

std::optional<Distribution> read_empirical(const Reader& reader, const std::string& directory) {
  Mapping mapping(reader);
  const auto csv = mapping.require("csv");
  const auto column_reader = mapping.find("column");
  mapping.reject_unknown();
  const auto path = csv ? csv->text() : std::nullopt;
  const auto column = column_reader ? column_reader->text() : std::nullopt;
  if (!path || (column_reader && !column)) return std::nullopt;
  return load_empirical(*csv, resolve_path(directory, *path), column);
}

}  // namespace

std::string resolve_path(const std::string& directory, const std::string& path) {
  return (std::filesystem::path(directory) / path).string();
}

std::optional<Distribution> read_distribution(const Reader& reader, const std::string& directory,
                                              bool never_allowed) {
  if (reader.is_scalar()) {
    if (never_allowed && reader.text() == "never") return Distribution::never();
    reader.expected(never_allowed ? "`never` or a distribution such as {exponential: {mean: 120s}}"
                                  : "a distribution such as {exponential: {mean: 180s}}");
    return std::nullopt;
  }
  const auto field =
      reader.only_field({"exponential", "constant", "uniform", "lognormal", "erlang", "empirical"});
  if (!field) return std::nullopt;
  if (field->name == "exponential") return read_exponential(field->value);
  if (field->name == "uniform") return read_uniform(field->value);
  if (field->name == "lognormal") return read_lognormal(field->value);
  if (field->name == "erlang") return read_erlang(field->value);
  if (field->name == "empirical") return read_empirical(field->value, directory);
  const auto value = field->value.duration(kAny);
  if (!value) return std::nullopt;
  return Distribution::constant(*value);
}

}  // namespace cordboard::sim
