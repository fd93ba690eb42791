// Who does what a command changes, and whether they are sure.

#pragma once

#include <string>

#include "ctl/client/router_choice.h"

namespace CLI {
class App;
}

namespace cordboard::ctl {

struct Actor {
  std::string supervisor{};  // --as
  std::string reason{};
  std::string request_id{};
  bool yes = false;
};

// --as, --reason and --request-id; for what is asked about also --yes.
void add_actor_options(CLI::App& command, Actor& actor);
void add_request_id(CLI::App& command, Actor& actor);
void add_yes(CLI::App& command, Actor& actor);

// Who is told to the router: --as, or nobody where the caller proves who they are, or else who is logged in
// to this machine. Throws CommandFailed (BadConfig) when that is nobody.
std::string supervisor_of(const Actor& actor, const RouterChoice& choice);

// --request-id, or one that nobody has used before.
std::string request_id_of(const Actor& actor);

// Asks "QUESTION [y/N]" when a person sits there, that is when standard input is a terminal, unless --yes.
// Throws CommandFailed (NotConfirmed) at any answer but yes.
void confirm(const Actor& actor, const std::string& question);

}  // namespace cordboard::ctl
