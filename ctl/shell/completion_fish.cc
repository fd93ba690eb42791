#include "ctl/shell/completion.h"

namespace cordboard::ctl {
namespace {

std::string fish_quoted(const std::string& text) {
  std::string result = "'";
  for (const char character : text)
    result +=
        character == '\'' || character == '\\' ? std::string("\\") + character : std::string(1, character);
  return result + "'";
}

void print_fish_option(const OptionDoc& option, const std::string& begin, std::ostream& out) {
  out << begin;
  for (const std::string& name : option.names)
    out << (name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1));
  if (!option.type.empty()) out << (option.takes_file() ? " -r -F" : " -x");
  const auto words = option.words();
  if (!words.empty()) {
    out << " -a " << fish_quoted(joined(words, " "));
  }
  out << " -d " << fish_quoted(option.help) << '\n';
}

}  // namespace

void print_fish_completion(const CommandDoc& program, std::ostream& out) {
  const auto commands = flatten(program);
  out << "# cordboardctl in fish: cordboardctl completion fish > "
         "~/.config/fish/completions/cordboardctl.fish\n"
         "function __cordboardctl_at\n"
         "  set -l place ''\n"
         "  for word in (commandline -opc)[2..-1]\n"
         "    switch \"$place $word\"\n";
  for (const CommandDoc* command : commands) {
    for (const CommandDoc& below : command->commands)
      out << "      case " << fish_quoted(command->path + " " + below.name) << "\n        set place "
          << fish_quoted(below.path) << '\n';
  }
  out << "    end\n"
         "  end\n"
         "  test \"$place\" = \"$argv[1]\"\n"
         "end\n"
         "complete -c cordboardctl -f\n";
  for (const CommandDoc* command : commands) {
    const std::string begin =
        "complete -c cordboardctl -n " + fish_quoted("__cordboardctl_at '" + command->path + "'");
    for (const CommandDoc& below : command->commands)
      out << begin << " -a " << below.name << " -d " << fish_quoted(below.help) << '\n';
    for (const OptionDoc& argument : command->arguments) {
      for (const std::string& word : argument.words())
        out << begin << " -a " << fish_quoted(word) << " -d " << fish_quoted(argument.help) << '\n';
      if (argument.takes_file()) out << begin << " -F\n";
    }
    for (const OptionDoc& option : command->options) print_fish_option(option, begin, out);
  }
}

}  // namespace cordboard::ctl
