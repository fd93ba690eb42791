// Values and rows as they are printed.

#include <gmock/gmock.h>

#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

#include "cordboard/v1/config_service.pb.h"
#include "cordboard/v1/explain.pb.h"
#include "cordboard/v1/supervisor_service.pb.h"
#include "ctl/output/csv.h"
#include "ctl/output/json.h"
#include "ctl/output/printer.h"
#include "ctl/output/text_table.h"
#include "ctl/output/text_width.h"
#include "ctl/output/value_text.h"
#include "ctl/output/watch_printer.h"
#include "ctl/output/yaml.h"

namespace cordboard::testing {
namespace {

using ctl::OutputFormat;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

TEST(TextWidth, CountsColumnsAndNotBytes) {
  EXPECT_EQ(ctl::text_width("abc"), 3u);
  EXPECT_EQ(ctl::text_width("Bürö"), 4u);
  EXPECT_EQ(ctl::text_width("昼休み"), 6u) << "two columns each";
  EXPECT_EQ(ctl::text_width("e\u0301"), 1u) << "a combining accent";
  EXPECT_EQ(ctl::cut_to_width("Bürö", 2), "Bü");
  EXPECT_EQ(ctl::cut_to_width("昼休み", 5), "昼休") << "no half of a letter";
  EXPECT_EQ(ctl::cut_to_width("ab", 9), "ab");
}

TEST(TextTable, StaysInColumnsWhateverTheScript) {
  ctl::TextTable table({"AGENT", "REASON", ">HANDLED"});
  table.add({"ana", "昼休み", "3"});
  table.add({"ben", "café", "12"});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(),
            "AGENT  REASON  HANDLED\n"
            "ana    昼休み        3\n"
            "ben    café         12\n");
}

TEST(Csv, TextsAreNoFormulasAndNumbersStayNumbers) {
  v1::Contact contact;
  contact.set_contact_id("=1+1");
  contact.set_customer("+49 170");
  contact.set_priority(-3);
  const auto cells = ctl::csv_cells(contact);
  EXPECT_THAT(cells, Contains("'=1+1"));
  EXPECT_THAT(cells, Contains("'+49 170"));
  EXPECT_THAT(cells, Contains("-3"));
  v1::OfferExplanation::Waiting waiting;
  waiting.set_contact_id("@x");
  waiting.set_priority(-5);  // 64 bits, which JSON has as a text
  EXPECT_THAT(ctl::csv_cells(waiting), ElementsAre("'@x", "0", "-5", ""));
}

TEST(Csv, AWatchHasNoFormulasEither) {
  v1::WatchResponse snapshot;
  snapshot.mutable_snapshot()->add_contacts()->set_contact_id("=1+1");
  v1::WatchResponse deltas;
  deltas.mutable_deltas()->add_deltas()->add_removed_contact_ids("-2");
  std::ostringstream out;
  const auto printer = ctl::make_watch_printer(OutputFormat::Csv, out);
  printer->print(snapshot);
  printer->print(deltas);
  EXPECT_THAT(out.str(), HasSubstr(",contact,'=1+1,"));
  EXPECT_THAT(out.str(), HasSubstr(",removed_contact,'-2,"));
}

TEST(DataFormats, CustomerDataMayHoldAnyCharacter) {
  v1::Contact contact;
  contact.set_contact_id("c1");
  contact.set_attributes(std::string("a\0b\x1b[2J\nc", 9));
  EXPECT_THAT(ctl::to_json(contact, false), HasSubstr(R"("attributes":"a\u0000b\u001b[2J\nc")"));
  EXPECT_THAT(ctl::to_yaml(ctl::to_json_value(contact).get()),
              HasSubstr(R"(attributes: "a\x00b\x1b[2J\nc")"));
  EXPECT_THAT(ctl::csv_cells(contact), Contains("c1"));
  EXPECT_THAT(ctl::csv_line(ctl::csv_cells(contact)), HasSubstr("\"a?b?[2J\nc\""));
}

const std::vector<ctl::Column<v1::ConfigVersion>> kVersionNumber = {
    {">VERSION", [](const v1::ConfigVersion& row) { return std::to_string(row.number()); }}};

TEST(ListPrinter, PrintsPartsAsOneList) {
  const auto printed = [](OutputFormat format, const std::vector<std::vector<std::uint64_t>>& parts) {
    std::ostringstream out;
    ctl::ListPrinter<v1::ConfigVersion> printer(format, kVersionNumber, out);
    for (const auto& part : parts) {
      std::vector<v1::ConfigVersion> rows;
      for (const std::uint64_t number : part) rows.emplace_back().set_number(number);
      printer.add(rows);
    }
    printer.end();
    return out.str();
  };
  EXPECT_EQ(printed(OutputFormat::Table, {{10}, {}, {9}}), "VERSION\n     10\n      9\n");
  EXPECT_EQ(printed(OutputFormat::Csv, {{2}, {}, {1}}), "number,appliedAt,source,bytes\n2,,,0\n1,,,0\n");
  EXPECT_EQ(printed(OutputFormat::Json, {{2}, {}, {1}}),
            "[\n{\"number\":\"2\",\"source\":\"\",\"bytes\":\"0\"},\n{\"number\":\"1\",\"source\":\"\","
            "\"bytes\":\"0\"}\n]\n");
  EXPECT_THAT(printed(OutputFormat::Yaml, {{2}, {1}}), HasSubstr("\n- number: \"1\"\n"));
  EXPECT_EQ(printed(OutputFormat::Csv, {}), "number,appliedAt,source,bytes\n");
  EXPECT_EQ(printed(OutputFormat::Json, {}), "[]\n");
  EXPECT_EQ(printed(OutputFormat::Yaml, {}), "[]\n");
}

TEST(MembersText, ReadsAsPeopleWould) {
  v1::GetStatusResponse status;
  status.set_tenant("default");
  status.mutable_uptime()->set_seconds(65);
  status.mutable_uptime()->set_nanos(625'819'000);
  status.mutable_live_contacts()->set_limit(1000);
  status.mutable_agents()->set_used(3);
  status.mutable_agents()->set_limit(10);
  EXPECT_THAT(ctl::members_text(status),
              ElementsAre(Pair("tenant", "default"), Pair("uptime", "1m5s"),
                          Pair("live_contacts", "0 of 1000"), Pair("agents", "3 of 10")));
  v1::Contact contact;
  contact.set_state(static_cast<v1::Contact::State>(99));
  contact.mutable_wait()->set_nanos(3'000'000);
  EXPECT_THAT(ctl::members_text(contact), ElementsAre(Pair("state", "99"), Pair("wait", "3ms")))
      << "a value of a newer router";
}

}  // namespace
}  // namespace cordboard::testing
