// cordboard-sim: plays contacts and agents against the routing engine.
//
// Each subcommand adds itself to the command line and leaves its exit status when it has run.

#include <CLI/CLI.hpp>

#include "agents-sim/compare/compare_command.h"
#include "agents-sim/inject/inject_command.h"
#include "agents-sim/replay/replay_command.h"
#include "agents-sim/virtual/virtual_command.h"
#ifdef CORDBOARD_SIM_LIVE
#include "agents-sim/crash/call_sweep_command.h"
#include "agents-sim/crash/crash_command.h"
#include "agents-sim/demo/demo_command.h"
#include "agents-sim/live/live_command.h"
#include "agents-sim/load/load_commands.h"
#endif

int main(int argc, char** argv) {
  CLI::App app("Simulates a contact center", "cordboard-sim");
  app.require_subcommand(1);
  int status = 0;
  cordboard::sim::add_virtual_command(app, status);
  cordboard::sim::add_compare_command(app, status);
  cordboard::sim::add_replay_command(app, status);
  cordboard::sim::add_inject_command(app, status);
#ifdef CORDBOARD_SIM_LIVE
  cordboard::sim::add_live_command(app, status);
  cordboard::sim::add_crash_command(app, status);
  cordboard::sim::add_call_sweep_command(app, status);
  cordboard::sim::add_demo_commands(app, status);
  cordboard::sim::add_load_commands(app, status);
#endif
  CLI11_PARSE(app, argc, argv);
  return status;
}
