#include "ctl/shell/command_tree.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace cordboard::ctl {
namespace {

OptionDoc describe_option(const CLI::Option& option) {
  OptionDoc doc;
  for (const std::string& name : option.get_snames()) doc.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) doc.names.push_back("--" + name);
  if (doc.names.empty()) doc.names.push_back(option.get_name());
  if (option.get_items_expected_max() > 0) doc.type = option.get_type_name();
  doc.help = option.get_description();
  doc.group = option.get_group();
  doc.variable = option.get_envname();
  doc.required = option.get_required();
  doc.many =
      option.get_expected_max() > 1 || option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  return doc;
}

CommandDoc describe_below(const CLI::App& app, const std::string& path) {
  CommandDoc doc;
  doc.path = path;
  doc.name = app.get_name();
  doc.help = app.get_description();
  for (const CLI::Option* option : app.get_options())
    (option->get_positional() ? doc.arguments : doc.options).push_back(describe_option(*option));
  for (const CLI::App* command : app.get_subcommands(nullptr))
    doc.commands.push_back(describe_below(*command, path + (path.empty() ? "" : " ") + command->get_name()));
  return doc;
}

void add_flat(const CommandDoc& command, std::vector<const CommandDoc*>& all) {
  all.push_back(&command);
  for (const CommandDoc& below : command.commands) add_flat(below, all);
}

}  // namespace

std::vector<std::string> OptionDoc::words() const {
  std::vector<std::string> words;
  if (type.find('|') == std::string::npos) return words;
  for (std::size_t start = 0;;) {
    const std::size_t end = type.find('|', start);
    words.push_back(type.substr(start, end - start));
    if (end == std::string::npos) return words;
    start = end + 1;
  }
}

bool CommandDoc::takes_file() const {
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const OptionDoc& argument) { return argument.takes_file(); });
}

std::string joined(const std::vector<std::string>& words, const std::string& between) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

CommandDoc describe(const CLI::App& app) { return describe_below(app, ""); }

std::vector<const CommandDoc*> flatten(const CommandDoc& command) {
  std::vector<const CommandDoc*> all;
  add_flat(command, all);
  return all;
}

}  // namespace cordboard::ctl
