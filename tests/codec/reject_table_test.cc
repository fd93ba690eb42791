#include "router/codec/reject_table.h"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "tests/codec/lower.h"

namespace cordboard::testing {
namespace {

TEST(RejectTable, EveryReasonOfTheEngineHasItsRowUnderTheSameName) {
  for (std::size_t i = 0; i < kRejectReasonCount; ++i) {
    const auto reason = static_cast<RejectReason>(i);
    const RejectRow& row = reject_row(reason);
    EXPECT_EQ(row.core, reason);
    EXPECT_EQ(lower(v1::RejectionDetail::Reason_Name(row.reason)), to_string(reason));
  }
}

TEST(RejectTable, EveryReasonOfTheApiHasExactlyOneRow) {
  std::set<int> rows;
  for (const RejectRow& row : reject_table()) EXPECT_TRUE(rows.insert(row.reason).second) << row.reason;
  const auto* reasons = v1::RejectionDetail::Reason_descriptor();
  for (int i = 0; i < reasons->value_count(); ++i) {
    const int reason = reasons->value(i)->number();
    if (reason == v1::RejectionDetail::REASON_UNSPECIFIED) continue;
    EXPECT_TRUE(rows.contains(reason)) << reasons->value(i)->name();
    EXPECT_EQ(reject_row(static_cast<v1::RejectionDetail::Reason>(reason)).reason, reason);
  }
}

TEST(RejectTable, EdgesRefuseWithReasonsFrom100On) {
  for (const RejectRow& row : reject_table()) EXPECT_EQ(!row.core, row.reason >= 100) << row.reason;
}

TEST(RejectTable, CodesHaveNamesAndNoneIsLikeAnAccessRight) {
  for (const RejectRow& row : reject_table()) EXPECT_NE(to_string(row.code), "UNKNOWN");
  EXPECT_EQ(reject_row(RejectReason::NotYourContact).code, StatusCode::FailedPrecondition);
}

// The lines of the table in docs/API.md, between its two marks.
std::vector<std::string> documented_rows() {
  std::ifstream file(CORDBOARD_SOURCE_DIR "/docs/API.md");
  std::vector<std::string> rows;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line == "<!-- reject table -->") inside = true;
    if (line == "<!-- end of reject table -->") inside = false;
    if (inside && line.starts_with("| `")) rows.push_back(line);
  }
  return rows;
}

TEST(RejectTable, TheDocumentationPrintsIt) {
  std::vector<std::string> expected;
  for (const RejectRow& row : reject_table()) {
    std::ostringstream line;
    line << "| `" << v1::RejectionDetail::Reason_Name(row.reason) << "` | `" << to_string(row.code) << "` | "
         << row.meaning << " |";
    expected.push_back(line.str());
  }
  EXPECT_EQ(documented_rows(), expected);
}

}  // namespace
}  // namespace cordboard::testing
