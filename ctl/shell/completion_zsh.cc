#include "ctl/shell/completion.h"

namespace cordboard::ctl {
namespace {

// Within single quotes; a colon would end the word that is described.
std::string zsh_quoted(const std::string& word, const std::string& help) {
  std::string text = "'";
  for (const char character : word) text += character == ':' ? "\\:" : std::string(1, character);
  text += ':';
  for (const char character : help) text += character == '\'' ? "'\\''" : std::string(1, character);
  return text + "'";
}

void print_zsh_candidates(const CommandDoc& command, std::ostream& out) {
  out << "    '" << command.path << "') candidates=(";
  for (const CommandDoc& below : command.commands) out << ' ' << zsh_quoted(below.name, below.help);
  for (const OptionDoc& argument : command.arguments)
    for (const std::string& word : argument.words()) out << ' ' << zsh_quoted(word, argument.help);
  for (const OptionDoc& option : command.options) out << ' ' << zsh_quoted(option.names.back(), option.help);
  out << " );;\n";
}

void print_zsh_values(const CommandDoc& command, std::ostream& out) {
  for (const OptionDoc& option : command.options) {
    if (option.type.empty()) continue;
    out << "    ";
    for (std::size_t i = 0; i < option.names.size(); ++i)
      out << (i > 0 ? "|" : "") << "'" << command.path << ' ' << option.names[i] << "'";
    out << ')';
    if (option.takes_file()) {
      out << " _files; return;;\n";
      continue;
    }
    if (!option.words().empty()) out << " compadd --";
    for (const std::string& word : option.words()) out << " '" << word << "'";
    out << (option.words().empty() ? "" : ";") << " return;;\n";
  }
}

}  // namespace

void print_zsh_completion(const CommandDoc& program, std::ostream& out) {
  const auto commands = flatten(program);
  out << "#compdef cordboardctl\n"
         "# cordboardctl in zsh: in a file _cordboardctl in a directory of $fpath\n"
         "_cordboardctl() {\n"
         "  local word place=''\n"
         "  local -a candidates\n"
         "  for word in \"${(@)words[2,CURRENT-1]}\"; do\n"
         "    case \"$place $word\" in\n";
  for (const CommandDoc* command : commands) {
    for (const CommandDoc& below : command->commands)
      out << "    '" << command->path << ' ' << below.name << "') place='" << below.path << "';;\n";
  }
  out << "    esac\n"
         "  done\n"
         "  case \"$place ${words[CURRENT-1]}\" in\n";
  for (const CommandDoc* command : commands) print_zsh_values(*command, out);
  out << "  esac\n"
         "  case \"$place\" in\n";
  for (const CommandDoc* command : commands) print_zsh_candidates(*command, out);
  out << "  esac\n"
         "  case \"$place\" in\n";
  for (const CommandDoc* command : commands)
    if (command->takes_file()) out << "    '" << command->path << "') _files;;\n";
  out << "  esac\n"
         "  _describe 'cordboardctl' candidates\n"
         "}\n"
         "# The first completion loads this file, and wants an answer at once.\n"
         "if [[ ${funcstack[1]} == _cordboardctl ]]; then _cordboardctl; else compdef _cordboardctl "
         "cordboardctl; fi\n";
}

}  // namespace cordboard::ctl
