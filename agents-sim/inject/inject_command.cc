#include "agents-sim/inject/inject_command.h"

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agents-sim/inject/call_fault.h"
#include "agents-sim/inject/system_calls.h"

namespace cordboard::sim {

void add_inject_command(CLI::App& app, int& status) {
  const auto fault = std::make_shared<CallFault>();
  const auto words = std::make_shared<std::vector<std::string>>();
  CLI::App* command = app.add_subcommand(
      "inject",
      "Run a program, and kill it at one of its system calls, or let that fail (docs/LIVE_TESTS.md)");
  command->add_option("--under", fault->under, "Count calls on files of this directory (absolute)")
      ->required();
  command
      ->add_option("--calls", fault->calls,
                   "Which: all, writes, syncs, changes, or one by its name as fdatasync")
      ->check([](const std::string& text) {
        return is_selection(text) ? std::string() : "no such system calls: " + text;
      })
      ->capture_default_str();
  command->add_option("--at", fault->at, "The number of the call; 0: only count")->capture_default_str();
  const std::map<std::string, int> errors = {{"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}};
  command->add_option("--error", fault->error, "What the call answers; without it the program is killed")
      ->transform(CLI::Transformer(errors));
  command->add_flag("--for-ever", fault->for_ever, "Let all later ones fail, too");
  command->add_option("--report", fault->report, "Write what happened into this file");
  command->add_option("program", *words, "The program and its arguments, after --")->required();
  command->callback([fault, words, &status] {
    std::fprintf(stderr, "NOT TESTED: the program cannot be traced here (%s)\n",
                 run_with_fault(*fault, *words).c_str());
    status = 125;
  });
}

}  // namespace cordboard::sim
