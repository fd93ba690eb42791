#include "agents-sim/base/csv.h"

#include <gtest/gtest.h>

#include "tests/sim/temp_file.h"

namespace cordboard::sim {
namespace {

std::vector<std::vector<std::string>> read_all(CsvFile& csv) {
  std::vector<std::vector<std::string>> rows;
  while (csv.next_row()) {
    rows.emplace_back();
    for (std::size_t i = 0; i < csv.columns().size(); ++i) rows.back().emplace_back(csv.cell(i));
  }
  return rows;
}

std::string csv_error(std::string_view text) {
  const TempFile file("table.csv", text);
  CsvFile csv(file.path());
  read_all(csv);
  const std::size_t name = csv.error().find("table.csv");
  return name == std::string::npos ? csv.error() : csv.error().substr(name);
}

TEST(CsvFile, ReadsPlainQuotedAndEmptyCells) {
  const TempFile file("table.csv", "a, b ,c\n1, two words ,\n\n# a remark\n\"x, \"\"y\"\"\" , ,3\r\n");
  CsvFile csv(file.path());
  EXPECT_EQ(csv.columns(), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(read_all(csv),
            (std::vector<std::vector<std::string>>{{"1", "two words", ""}, {"x, \"y\"", "", "3"}}));
  EXPECT_EQ(csv.error(), "");
}

TEST(CsvFile, UnderstandsAByteOrderMarkAndAMissingLastLineBreak) {
  const TempFile file("table.csv",
                      "\xef\xbb\xbf"
                      "at\r\n5");
  CsvFile csv(file.path());
  EXPECT_EQ(csv.column("at"), 0u);
  EXPECT_EQ(read_all(csv), (std::vector<std::vector<std::string>>{{"5"}}));
}

TEST(CsvFile, SaysWhereItStopsMakingSense) {
  EXPECT_EQ(csv_error(""), "table.csv: is empty; expected a first line with the names of the columns");
  EXPECT_EQ(csv_error("a,b\n1,2\n3\n"), "table.csv:3: expected 2 cells as in the first line, found 1");
  EXPECT_EQ(csv_error("a\n\"open\n"), "table.csv:2: a quoted cell has no closing quote on its line");
  EXPECT_EQ(csv_error("a,b\n\"x\"y,2\n"), "table.csv:2: expected a comma after the closing quote");
}

TEST(CsvFile, SaysThatAFileCannotBeOpened) {
  CsvFile csv("/nowhere/table.csv");
  EXPECT_EQ(csv.error(), "/nowhere/table.csv: cannot be opened");
  EXPECT_FALSE(csv.next_row());
}

TEST(ParseSeconds, ReadsDecimalsAndRefusesAllElse) {
  EXPECT_EQ(parse_seconds("0"), Duration::zero());
  EXPECT_EQ(parse_seconds("2.5"), Duration(2'500'000));
  EXPECT_EQ(parse_seconds("0.0000014"), Duration(1));
  for (const char* wrong : {"", "-1", "1s", "1e3", "nan", "inf", " 1", "9999999999999"}) {
    EXPECT_EQ(parse_seconds(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace cordboard::sim
