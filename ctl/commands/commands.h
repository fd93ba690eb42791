// The commands that speak to a router. Each adds itself, with its options, to the command line.

#pragma once

#include "ctl/command.h"

namespace CLI {
class App;
}

namespace cordboard::ctl {

// REQUIRES, of all of them: both outlive the parsing of the command line.
void add_status(CLI::App& app, Terminal& terminal);
void add_queues(CLI::App& app, Terminal& terminal);  // queues, queue open|closed|hours
void add_history(CLI::App& app, Terminal& terminal);
void add_agents(CLI::App& app, Terminal& terminal);    // agents, agent release|state
void add_contacts(CLI::App& app, Terminal& terminal);  // contacts, cancel
void add_submit(CLI::App& app, Terminal& terminal);
void add_explain(CLI::App& app, Terminal& terminal);  // explain, why-not
void add_act(CLI::App& app, Terminal& terminal);      // act move|reprioritise|...|list
void add_config(CLI::App& app, Terminal& terminal);   // config get|validate|diff|apply|versions|rollback
void add_watch(CLI::App& app, Terminal& terminal);
void add_top(CLI::App& app, Terminal& terminal);

}  // namespace cordboard::ctl
