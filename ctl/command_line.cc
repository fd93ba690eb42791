#include "ctl/command_line.h"

#include <CLI/CLI.hpp>
#include <string>

#include "ctl/audit_list.h"
#include "ctl/audit_verify.h"
#include "ctl/command.h"

namespace cordboard::ctl {

namespace {

// What is lost at the end was not printed: a full disk, a pipe that nobody reads.
ExitCode end(Terminal& terminal, ExitCode code) {
  terminal.out.flush();
  if (terminal.out) return code;
  terminal.err << "cordboardctl: the output could not be written\n";
  return code == ExitCode::Ok ? ExitCode::StoreFailed : code;
}

}  // namespace

ExitCode run(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  CLI::App app("What operators do to a Cordboard router", "cordboardctl");
  app.set_version_flag("--version", std::string("cordboardctl ") + CORDBOARD_VERSION);
  app.require_subcommand(1);
  Terminal terminal{out, err};
  CLI::App* const audit =
      app.add_subcommand("audit",
                         "The audit trail: who did what (docs/AUDIT.md). Reads the stores of a "
                         "router that is stopped, and changes nothing");
  audit->require_subcommand(1);
  add_audit_list(*audit, terminal);
  add_audit_verify(*audit, terminal);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version are no errors.
    return end(terminal, app.exit(error, out, err) == 0 ? ExitCode::Ok : ExitCode::BadConfig);
  }
  return end(terminal, terminal.code);
}

}  // namespace cordboard::ctl
