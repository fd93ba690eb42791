#include "agents-sim/compare/comparison.h"

#include <algorithm>
#include <cmath>

#include "agents-sim/base/json.h"
#include "agents-sim/virtual/report.h"

namespace cordboard::sim {
namespace {

// Whether the same calls are played, whatever their queue and priority.
bool same_records(const ArrivalFile* a, const ArrivalFile* b) {
  if (a == nullptr || b == nullptr) return a == b;
  const auto same = [&](const ArrivalRecord& x, const ArrivalRecord& y) {
    return x.at == y.at && x.handle == y.handle && x.patience == y.patience &&
           a->text(x.customer) == b->text(y.customer);
  };
  return std::equal(a->records.begin(), a->records.end(), b->records.begin(), b->records.end(), same);
}

bool same_repeats(const RepeatPlan& a, const RepeatPlan& b) {
  return a.probability == b.probability && a.after == b.after && a.attempts == b.attempts;
}

// The keys in which the customers of two streams differ.
std::vector<std::string_view> differing_keys(const ContactStream& a, const ContactStream& b) {
  std::vector<std::string_view> keys;
  if (a.arrivals.pieces != b.arrivals.pieces || a.arrivals.repeat != b.arrivals.repeat ||
      !same_records(a.arrivals.recorded.get(), b.arrivals.recorded.get())) {
    keys.emplace_back("arrivals");
  }
  if (a.handle_time != b.handle_time) keys.emplace_back("handle_time");
  if (a.patience != b.patience) keys.emplace_back("patience");
  if (a.transfer.probability != b.transfer.probability || a.transfer.handle_time != b.transfer.handle_time) {
    keys.emplace_back("transfer");
  }
  if (!same_repeats(a.redial, b.redial)) keys.emplace_back("redial");
  if (!same_repeats(a.call_again, b.call_again)) keys.emplace_back("call_again");
  if (!(a.callback == b.callback)) keys.emplace_back("callback");
  return keys;
}

template <class Row>
const Row* find_row(const std::vector<Row>& rows, const std::string& name) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

template <class Row>
std::vector<ComparedRow> compare_rows(const std::vector<Row>& a, const std::vector<Row>& b,
                                      std::uint32_t replications) {
  std::vector<ComparedRow> rows;
  for (const Row& row : a) {
    const Row* other = find_row(b, row.name);
    if (other == nullptr) continue;
    const std::vector<Measure> of_a = measures_of(row, replications);
    const std::vector<Measure> of_b = measures_of(*other, replications);
    ComparedRow& compared = rows.emplace_back();
    compared.name = row.name;
    for (std::size_t i = 0; i < of_a.size(); ++i) {
      compared.differences.push_back({of_a[i].name, of_a[i].kind == Measure::Kind::Count, estimate(of_a[i]),
                                      estimate(of_b[i]), estimate_difference(of_a[i], of_b[i])});
    }
  }
  return rows;
}

std::string json_of(const Estimate& value) {
  return JsonObject().add("mean", value.mean).add("ci95", value.ci95).text();
}

std::string json_of(const std::vector<ComparedRow>& rows) {
  JsonObject all;
  for (const ComparedRow& row : rows) {
    JsonObject measures;
    for (const Difference& difference : row.differences) {
      JsonObject object;
      object.add("a", json_of(difference.a)).add("b", json_of(difference.b));
      object.add("difference", json_of(difference.difference));
      object.add("significant", std::string(difference.is_significant() ? "true" : "false"));
      measures.add(difference.measure, object.text());
    }
    all.add(row.name, measures.text());
  }
  return all.text();
}

void add_cell(std::string& out, const std::string& text, std::size_t width) {
  out += text;
  out.append(text.size() < width ? width - text.size() : 1, ' ');
}

void add_rows(std::string& out, const std::vector<ComparedRow>& rows) {
  for (const ComparedRow& row : rows) {
    add_cell(out, row.name, 24);
    add_cell(out, "A", 20);
    add_cell(out, "B", 20);
    out += "B - A\n";
    for (const Difference& difference : row.differences) {
      if (difference.is_count && difference.a.mean == 0 && difference.b.mean == 0) continue;
      add_cell(out, "  " + std::string(difference.measure), 24);
      add_cell(out, estimate_text(difference.a, difference.is_count), 20);
      add_cell(out, estimate_text(difference.b, difference.is_count), 20);
      out += estimate_text(difference.difference, difference.is_count);
      out += difference.is_significant() ? " *\n" : "\n";
    }
    out += '\n';
  }
}

}  // namespace

std::vector<std::string> contact_differences(const NamedScenario& a, const NamedScenario& b) {
  std::vector<std::string> differences;
  const auto add = [&](const std::string& what) { differences.push_back(what); };
  if (a.scenario->horizon != b.scenario->horizon) add(b.name + ": horizon differs from " + a.name);
  if (a.scenario->warmup != b.scenario->warmup) add(b.name + ": warmup differs from " + a.name);
  const auto& of_b = b.scenario->contacts;
  for (const ContactStream& stream : a.scenario->contacts) {
    const ContactStream* other = find_row(of_b, stream.name);
    const std::string where = a.name + ":" + std::to_string(stream.line);
    if (other == nullptr) {
      add(b.name + ": contacts: there is no `" + stream.name + "`, which is in " + where);
      continue;
    }
    for (const std::string_view key : differing_keys(stream, *other)) {
      add(b.name + ":" + std::to_string(other->line) + ": contacts[" + std::to_string(other - of_b.data()) +
          "] (" + stream.name + "): " + std::string(key) + " differs from " + where);
    }
  }
  for (const ContactStream& stream : of_b) {
    if (find_row(a.scenario->contacts, stream.name) != nullptr) continue;
    add(a.name + ": contacts: there is no `" + stream.name + "`, which is in " + b.name + ":" +
        std::to_string(stream.line));
  }
  return differences;
}

bool Difference::is_significant() const {
  return std::isfinite(difference.ci95) && std::fabs(difference.mean) > difference.ci95;
}

std::vector<ComparedRow> compare_contacts(const Results& a, const Results& b) {
  return compare_rows(a.streams(), b.streams(), a.replications());
}

std::vector<ComparedRow> compare_agents(const Results& a, const Results& b) {
  return compare_rows(a.agents(), b.agents(), a.replications());
}

std::string comparison_table(const Results& a, const Results& b) {
  std::string out = "seed " + std::to_string(a.seed()) + ", " +
                    (a.replications() == 1 ? std::to_string(kBatches) + " pairs of batches of one run"
                                           : std::to_string(a.replications()) + " pairs of replications") +
                    " with the same customers\n\n";
  add_rows(out, compare_contacts(a, b));
  add_rows(out, compare_agents(a, b));
  out +=
      "+- is half of the 95 % confidence interval; that of B - A comes from the differences of the pairs.\n";
  out += "* zero is outside it. Where nothing differs, luck marks one line in twenty.\n";
  for (const std::string& note : notes_on(a)) out += "note on A: " + note + "\n";
  for (const std::string& note : notes_on(b)) out += "note on B: " + note + "\n";
  return out;
}

std::string comparison_json(const Results& a, const Results& b) {
  JsonObject all;
  all.add("seed", a.seed()).add("replications", std::uint64_t{a.replications()});
  all.add("units", json_text(a.replications() == 1 ? "batches" : "replications"));
  all.add("contacts", json_of(compare_contacts(a, b))).add("agents", json_of(compare_agents(a, b)));
  all.add("commands", a.commands() + b.commands());
  return all.text() + "\n";
}

}  // namespace cordboard::sim
