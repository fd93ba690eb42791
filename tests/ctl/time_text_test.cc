// Times on the command line.
#include "ctl/time_text.h"

#include <gtest/gtest.h>

namespace cordboard::ctl {
namespace {

TEST(TimeText, IsReadAsItIsPrinted) {
  const Time time = time_from_us(1'700'000'000'123'456);
  EXPECT_EQ(to_text(time), "2023-11-14T22:13:20.123456Z");
  EXPECT_EQ(parse_time(to_text(time)), time);
  EXPECT_EQ(parse_time("2023-11-14T22:13:20Z"), time_from_us(1'700'000'000'000'000));
  EXPECT_EQ(parse_time("2023-11-14"), time_from_us(1'699'920'000'000'000));
}

TEST(TimeText, WhatIsNoTimeIsNone) {
  for (const char* text : {"", "yesterday", "2023-13-01", "2023-11-31", "2023-11-14T22:13:20",
                           "2023-11-14T25:00:00Z", "2023-11-14 ", "2023-11-14T22:13:20Zulu", "1700000000"}) {
    EXPECT_EQ(parse_time(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace cordboard::ctl
