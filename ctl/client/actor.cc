#include "ctl/client/actor.h"

#include <pwd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <random>

#include "ctl/client/command_failed.h"

namespace cordboard::ctl {

void add_request_id(CLI::App& command, Actor& actor) {
  command
      .add_option("--request-id", actor.request_id,
                  "Makes a repeated command safe: what was done with this id is not done twice")
      ->type_name("ID");
}

void add_actor_options(CLI::App& command, Actor& actor) {
  command
      .add_option(
          "--as", actor.supervisor,
          "Who acts; your name on this machine unless given, and not needed with a token or certificate")
      ->envname("CORDBOARD_SUPERVISOR")
      ->type_name("NAME");
  command.add_option("--reason", actor.reason, "Why, for the audit trail; at most 128 bytes")
      ->type_name("TEXT");
  add_request_id(command, actor);
}

void add_yes(CLI::App& command, Actor& actor) {
  command.add_flag("-y,--yes", actor.yes, "Do not ask, even when standard input is a terminal");
}

std::string supervisor_of(const Actor& actor, const RouterChoice& choice) {
  if (!actor.supervisor.empty() || choice.authenticated()) return actor.supervisor;
  const passwd* const user = ::getpwuid(::getuid());
  if (user != nullptr) return user->pw_name;
  throw CommandFailed(ExitCode::BadConfig, "nobody knows who acts: give --as NAME");
}

std::string request_id_of(const Actor& actor) {
  if (!actor.request_id.empty()) return actor.request_id;
  std::random_device random;
  char text[32];
  std::snprintf(text, sizeof text, "ctl-%08x%08x%08x", random(), random(), random());
  return text;
}

void confirm(const Actor& actor, const std::string& question) {
  if (actor.yes || ::isatty(STDIN_FILENO) == 0) return;
  std::cerr << question << " [y/N] " << std::flush;
  std::string answer;
  if (!std::getline(std::cin, answer)) std::cerr << '\n';  // the end of the input ends no line
  if (answer == "y" || answer == "Y" || answer == "yes") return;
  throw CommandFailed(ExitCode::NotConfirmed, "not confirmed: nothing was changed");
}

}  // namespace cordboard::ctl
