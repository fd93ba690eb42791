#include "router/config/yaml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

namespace cordboard {
namespace {

using testing::HasSubstr;

// Reads the value of `v` in a document of one line.
template <class Read>
auto read_value(const std::string& value, Read read, std::string* problems = nullptr) {
  YamlFile file("v: " + value + "\n", "x.yaml");
  const auto reader = file.root().find("v");
  EXPECT_TRUE(reader) << value << ": " << file.diagnostics().text();
  if (!reader) std::abort();
  auto result = read(*reader);
  if (problems != nullptr) *problems = file.diagnostics().text();
  return result;
}

TEST(YamlFile, OfNoTextIsEmptyAndRight) {
  for (const char* text : {"", "\n", "# only a comment\n", "---\n", "\xEF\xBB\xBF"}) {
    YamlFile file(text, "x.yaml");
    EXPECT_TRUE(file.root().is_null()) << text;
    EXPECT_EQ(file.diagnostics().text(), "");
  }
}

TEST(YamlFile, ReportsSyntaxErrorsWithTheirPlace) {
  YamlFile file("a: [1,\nb: 2", "x.yaml");
  EXPECT_TRUE(file.root().is_null());
  EXPECT_EQ(file.diagnostics().text(), "x.yaml:2:1: YAML syntax: end of sequence flow not found\n");
}

TEST(YamlFile, RefusesTextThatIsNotUtf8AndNamesTheLine) {
  YamlFile file("a: 1\nb: caf\xE9\n", "x.yaml");
  EXPECT_TRUE(file.root().is_null());
  EXPECT_EQ(file.diagnostics().text(),
            "x.yaml:2:7: not UTF-8: the byte 0xE9 is not part of a character; save the file as UTF-8\n");
  for (const char* text : {"a: \xC3", "a: \xED\xA0\x80",
                           "\xFF\xFE"
                           "a",
                           "a: '\xC0\xAF'"}) {
    EXPECT_TRUE(YamlFile(text, "x.yaml").diagnostics().has_errors()) << text;
  }
  EXPECT_FALSE(YamlFile("a: caf\xC3\xA9 \xF0\x9F\x93\x9E\n", "x.yaml").diagnostics().has_errors());
}

// Each of these makes YAML::LoadAll find empty documents for ever.
TEST(YamlFile, SurvivesTextThatIsNoDocument) {
  for (const char* text : {", a", "]", "}", "---\n,"}) {
    YamlFile file(text, "x.yaml");
    EXPECT_TRUE(file.root().is_null()) << text;
    EXPECT_TRUE(file.diagnostics().has_errors()) << text;
  }
}

TEST(YamlFile, SurvivesDeepNesting) {
  YamlFile file(std::string(100'000, '['), "x.yaml");
  EXPECT_TRUE(file.diagnostics().has_errors());
}

TEST(YamlFile, SurvivesAliasesThatMultiply) {
  std::string text = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 64; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before + ", " + before + "]\n";
  }
  YamlFile file(text, "x.yaml");
  EXPECT_EQ(file.root().fields().size(), 64u);
  EXPECT_EQ(file.diagnostics().text(), "");
}

TEST(YamlFile, RefusesTooMuchTextBeforeParsingIt) {
  YamlFile file(std::string(kMaxYamlBytes + 1, '['), "x.yaml");
  EXPECT_EQ(file.diagnostics().text(), "x.yaml: has more than the 16777216 bytes that are allowed\n");
}

TEST(YamlFile, ThatDoesNotExistIsADiagnostic) {
  const YamlFile file = YamlFile::load("/nonexistent/x.yaml");
  EXPECT_EQ(file.diagnostics().text(), "/nonexistent/x.yaml: cannot be read: No such file or directory\n");
}

TEST(YamlFile, ThatIsADirectoryIsADiagnostic) {
  const YamlFile file = YamlFile::load("/");
  EXPECT_EQ(file.diagnostics().text(), "/: cannot be read: Is a directory\n");
}

TEST(YamlFile, WithoutAnEndIsCutOff) {
  const YamlFile file = YamlFile::load("/dev/zero");
  EXPECT_THAT(file.diagnostics().text(), HasSubstr("has more than the 16777216 bytes"));
}

TEST(YamlFile, CountsColumnsAfterAByteOrderMark) {
  YamlFile file("\xEF\xBB\xBFv: x\n", "x.yaml");
  file.root().find("v")->error("here");
  EXPECT_EQ(file.diagnostics().text(), "x.yaml:1:4: v: here\n");
}

TEST(Reader, KnowsThePathOfEveryValue) {
  YamlFile file("queues:\n  - {name: a}\n  - {name: b}\n", "x.yaml");
  const Reader second = file.root().find("queues")->items()[1];
  EXPECT_EQ(second.path(), "queues[1]");
  EXPECT_EQ(second.find("name")->path(), "queues[1].name");
  EXPECT_EQ(second.line(), 3);
  EXPECT_FALSE(second.find("nothing"));
}

TEST(Reader, ReadsTextWithAndWithoutQuotes) {
  const auto text = [](const Reader& reader) { return reader.text(); };
  EXPECT_EQ(read_value("sales", text), "sales");
  EXPECT_EQ(read_value("'1001'", text), "1001");
  EXPECT_EQ(read_value("1001", text), "1001");
  EXPECT_EQ(read_value("no", text), "no");
  std::string problems;
  EXPECT_EQ(read_value("", text, &problems), std::nullopt);
  EXPECT_EQ(problems, "x.yaml:1:1: v: expected a text, found nothing\n");
}

TEST(Reader, ReadsIntegers) {
  const auto small = [](const Reader& reader) { return reader.integer({-5, 5}); };
  EXPECT_EQ(read_value("5", small), 5);
  EXPECT_EQ(read_value("-5", small), -5);
  EXPECT_EQ(read_value("0", small), 0);
  for (const char* wrong :
       {"6", "-6", "1.0", "0x1", "01", "-01", "+1", "1e0", "''", "[1]", "{}", "~", "'1'"}) {
    std::string problems;
    EXPECT_EQ(read_value(wrong, small, &problems), std::nullopt) << wrong;
    EXPECT_THAT(problems, HasSubstr("expected an integer (-5..5), found ")) << wrong;
  }
}

TEST(Reader, ReadsNumbers) {
  const auto share = [](const Reader& reader) { return reader.number({0.0, 1.0}); };
  EXPECT_EQ(read_value("0.25", share), 0.25);
  EXPECT_EQ(read_value("1", share), 1.0);
  EXPECT_EQ(read_value("1e-3", share), 0.001);
  for (const char* wrong : {"1.01", "-0.1", ".nan", "nan", "inf", "half", "'0.5'", "0.5x"}) {
    std::string problems;
    EXPECT_EQ(read_value(wrong, share, &problems), std::nullopt) << wrong;
    EXPECT_THAT(problems, HasSubstr("expected a number (0..1), found ")) << wrong;
  }
}

TEST(Reader, ReadsSizes) {
  const auto size = [](const Reader& reader) { return reader.bytes({1, 1 << 30}); };
  EXPECT_EQ(read_value("4096", size), 4096);
  EXPECT_EQ(read_value("64KiB", size), 64 << 10);
  EXPECT_EQ(read_value("1GiB", size), 1 << 30);
  for (const char* wrong : {"0", "1MB", "2GiB", "-1KiB", "KiB", "9999999999999999GiB", "1.5MiB"}) {
    EXPECT_EQ(read_value(wrong, size), std::nullopt) << wrong;
  }
}

TEST(Reader, RefusesADurationOutOfRange) {
  std::string problems;
  const auto short_time = [](const Reader& reader) {
    return reader.duration({Duration{1000}, Duration{5000}});
  };
  EXPECT_EQ(read_value("6ms", short_time, &problems), std::nullopt);
  EXPECT_EQ(problems, "x.yaml:1:4: v: expected a duration (1ms..5ms), found \"6ms\"\n");
}

TEST(Reader, TakesTheOnlyEntryOfAChoice) {
  const std::vector<std::string_view> names = {"exponential", "constant"};
  const auto choice = [&](const Reader& reader) {
    const auto field = reader.only_field(names);
    return field ? field->name : std::string{};
  };
  EXPECT_EQ(read_value("{constant: 5s}", choice), "constant");
  std::string problems;
  EXPECT_EQ(read_value("{constnt: 5s}", choice, &problems), "");
  EXPECT_EQ(
      problems,
      "x.yaml:1:5: v.constnt: unknown; expected one of exponential, constant; did you mean constant?\n");
  EXPECT_EQ(read_value("{constant: 5s, exponential: 6s}", choice, &problems), "");
  EXPECT_THAT(problems, HasSubstr("expected a mapping with exactly one of exponential, constant"));
  EXPECT_EQ(read_value("never", choice, &problems), "");
}

TEST(Reader, PointsIntoATextOnOneLine) {
  const auto point = [](const Reader& reader) {
    reader.error_at(2, "here");
    return 0;
  };
  const std::vector<std::pair<std::string, std::string>> table = {
      {"abc", "x.yaml:1:6: v: here\n"},       {"'abc'", "x.yaml:1:7: v: here\n"},
      {"\"abc\"", "x.yaml:1:7: v: here\n"},   {"\"a\\tc\"", "x.yaml:1:4: v: here\n"},
      {"&x abc", "x.yaml:1:4: v: here\n"},    {">\n  abc\n  def", "x.yaml:1:4: v: here\n"},
      {"abc\n  def", "x.yaml:1:4: v: here\n"}};
  for (const auto& [value, expected] : table) {
    std::string problems;
    read_value(value, point, &problems);
    EXPECT_EQ(problems, expected) << value;
  }
}

TEST(Reader, ShowsForeignTextOnOneLine) {
  std::string problems;
  read_value(
      "\"a\\nb" + std::string(200, 'c') + "\"", [](const Reader& reader) { return reader.boolean(); },
      &problems);
  EXPECT_EQ(problems,
            "x.yaml:1:4: v: expected true or false, found the text \"a?b" + std::string(61, 'c') + "...\"\n");
}

TEST(Ranges, AreShownWithTheEndsThatMatter) {
  EXPECT_EQ(to_string(IntegerRange{1, 100}), "1..100");
  EXPECT_EQ(to_string(IntegerRange{0, std::numeric_limits<std::int64_t>::max()}), "at least 0");
  EXPECT_EQ(to_string(DurationRange{Duration{1000}, kMaxDuration}), "at least 1ms");
  EXPECT_EQ(format_bytes(IntegerRange{4096, 64 << 20}), "4KiB..64MiB");
  EXPECT_EQ(format_bytes(1000), "1000");
}

}  // namespace
}  // namespace cordboard
