#include "router/config/diagnostics.h"

#include <gtest/gtest.h>

namespace cordboard {
namespace {

Diagnostic at(int line, int column, std::string message) {
  return {Severity::Error, "x.yaml", line, column, "key", std::move(message), ""};
}

TEST(Diagnostic, ShowsPlaceKeyMessageAndSuggestionInOneLine) {
  EXPECT_EQ(to_string(Diagnostic{Severity::Error, "deploy/x.yaml", 12, 5, "queues[2].offer_timout",
                                 "unknown key", "did you mean offer_timeout?"}),
            "deploy/x.yaml:12:5: queues[2].offer_timout: unknown key; did you mean offer_timeout?");
}

TEST(Diagnostic, SaysThatItIsAWarning) {
  EXPECT_EQ(to_string(Diagnostic{Severity::Warning, "x.yaml", 1, 2, "queues", "empty", ""}),
            "x.yaml:1:2: warning: queues: empty");
}

TEST(Diagnostic, AboutAWholeFileHasNoPlace) {
  EXPECT_EQ(to_string(Diagnostic{Severity::Error, "x.yaml", 0, 0, "", "cannot be read", ""}),
            "x.yaml: cannot be read");
}

TEST(Diagnostics, AreOrderedByPlaceThenAsAdded) {
  Diagnostics diagnostics;
  diagnostics.add(at(2, 1, "third"));
  diagnostics.add(at(1, 9, "first"));
  diagnostics.add(at(1, 9, "second"));
  EXPECT_EQ(diagnostics.text(), "x.yaml:1:9: key: first\nx.yaml:1:9: key: second\nx.yaml:2:1: key: third\n");
}

TEST(Diagnostics, KeepAHundredAndCountTheOthers) {
  Diagnostics diagnostics;
  for (int line = 1; line <= 103; ++line) diagnostics.add(at(line, 1, "wrong"));
  EXPECT_EQ(diagnostics.all().size(), kMaxDiagnostics);
  EXPECT_EQ(diagnostics.dropped(), 3u);
  EXPECT_EQ(diagnostics.error_count(), 103u);
  EXPECT_TRUE(diagnostics.text().ends_with("\n... and 3 more\n"));
}

TEST(Diagnostics, WarningsAreNoErrors) {
  Diagnostics diagnostics;
  diagnostics.add({Severity::Warning, "x.yaml", 1, 1, "", "odd", ""});
  EXPECT_FALSE(diagnostics.has_errors());
  EXPECT_EQ(diagnostics.warning_count(), 1u);
}

TEST(NearestKey, IsTheOneWithTheSmallestEditDistance) {
  EXPECT_EQ(nearest_key("offer_timout", {"max_wait", "offer_timeout", "wrap_up_timeout"}), "offer_timeout");
  EXPECT_EQ(nearest_key("agnets", {"agents", "limits"}), "agents");
  EXPECT_EQ(nearest_key("max_waitng", {"max_wait", "max_waiting"}), "max_waiting");
}

TEST(NearestKey, IsEmptyWhenNothingIsNear) {
  EXPECT_EQ(nearest_key("colour", {"queues", "agents"}), "");
  EXPECT_EQ(nearest_key("a", {"b"}), "");
  EXPECT_EQ(nearest_key("", {"name"}), "");
  EXPECT_EQ(nearest_key(std::string(100'000, 'x'), {"name"}), "");
}

TEST(NearestKey, IsTheOnlyOneThatBeginsOrEndsWithTheWord) {
  EXPECT_EQ(nearest_key("wrap_up", {"name", "wrap_up_timeout"}), "wrap_up_timeout");
  EXPECT_EQ(nearest_key("seed", {"agents", "random_seed"}), "random_seed");
  EXPECT_EQ(nearest_key("warning", {"info", "warn"}), "warn");
  EXPECT_EQ(nearest_key("limit", {"limit_of_agents", "limit_of_contacts"}), "");
  EXPECT_EQ(nearest_key("ma", {"max_waiting_contacts"}), "");
}

TEST(NearestKey, PrefersTheEarlierOfTwoEquallyNear) { EXPECT_EQ(nearest_key("mix", {"max", "min"}), "max"); }

TEST(Printable, KeepsLettersOfAnyLanguage) { EXPECT_EQ(printable("López 日本 😀"), "López 日本 😀"); }

TEST(Printable, ReplacesControlCharactersAndBrokenUtf8) {
  EXPECT_EQ(printable("a\nb\x1b[31m\x7f"), "a?b?[31m?");
  EXPECT_EQ(printable("\xff\xc3(\xe2\x82"),
            "?"
            "?(?"
            "?");
  EXPECT_EQ(printable("\xed\xa0\x80 \xc0\xaf \xf4\x90\x80\x80"), "??? ?? ????");
}

TEST(Printable, CutsBetweenCharacters) {
  std::string euros;
  for (int i = 0; i < 30; ++i) euros += "€";
  const std::string shown = printable(euros);
  EXPECT_EQ(shown, euros.substr(0, 66) + "...");
}

}  // namespace
}  // namespace cordboard
