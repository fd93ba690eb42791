#include "ctl/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "ctl/audit_list.h"
#include "ctl/audit_verify.h"
#include "ctl/client/command_failed.h"
#include "ctl/command.h"
#include "ctl/commands/commands.h"
#include "ctl/events.h"
#include "ctl/shell/shell_commands.h"
#include "router/config/diagnostics.h"

namespace cordboard::ctl {
namespace {

// What is lost at the end was not printed: a full disk, a pipe that nobody reads.
ExitCode end(Terminal& terminal, ExitCode code) {
  terminal.out.flush();
  if (terminal.out) return code;
  terminal.err << "cordboardctl: the output could not be written\n";
  return code == ExitCode::Ok ? ExitCode::StoreFailed : code;
}

void add_audit(CLI::App& app, Terminal& terminal) {
  CLI::App* const audit =
      app.add_subcommand("audit",
                         "The audit trail: who did what (docs/AUDIT.md). Reads the stores of a "
                         "router that is stopped, and changes nothing");
  audit->require_subcommand(1);
  add_audit_list(*audit, terminal);
  add_audit_verify(*audit, terminal);
}

void add_all(CLI::App& app, Terminal& terminal) {
  add_status(app, terminal);
  add_queues(app, terminal);
  add_history(app, terminal);
  add_agents(app, terminal);
  add_contacts(app, terminal);
  add_submit(app, terminal);
  add_explain(app, terminal);
  add_act(app, terminal);
  add_config(app, terminal);
  add_watch(app, terminal);
  add_top(app, terminal);
  add_audit(app, terminal);
  add_events(app, terminal);
  add_shell_commands(app, terminal);
}

std::string no_such(const char* what, const std::string& word, const std::vector<std::string>& known) {
  const std::string meant = did_you_mean(word, {known.begin(), known.end()});
  return std::string("no ") + what + " '" + word + "'" + (meant.empty() ? "" : ": " + meant);
}

// Of the words after a command's name, the first option that it does not have.
std::string unknown_option(const CLI::App& command, int argc, const char* const* argv, int first) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  for (int i = first; i < argc && argv[i] != std::string("--"); ++i) {
    const std::string word(argv[i], std::strcspn(argv[i], "="));
    if (word.starts_with("--") && std::find(names.begin(), names.end(), word) == names.end())
      return no_such("option", word, names);
  }
  return {};
}

// The first command or option that there is not, with the one that is meant; empty when all of them are.
std::string unknown_word(const CLI::App& app, int argc, const char* const* argv) {
  const CLI::App* at = &app;
  for (int i = 1; i < argc; ++i) {
    const auto below = at->get_subcommands(nullptr);
    if (below.empty() || argv[i][0] == '-') return unknown_option(*at, argc, argv, i);
    const auto named = [&](const CLI::App* command) { return command->get_name() == argv[i]; };
    const auto next = std::find_if(below.begin(), below.end(), named);
    if (next == below.end()) {
      std::vector<std::string> names;
      for (const CLI::App* command : below) names.push_back(command->get_name());
      return no_such("command", argv[i], names);
    }
    at = *next;
  }
  return {};
}

}  // namespace

ExitCode run(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  CLI::App app("What operators do to a Cordboard router", "cordboardctl");
  app.set_version_flag("--version", std::string("cordboardctl ") + CORDBOARD_VERSION);
  app.require_subcommand(1);
  Terminal terminal{out, err};
  add_all(app, terminal);
  try {
    app.parse(argc, argv);
  } catch (const CommandFailed& failed) {
    err << "cordboardctl: " << failed.what() << '\n';
    return failed.code();
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {  // help and version
      app.exit(error, out, err);
      return end(terminal, ExitCode::Ok);
    }
    const std::string unknown = unknown_word(app, argc, argv);
    err << "cordboardctl: " << (unknown.empty() ? error.what() : unknown)
        << "\nRun with --help for more information.\n";
    return end(terminal, ExitCode::BadConfig);
  }
  return end(terminal, terminal.code);
}

}  // namespace cordboard::ctl
