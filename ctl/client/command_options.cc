#include "ctl/client/command_options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include "ctl/shell/command_tree.h"
#include "router/config/diagnostics.h"
#include "router/config/duration_text.h"

namespace cordboard::ctl {
namespace {

std::function<std::string(const std::string&)> one_of(const std::vector<std::string>& words) {
  return [words](const std::string& text) {
    if (std::find(words.begin(), words.end(), text) != words.end()) return std::string();
    const std::string meant = did_you_mean(text, {words.begin(), words.end()});
    return "'" + text + "': expected " + joined(words, "|") + (meant.empty() ? "" : ": " + meant);
  };
}

void add_connection(CLI::App& command, RouterChoice& choice) {
  const auto add = [&](const char* name, std::string& value, const char* variable, const char* type,
                       const char* help) {
    return command.add_option(name, value, help)
        ->envname(variable)
        ->type_name(type)
        ->group(kConnectionOptions);
  };
  add("--target", choice.target, "CORDBOARD_TARGET", "HOST:PORT", "The router; 127.0.0.1:7070 unless given");
  add("--tenant", choice.tenant, "CORDBOARD_TENANT", "NAME", "The tenant; `default`, or the caller's own");
  command.add_flag("--tls", choice.tls, "Encrypt, and trust the system's authorities")
      ->group(kConnectionOptions);
  add("--ca", choice.ca, "CORDBOARD_CA", "FILE", "Encrypt, and trust the authorities in this PEM file");
  CLI::Option* const certificate =
      add("--cert", choice.certificate, "CORDBOARD_CERT", "FILE", "Your certificate, a PEM file");
  CLI::Option* const key = add("--key", choice.key, "CORDBOARD_KEY", "FILE", "Its private key, a PEM file");
  certificate->needs(key);
  key->needs(certificate);
  add("--token-file", choice.token_file, "CORDBOARD_TOKEN_FILE", "FILE",
      "A file with your bearer token; or the token itself in CORDBOARD_TOKEN");
  add_duration(command, "--timeout", choice.timeout, "How long to wait for an answer; 10s unless given")
      .group(kConnectionOptions);
}

}  // namespace

CLI::Option& add_word(CLI::App& command, const std::string& name, std::string& value,
                      const std::vector<std::string>& words, const std::string& help) {
  return *command.add_option(name, value, help)->type_name(joined(words, "|"))->check(one_of(words));
}

CLI::Option& add_words(CLI::App& command, const std::string& name, std::vector<std::string>& values,
                       const std::vector<std::string>& words, const std::string& help) {
  return *command.add_option(name, values, help)
              ->type_name(joined(words, "|"))
              ->delimiter(',')
              ->expected(1)
              ->take_all()
              ->check(one_of(words));
}

CLI::Option& add_duration(CLI::App& command, const std::string& name, Duration& value,
                          const std::string& help) {
  const auto read = [&value, name](const std::string& text) {
    const ParsedDuration parsed = parse_duration(text);
    if (!parsed.value)
      throw CLI::ValidationError(
          name, text + ": " + parsed.problem + (parsed.suggestion.empty() ? "" : ": " + parsed.suggestion));
    value = *parsed.value;
  };
  return *command.add_option_function<std::string>(name, read, help)->type_name("DURATION");
}

void add_output_format(CLI::App& command, OutputFormat& format) {
  const std::map<std::string, OutputFormat> formats = {{"table", OutputFormat::Table},
                                                       {"json", OutputFormat::Json},
                                                       {"yaml", OutputFormat::Yaml},
                                                       {"csv", OutputFormat::Csv}};
  const auto choose = [&format, formats](const std::string& word) { format = formats.at(word); };
  const std::vector<std::string> words = {"table", "json", "yaml", "csv"};
  command
      .add_option_function<std::string>("-o,--output", choose, "How to print the answer; table unless given")
      ->type_name(joined(words, "|"))
      ->check(one_of(words))
      ->group(kOutputOptions);
}

CLI::App& add_connected_command(CLI::App& parent, const std::string& name, const std::string& help,
                                RouterOptions& options, std::function<void()> run) {
  CLI::App& command = *parent.add_subcommand(name, help);
  add_connection(command, options.choice);
  command.callback([&options, run = std::move(run)] {
    // Never on the command line, where others see it.
    if (const char* const token = std::getenv("CORDBOARD_TOKEN")) options.choice.token = token;
    run();
  });
  return command;
}

CLI::App& add_router_command(CLI::App& parent, const std::string& name, const std::string& help,
                             RouterOptions& options, std::function<void()> run) {
  CLI::App& command = add_connected_command(parent, name, help, options, std::move(run));
  add_output_format(command, options.format);
  return command;
}

}  // namespace cordboard::ctl
