// Options that many commands have, and the values they take.

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "ctl/client/router_choice.h"
#include "ctl/command.h"
#include "ctl/output/output_format.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace cordboard::ctl {

// Headings in the help, and sections of the manual.
inline constexpr const char* kConnectionOptions = "Connection";
inline constexpr const char* kOutputOptions = "Output";

// What every command has that speaks to a router.
struct RouterOptions {
  RouterChoice choice;
  OutputFormat format = OutputFormat::Table;
};

// Adds a command with --target, --tenant, --ca and so on. `run` may throw CommandFailed.
// REQUIRES: `options` lives until the command line has been parsed.
CLI::App& add_connected_command(CLI::App& parent, const std::string& name, const std::string& help,
                                RouterOptions& options, std::function<void()> run);
// With -o, too.
CLI::App& add_router_command(CLI::App& parent, const std::string& name, const std::string& help,
                             RouterOptions& options, std::function<void()> run);

// -o alone.
void add_output_format(CLI::App& command, OutputFormat& format);

// An option, or a positional argument, that takes one of some words.
CLI::Option& add_word(CLI::App& command, const std::string& name, std::string& value,
                      const std::vector<std::string>& words, const std::string& help);
CLI::Option& add_words(CLI::App& command, const std::string& name, std::vector<std::string>& values,
                       const std::vector<std::string>& words, const std::string& help);
// An option that takes a duration: `20s`, `1m30s`.
CLI::Option& add_duration(CLI::App& command, const std::string& name, Duration& value,
                          const std::string& help);

}  // namespace cordboard::ctl
