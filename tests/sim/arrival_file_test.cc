#include "agents-sim/scenario/arrival_file.h"

#include <gtest/gtest.h>

#include <chrono>
#include "tests/sim/temp_file.h"

namespace cordboard::sim {
namespace {

using namespace std::chrono_literals;

std::string arrival_file_error(std::string_view text) {
  const TempFile file("calls.csv", text);
  const auto loaded = load_arrival_file(file.path());
  const auto* error = std::get_if<ArrivalFileError>(&loaded);
  return error == nullptr ? "" : error->message.substr(error->message.find("calls.csv"));
}

TEST(ArrivalFile, ReadsEveryColumnAndLeavesEmptyCellsOpen) {
  const TempFile file("calls.csv",
                      "at,queue,outcome,priority,requires,customer,handle_s,patience_s\n"
                      "7.5,sales,agent,-3,english >= 50,c1,60,12.25\n"
                      "9,,hang,,,,0,\n");
  const auto loaded = load_arrival_file(file.path());
  ASSERT_TRUE(std::holds_alternative<ArrivalFile>(loaded));
  const auto& calls = std::get<ArrivalFile>(loaded);
  ASSERT_EQ(calls.records.size(), 2u);
  const ArrivalRecord& full = calls.records[0];
  EXPECT_EQ(full.at, Duration(7'500ms));
  EXPECT_EQ(calls.text(full.queue), "sales");
  EXPECT_EQ(calls.text(full.requirement), "english >= 50");
  EXPECT_EQ(calls.text(full.customer), "c1");
  EXPECT_EQ(full.priority, -3);
  EXPECT_EQ(full.handle, Duration(60s));
  EXPECT_EQ(full.patience, Duration(12'250ms));
  const ArrivalRecord& open = calls.records[1];
  EXPECT_EQ(open.queue, ArrivalRecord::kNoText);
  EXPECT_FALSE(open.priority || open.handle || open.patience);
}

TEST(ArrivalFile, OrdersByTimeAndKeepsTheOrderOfTheFileWithinAnInstant) {
  const TempFile file("calls.csv", "at,customer\n9,a\n2,b\n9,c\n2,d\n");
  const auto loaded = load_arrival_file(file.path());
  const auto& calls = std::get<ArrivalFile>(loaded);
  std::string order;
  for (const ArrivalRecord& record : calls.records) order += calls.text(record.customer);
  EXPECT_EQ(order, "bdac");
}

TEST(ArrivalFile, NamesTheLineAndTheColumnOfWhatIsWrong) {
  EXPECT_EQ(arrival_file_error("time\n1\n"), "calls.csv:1: no column `at` (seconds from the start)");
  EXPECT_EQ(arrival_file_error("at\n1\nsoon\n"),
            "calls.csv:3: at: expected seconds, 0 or more, found \"soon\"");
  EXPECT_EQ(arrival_file_error("at,customer\n,x\n"),
            "calls.csv:2: at: expected seconds from the start, found \"\"");
  EXPECT_EQ(arrival_file_error("at,priority\n1,high\n"),
            "calls.csv:2: priority: expected an integer -1000..1000, found \"high\"");
  EXPECT_EQ(arrival_file_error("at,handle_s\n1,-5\n"),
            "calls.csv:2: handle_s: expected seconds, 0 or more, found \"-5\"");
  EXPECT_NE(
      arrival_file_error("at,requires\n1,english >\n").find("calls.csv:2: requires: expected a requirement"),
      std::string::npos);
}

}  // namespace
}  // namespace cordboard::sim
