// The toolkit as another part of the project uses it for keys of its own.

#include "router/config/schema.h"

#include <gtest/gtest.h>

#include "router/config/names.h"

namespace cordboard {
namespace {

using namespace std::chrono_literals;

enum class Colour { Red, Green };
std::string_view to_string(Colour colour) { return colour == Colour::Red ? "red" : "green"; }

struct Base {
  Duration warmup = 100h;
};
struct Stream : Base {
  std::string name;
  int priority = 3;
  bool enabled = true;
  Colour colour = Colour::Green;
  std::uint32_t buffer = 2048;
  std::vector<std::int64_t> points;
};

void read_points(const Reader& reader, Stream& stream) {
  for (const Reader& item : reader.items()) {
    if (const auto point = item.integer({0, 9})) stream.points.push_back(*point);
  }
}

const Schema<Base>& base_schema() {
  static const Schema<Base> schema(
      {duration_key<Base>("warmup", &Base::warmup, {0s, kMaxDuration}, "Left out.")});
  return schema;
}

const Schema<Stream>& stream_schema() {
  static const Schema<Stream> schema(
      base_schema(),
      {text_key<Stream>("name", &Stream::name, name_rule(), "Reported under it.").require(),
       integer_key<Stream>("priority", &Stream::priority, {-10, 10}, "How soon."),
       bool_key<Stream>("enabled", &Stream::enabled, "Whether at all."),
       choice_key<Stream, Colour>("colour", &Stream::colour, {Colour::Red, Colour::Green}, "Of the line."),
       bytes_key<Stream>("buffer", &Stream::buffer, {1, 1 << 20}, "Size."),
       custom_key<Stream>({"points", "list of integers", "[]", "0..9", "Anything."}, read_points)});
  return schema;
}

std::string read(const std::string& text, Stream& stream) {
  YamlFile file(text, "s.yaml");
  stream_schema().read(file.root(), stream);
  return file.diagnostics().text();
}

TEST(Schema, FillsInEveryKindOfKey) {
  Stream stream;
  EXPECT_EQ(
      read("{name: a, warmup: 1m, priority: -2, enabled: false, colour: red, buffer: 4KiB, points: [1, 2]}",
           stream),
      "");
  EXPECT_EQ(stream.name, "a");
  EXPECT_EQ(stream.warmup, 1min);
  EXPECT_EQ(stream.priority, -2);
  EXPECT_FALSE(stream.enabled);
  EXPECT_EQ(stream.colour, Colour::Red);
  EXPECT_EQ(stream.buffer, 4096u);
  EXPECT_EQ(stream.points, (std::vector<std::int64_t>{1, 2}));
}

TEST(Schema, LeavesAbsentAndWrongKeysAsTheyAre) {
  Stream stream;
  stream.priority = 7;
  EXPECT_EQ(read("{name: a, warmup: 5, colour: blue}", stream),
            "s.yaml:1:19: warmup: expected a duration, found \"5\": a unit is missing (d, h, m, s, ms, us); "
            "did you mean 5s?\n"
            "s.yaml:1:30: colour: expected one of red, green, found \"blue\"\n");
  EXPECT_EQ(stream.priority, 7);
  EXPECT_EQ(stream.warmup, 100h);
  EXPECT_EQ(stream.colour, Colour::Green);
}

TEST(Schema, ReportsMissingUnknownAndRepeatedKeysTogether) {
  Stream stream;
  EXPECT_EQ(read("{prioriti: 1, enabled: true, enabled: false}", stream),
            "s.yaml:1:1: the key name is missing\n"
            "s.yaml:1:2: prioriti: unknown key; did you mean priority?\n"
            "s.yaml:1:30: enabled: the key comes twice in one mapping; remove one of them\n");
  EXPECT_TRUE(stream.enabled);
}

TEST(Schema, DocumentsTheDefaultsOfTheType) {
  const SectionDoc section = stream_schema().document("streams[]");
  ASSERT_EQ(section.keys.size(), 7u);
  EXPECT_EQ(section.keys[0].fallback, "4d4h");
  EXPECT_TRUE(section.keys[1].required);
  EXPECT_EQ(section.keys[1].fallback, "");
  EXPECT_EQ(section.keys[2].fallback, "3");
  EXPECT_EQ(section.keys[2].limits, "-10..10");
  EXPECT_EQ(section.keys[3].fallback, "true");
  EXPECT_EQ(section.keys[4].fallback, "green");
  EXPECT_EQ(section.keys[5].fallback, "2KiB");
  EXPECT_EQ(section.keys[6].fallback, "[]");
}

}  // namespace
}  // namespace cordboard
