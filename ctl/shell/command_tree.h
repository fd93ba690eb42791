// All commands and their options as the command line knows them: what completion and the manual are made
// from, so that neither can tell of something else.

#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace cordboard::ctl {

struct OptionDoc {
  std::vector<std::string> names;  // {"-o", "--output"}; of an argument {"queue"}
  std::string type;                // "HOST:PORT", "table|json|yaml|csv"; empty: a flag
  std::string help;
  std::string group;
  std::string variable;  // of the environment; may be empty
  bool required = false;
  bool many = false;

  // The words it takes, where these are known.
  std::vector<std::string> words() const;
  bool takes_file() const { return type == "FILE" || type == "DIR"; }
};

struct CommandDoc {
  std::string path;  // "config get"; of the program itself empty
  std::string name;
  std::string help;
  std::vector<OptionDoc> arguments;
  std::vector<OptionDoc> options;
  std::vector<CommandDoc> commands;

  // As an argument.
  bool takes_file() const;
};

std::string joined(const std::vector<std::string>& words, const std::string& between);

CommandDoc describe(const CLI::App& app);

// The command and all below it, each before those below.
std::vector<const CommandDoc*> flatten(const CommandDoc& command);

}  // namespace cordboard::ctl
