// cordboardctl act: what supervisors do to contacts and their agents, and the list of it.

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "cordboard/v1/act.pb.h"
#include "ctl/client/actor.h"
#include "ctl/client/command_failed.h"
#include "ctl/client/command_options.h"
#include "ctl/client/router_client.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/do_act.h"
#include "ctl/output/printer.h"
#include "ctl/output/value_text.h"

namespace cordboard::ctl {
namespace {

struct ActOptions {
  RouterOptions router;
  Actor actor;
  v1::ActRequest request;
};
using SharedAct = std::shared_ptr<ActOptions>;

// One verb: `set` makes a contact's id part of its request.
CLI::App& add_verb(CLI::App& act, Terminal& terminal, const char* name, const char* help,
                   const SharedAct& options, std::function<void(const std::string&)> set) {
  CLI::App& command = add_router_command(act, name, help, options->router, [options, &terminal] {
    do_act(options->router, options->actor, options->request, terminal);
  });
  command.add_option_function<std::string>("contact", std::move(set), "The contact")
      ->required()
      ->type_name("CONTACT");
  add_actor_options(command, options->actor);
  return command;
}

CLI::Option& add_name(CLI::App& command, const char* name, const char* type, const char* help,
                      std::function<void(const std::string&)> set) {
  return *command.add_option_function<std::string>(name, std::move(set), help)->type_name(type);
}

void add_move(CLI::App& act, Terminal& terminal) {
  const auto options = std::make_shared<ActOptions>();
  auto& move = *options->request.mutable_move();
  CLI::App& command = add_verb(act, terminal, "move", "To another queue, at the place it has", options,
                               [&move](const std::string& id) { move.set_contact_id(id); });
  add_name(command, "queue", "QUEUE", "The queue, or a split", [&move](const std::string& name) {
    move.set_queue(name);
  }).required();
}

void add_reprioritise(CLI::App& act, Terminal& terminal) {
  const auto options = std::make_shared<ActOptions>();
  auto& place = *options->request.mutable_reprioritise();
  CLI::App& command = add_router_command(
      act, "reprioritise", "Another priority, tier or both", options->router, [options, &terminal] {
        const auto& asked = options->request.reprioritise();
        if (!asked.has_priority() && !asked.has_tier())
          throw CommandFailed(ExitCode::BadConfig, "give --priority, --tier or both");
        do_act(options->router, options->actor, options->request, terminal);
      });
  add_name(command, "contact", "CONTACT", "The contact", [&place](const std::string& id) {
    place.set_contact_id(id);
  }).required();
  command
      .add_option_function<int>(
          "--priority", [&place](int number) { place.set_priority(number); }, "Its own priority")
      ->type_name("-1000..1000");
  command
      .add_option_function<int>(
          "--tier", [&place](int number) { place.set_tier(number); }, "Its tier")
      ->type_name("-1000..1000");
  add_actor_options(command, options->actor);
}

void add_assign(CLI::App& act, Terminal& terminal) {
  const auto options = std::make_shared<ActOptions>();
  auto& assign = *options->request.mutable_assign();
  CLI::App& command = add_verb(act, terminal, "assign", "Let it wait for one agent only", options,
                               [&assign](const std::string& id) { assign.set_contact_id(id); });
  add_name(command, "agent", "AGENT", "The agent", [&assign](const std::string& name) {
    assign.set_agent_id(name);
  }).required();
  command.add_flag_callback(
      "--force", [&assign] { assign.set_force(true); }, "Also to who does not meet the requirement");
}

void add_take_back(CLI::App& act, Terminal& terminal) {
  const auto options = std::make_shared<ActOptions>();
  auto& take_back = *options->request.mutable_take_back();
  add_verb(act, terminal, "take-back", "End its offers; it goes back to its place", options,
           [&take_back](const std::string& id) { take_back.set_contact_id(id); });
}

void add_act_cancel(CLI::App& act, Terminal& terminal) {
  const auto options = std::make_shared<ActOptions>();
  CLI::App& command = add_router_command(
      act, "cancel", "Withdraw a contact that nobody has answered; asks", options->router,
      [options, &terminal] {
        confirm(options->actor, "Cancel the contact " + options->request.cancel().contact_id() + "?");
        do_act(options->router, options->actor, options->request, terminal);
      });
  add_name(command, "contact", "CONTACT", "The contact", [options](const std::string& id) {
    options->request.mutable_cancel()->set_contact_id(id);
  }).required();
  add_actor_options(command, options->actor);
  add_yes(command, options->actor);
}

void add_end_wrap_up(CLI::App& act, Terminal& terminal) {
  const auto options = std::make_shared<ActOptions>();
  auto& end = *options->request.mutable_end_wrap_up();
  CLI::App& command = add_verb(act, terminal, "end-wrap-up", "The agent is done with it", options,
                               [&end](const std::string& id) { end.set_contact_id(id); });
  add_name(command, "agent", "AGENT", "The agent in wrap-up", [&end](const std::string& name) {
    end.set_agent_id(name);
  }).required();
}

void add_listen(CLI::App& act, Terminal& terminal, const char* name, v1::ActRequest::Listen::Mode mode,
                const char* help) {
  const auto options = std::make_shared<ActOptions>();
  auto& listen = *options->request.mutable_listen();
  listen.set_mode(mode);
  CLI::App& command = add_verb(act, terminal, name, help, options,
                               [&listen](const std::string& id) { listen.set_contact_id(id); });
  add_name(command, "--agent", "AGENT", "Your own id as an agent, by which the gateway finds your telephone",
           [&listen](const std::string& id) { listen.set_agent_id(id); });
}

void add_take_over(CLI::App& act, Terminal& terminal) {
  const auto options = std::make_shared<ActOptions>();
  auto& take_over = *options->request.mutable_take_over();
  CLI::App& command = add_verb(act, terminal, "take-over", "Become the agent of a connected contact", options,
                               [&take_over](const std::string& id) { take_over.set_contact_id(id); });
  add_name(command, "agent", "AGENT", "Your own id as an agent", [&take_over](const std::string& name) {
    take_over.set_agent_id(name);
  }).required();
}

struct ActListOptions {
  RouterOptions router;
  v1::ListActsRequest request;
};

const std::vector<Column<v1::SupervisorAct>> kActColumns = {
    {">ACT", [](const v1::SupervisorAct& row) { return std::to_string(row.number()); }},
    {"TIME", [](const v1::SupervisorAct& row) { return second_text(row.at()); }},
    {"WHO", [](const v1::SupervisorAct& row) { return or_dash(row.supervisor()); }},
    {"WHAT", [](const v1::SupervisorAct& row) { return word_of(row.verb()); }},
    {"CONTACT", [](const v1::SupervisorAct& row) { return or_dash(row.contact_id()); }},
    {"AGENT", [](const v1::SupervisorAct& row) { return or_dash(row.agent_id()); }},
    {"QUEUE", [](const v1::SupervisorAct& row) { return or_dash(row.queue()); }},
    {"MORE", [](const v1::SupervisorAct& row) { return or_dash(row.what()); }},
    {"REASON", [](const v1::SupervisorAct& row) { return or_dash(row.reason()); }},
};

void add_act_list(CLI::App& act, Terminal& terminal) {
  const auto options = std::make_shared<ActListOptions>();
  CLI::App& command =
      add_router_command(act, "list", "The newest acts, oldest first", options->router, [options, &terminal] {
        v1::ListActsResponse response;
        RouterClient(options->router.choice).call("SupervisorService/ListActs", options->request, response);
        print_rows(options->router.format, response.acts(), kActColumns, terminal.out);
      });
  auto& request = options->request;
  command
      .add_option_function<std::uint64_t>(
          "--after", [&request](std::uint64_t number) { request.set_after(number); },
          "Only with higher numbers")
      ->type_name("NUMBER");
  add_name(command, "--by", "NAME", "Only of this supervisor",
           [&request](const std::string& name) { request.set_supervisor(name); });
  add_name(command, "--contact", "CONTACT", "Only about this contact",
           [&request](const std::string& id) { request.set_contact_id(id); });
  add_name(command, "--agent", "AGENT", "Only about this agent",
           [&request](const std::string& id) { request.set_agent_id(id); });
}

}  // namespace

void add_act(CLI::App& app, Terminal& terminal) {
  CLI::App* const act = app.add_subcommand("act", "Act as a supervisor on a contact; list what was done");
  act->require_subcommand(1);
  add_move(*act, terminal);
  add_reprioritise(*act, terminal);
  add_assign(*act, terminal);
  add_take_back(*act, terminal);
  add_act_cancel(*act, terminal);
  add_end_wrap_up(*act, terminal);
  add_listen(*act, terminal, "monitor", v1::ActRequest::Listen::MONITOR, "Hear the agent and the customer");
  add_listen(*act, terminal, "whisper", v1::ActRequest::Listen::WHISPER, "Hear both, be heard by the agent");
  add_listen(*act, terminal, "barge", v1::ActRequest::Listen::BARGE, "Hear both, be heard by both");
  add_take_over(*act, terminal);
  add_act_list(*act, terminal);
}

}  // namespace cordboard::ctl
