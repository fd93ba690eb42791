#include "ctl/shell/manual.h"

#include "ctl/client/command_options.h"
#include "ctl/shell/exit_codes.h"

namespace cordboard::ctl {
namespace {

// A line that begins with a dot or a quote would be an instruction, and a hyphen a dash.
std::string troff(const std::string& text) {
  std::string result;
  if (text.starts_with('.') || text.starts_with('\'')) result = "\\&";
  for (const char character : text) {
    if (character == '\\')
      result += "\\e";
    else if (character == '-')
      result += "\\-";
    else if (character == '\'')
      result += "\\(aq";
    else if (character == '`')
      result += "\\(ga";
    else
      result += character;
  }
  return result;
}

std::string argument_text(const OptionDoc& argument) {
  const std::vector<std::string> words = argument.words();
  std::string text = words.empty() ? "\\fI" + troff(argument.type) + "\\fR" : troff(argument.type);
  if (argument.many) text += " ...";
  return argument.required ? text : "[" + text + "]";
}

std::string option_text(const OptionDoc& option) {
  std::string text;
  for (const std::string& name : option.names)
    text += (text.empty() ? "\\fB" : ", \\fB") + troff(name) + "\\fR";
  return option.type.empty() ? text : text + " \\fI" + troff(option.type) + "\\fR";
}

void print_manual_option(const OptionDoc& option, std::ostream& out) {
  out << ".TP\n" << option_text(option) << '\n' << troff(option.help) << '.';
  if (!option.variable.empty()) out << " Environment: \\fB" << troff(option.variable) << "\\fR.";
  out << '\n';
}

bool is_common(const OptionDoc& option) {
  return option.group == kConnectionOptions || option.group == kOutputOptions ||
         option.names.back() == "--help";
}

void print_manual_command(const CommandDoc& command, std::ostream& out) {
  out << ".SS cordboardctl " << troff(command.path);
  for (const OptionDoc& argument : command.arguments) out << ' ' << argument_text(argument);
  out << '\n' << troff(command.help) << ".\n";
  for (const OptionDoc& argument : command.arguments) {
    out << ".TP\n" << argument_text(argument) << '\n' << troff(argument.help) << ".\n";
  }
  for (const OptionDoc& option : command.options)
    if (!is_common(option)) print_manual_option(option, out);
}

void print_common(const CommandDoc& command, const char* group, std::ostream& out) {
  for (const OptionDoc& option : command.options)
    if (option.group == group) print_manual_option(option, out);
}

}  // namespace

void print_manual(const CommandDoc& program, const std::string& version, std::ostream& out) {
  const auto commands = flatten(program);
  out << ".TH CORDBOARDCTL 1 \"\" \"Cordboard " << version << "\" \"Cordboard\"\n"
      << ".SH NAME\ncordboardctl \\- " << troff(program.help) << '\n'
      << ".SH SYNOPSIS\n.B cordboardctl\n\\fICOMMAND\\fR [\\fIOPTION\\fR ...] [\\fIARGUMENT\\fR ...]\n"
      << ".SH DESCRIPTION\n"
         "Looks at a running router and changes what it does.\n"
         "What changes something carries an id, so that repeating it is safe, and is asked about first where "
         "it\n"
         "takes something away and standard input is a terminal.\n"
      << ".SH COMMANDS\n";
  const CommandDoc* with_connection = nullptr;
  for (const CommandDoc* command : commands) {
    if (command->path.empty() || !command->commands.empty()) continue;
    print_manual_command(*command, out);
    if (with_connection == nullptr && command->name == "status") with_connection = command;
  }
  if (with_connection != nullptr) {
    out << ".SH OPTIONS OF ALL COMMANDS THAT ASK A ROUTER\n";
    print_common(*with_connection, kOutputOptions, out);
    print_common(*with_connection, kConnectionOptions, out);
  }
  out << ".SH EXIT STATUS\n";
  for (const ExitCodeDoc& code : exit_code_docs())
    out << ".TP\n" << static_cast<int>(code.code) << '\n' << troff(code.meaning) << ".\n";
  out << ".SH ENVIRONMENT\n.TP\n\\fBCORDBOARD_TOKEN\\fR\nThe bearer token, where there is no file of it.\n"
      << ".TP\n\\fBNO_COLOR\\fR\nWhen it is not empty, \\fBtop\\fR shows no colours.\n";
}

}  // namespace cordboard::ctl
