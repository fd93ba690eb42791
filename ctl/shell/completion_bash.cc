#include "ctl/shell/completion.h"

namespace cordboard::ctl {
namespace {

std::string bash_candidates(const CommandDoc& command) {
  std::string text;
  const auto add = [&](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
  for (const CommandDoc& below : command.commands) add(below.name);
  for (const OptionDoc& argument : command.arguments)
    for (const std::string& word : argument.words()) add(word);
  for (const OptionDoc& option : command.options) add(option.names.back());
  return text;
}

// What may follow an option that takes a value.
void print_bash_values(const CommandDoc& command, std::ostream& out) {
  for (const OptionDoc& option : command.options) {
    if (option.type.empty()) continue;
    out << "    ";
    for (std::size_t i = 0; i < option.names.size(); ++i)
      out << (i > 0 ? "|" : "") << '"' << command.path << ' ' << option.names[i] << '"';
    if (option.takes_file())
      out << ") compopt -o default 2>/dev/null; return;;\n";
    else
      out << ") COMPREPLY=($(compgen -W \"" << joined(option.words(), " ")
          << "\" -- \"$current\")); return;;\n";
  }
}

}  // namespace

void print_bash_completion(const CommandDoc& program, std::ostream& out) {
  const auto commands = flatten(program);
  out << "# cordboardctl in bash: source <(cordboardctl completion bash)\n"
         "_cordboardctl() {\n"
         "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} path='' word\n"
         "  COMPREPLY=()\n"
         "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
         "    case \"$path $word\" in\n";
  for (const CommandDoc* command : commands) {
    for (const CommandDoc& below : command->commands)
      out << "    \"" << command->path << ' ' << below.name << "\") path='" << below.path << "';;\n";
  }
  out << "    esac\n"
         "  done\n"
         "  case \"$path $previous\" in\n";
  for (const CommandDoc* command : commands) print_bash_values(*command, out);
  out << "  esac\n"
         "  case \"$path\" in\n";
  for (const CommandDoc* command : commands) {
    out << "    '" << command->path << "')";
    if (command->takes_file()) out << " compopt -o default 2>/dev/null; [[ $current != -* ]] ||";
    out << " COMPREPLY=($(compgen -W \"" << bash_candidates(*command) << "\" -- \"$current\"));;\n";
  }
  out << "  esac\n"
         "}\n"
         "complete -F _cordboardctl cordboardctl\n";
}

}  // namespace cordboard::ctl
