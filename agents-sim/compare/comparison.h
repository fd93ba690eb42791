// Two scenarios with the same customers: what differs between the policies, and is it more than luck?
//
// Both are run with the same seed. Common random numbers give both the same contacts in every replication, so
// the difference is taken replication by replication; what the customers have in common cancels out.

#pragma once

#include <string>
#include <vector>

#include "agents-sim/virtual/results.h"
#include "agents-sim/virtual/statistics.h"

namespace cordboard::sim {

struct NamedScenario {
  const Scenario* scenario;
  std::string name;  // of the file
};

// Where the contacts of the two differ, as "b.yaml:14: contacts[0] (sales): handle_time differs from
// a.yaml:12"; empty when they are the same. What happens to a contact (queue, priority, tier, requirement) is
// policy and may differ.
std::vector<std::string> contact_differences(const NamedScenario& a, const NamedScenario& b);

struct Difference {
  std::string_view measure;
  bool is_count = false;
  Estimate a;
  Estimate b;
  Estimate difference;  // b - a

  // Zero is outside the confidence interval.
  bool is_significant() const;
};

struct ComparedRow {
  std::string name;  // of the stream of contacts, or of the group of agents
  std::vector<Difference> differences;
};

// Of the streams and groups that both have, by name, in the order of `a`.
std::vector<ComparedRow> compare_contacts(const Results& a, const Results& b);
std::vector<ComparedRow> compare_agents(const Results& a, const Results& b);

std::string comparison_table(const Results& a, const Results& b);
// One JSON object on one line, with a line break.
std::string comparison_json(const Results& a, const Results& b);

}  // namespace cordboard::sim
