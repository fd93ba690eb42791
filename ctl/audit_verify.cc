#include "ctl/audit_verify.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>

#include "ctl/tenants.h"
#include "router/store/audit_chain.h"
#include "router/store/audit_reader.h"

namespace cordboard::ctl {
namespace {

struct VerifyOptions {
  TenantChoice choice;
  std::string from_hash;
};

std::string check_hash(const std::string& text) {
  return audit_hash_from_hex(text) ? std::string() : text + ": expected 64 hexadecimal digits";
}

// A trail without rows has the hash that the first row follows.
void verify(const VerifyOptions& options, Terminal& terminal, const std::string& tenant,
            const std::filesystem::path& store) {
  const auto kept = audit_hash_from_hex(options.from_hash);
  std::optional<std::uint64_t> found;
  if (kept == kAuditBeginning) found = 0;
  const auto end = read_audit_trail(store, [&](const AuditRow& row) {
    if (kept == row.hash) found = row.number;
  });
  if (!end.ok()) return fail(terminal, tenant, end.error());
  if (kept && !found) {
    return fail(terminal, tenant, ExitCode::StoreDamaged,
                "no row has the hash " + to_hex(*kept) +
                    ": rows up to it were changed or removed since it was kept, or it is of another trail");
  }
  terminal.out << "tenant " << tenant << ": " << end->number << " rows, chain whole\n";
  if (kept) terminal.out << "  the kept hash is that of row " << *found << '\n';
  terminal.out << "  head " << to_hex(end->hash) << '\n';
}

}  // namespace

void add_audit_verify(CLI::App& audit, Terminal& terminal) {
  const auto options = std::make_shared<VerifyOptions>();
  CLI::App* const command =
      audit.add_subcommand("verify", "Check that no row was changed, removed or put in");
  add_options(*command, options->choice);
  CLI::Option* const tenant = command->get_option("--tenant");
  command
      ->add_option("--from-hash", options->from_hash,
                   "A head that was printed before and kept elsewhere; needs --tenant")
      ->check(check_hash)
      ->needs(tenant);
  command->callback([options, &terminal] {
    for_each_tenant(options->choice, terminal,
                    [&](const std::string& name, const std::filesystem::path& store) {
                      verify(*options, terminal, name, store);
                    });
  });
}

}  // namespace cordboard::ctl
