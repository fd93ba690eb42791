#include "ctl/audit_list.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "ctl/client/command_options.h"
#include "ctl/row_writer.h"
#include "ctl/tenants.h"
#include "ctl/time_text.h"
#include "router/store/audit_reader.h"

namespace cordboard::ctl {
namespace {

struct ListOptions {
  TenantChoice choice;
  OutputFormat format = OutputFormat::Table;
  std::string since;
  std::string until;
};

std::string check_time(const std::string& text) {
  return parse_time(text) ? std::string() : text + ": expected " + kTimeRule;
}

// The rows of one tenant that are wanted.
class Listing {
 public:
  Listing(const ListOptions& options, RowWriter& writer) : writer_(writer) {
    if (!options.since.empty()) since_ = *parse_time(options.since);
    if (!options.until.empty()) until_ = *parse_time(options.until);
  }

  void show(const std::string& tenant, const AuditRow& row) {
    ListedRow listed{tenant, row.number, row.hash, {}};
    if (auto wrong = decode_audit(row.entry, listed.entry)) {
      wrong->what = "row " + std::to_string(row.number) + ": " + wrong->what;
      if (!undecodable_) undecodable_ = std::move(wrong);
      return;
    }
    const Time at = listed.entry.at;
    if ((!since_ || at >= *since_) && (!until_ || at < *until_)) writer_.write(listed);
  }

  // The first row of the tenant whose chain is whole and whose bytes mean nothing.
  std::optional<AuditError> take_undecodable() { return std::exchange(undecodable_, std::nullopt); }

 private:
  RowWriter& writer_;
  std::optional<Time> since_;
  std::optional<Time> until_;
  std::optional<AuditError> undecodable_;
};

// Not before the store is closed: who reads what is printed may take their time, and a router that is started
// meanwhile would find its store in use.
void print(std::ostringstream& printed, Terminal& terminal) {
  terminal.out << printed.view();
  printed.str({});
}

void list(const ListOptions& options, Terminal& terminal) {
  std::ostringstream printed;
  const auto writer = make_row_writer(options.format, printed);
  Listing listing(options, *writer);
  for_each_tenant(
      options.choice, terminal, [&](const std::string& tenant, const std::filesystem::path& store) {
        const auto end = read_audit_trail(store, [&](const AuditRow& row) { listing.show(tenant, row); });
        print(printed, terminal);
        if (const auto wrong = listing.take_undecodable()) {
          fail(terminal, tenant, wrong->newer ? ExitCode::StoreNewer : ExitCode::StoreDamaged, wrong->what);
        }
        if (!end.ok()) fail(terminal, tenant, end.error());
      });
  writer->end();
  print(printed, terminal);
}

}  // namespace

void add_audit_list(CLI::App& audit, Terminal& terminal) {
  const auto options = std::make_shared<ListOptions>();
  CLI::App* const command = audit.add_subcommand("list", "Print the rows, oldest first");
  add_options(*command, options->choice);
  add_output_format(*command, options->format);
  command->add_option("--since", options->since, "From this time on")->check(check_time);
  command->add_option("--until", options->until, "Before this time")->check(check_time);
  command->callback([options, &terminal] { list(*options, terminal); });
}

}  // namespace cordboard::ctl
