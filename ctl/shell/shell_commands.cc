#include "ctl/shell/shell_commands.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <string>

#include "ctl/client/command_options.h"
#include "ctl/shell/completion.h"
#include "ctl/shell/manual.h"

namespace cordboard::ctl {

void add_shell_commands(CLI::App& app, Terminal& terminal) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* const completion =
      app.add_subcommand("completion", "Print the script that completes commands in a shell");
  add_word(*completion, "shell", *shell, {"bash", "zsh", "fish"}, "The shell").required();
  completion->callback([shell, &app, &terminal] {
    const CommandDoc program = describe(app);
    if (*shell == "bash") return print_bash_completion(program, terminal.out);
    if (*shell == "zsh") return print_zsh_completion(program, terminal.out);
    print_fish_completion(program, terminal.out);
  });
  app.add_subcommand("man", "Print the manual page, for man -l -")->callback([&app, &terminal] {
    print_manual(describe(app), CORDBOARD_VERSION, terminal.out);
  });
}

}  // namespace cordboard::ctl
