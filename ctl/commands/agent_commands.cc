// cordboardctl agents, and agent release|state.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cordboard/v1/supervisor_service.pb.h"
#include "ctl/client/actor.h"
#include "ctl/client/command_options.h"
#include "ctl/client/router_client.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/do_act.h"
#include "ctl/commands/enum_words.h"
#include "ctl/commands/pages.h"
#include "ctl/output/printer.h"
#include "ctl/output/value_text.h"

namespace cordboard::ctl {
namespace {

struct AgentListOptions {
  RouterOptions router;
  std::vector<std::string> agents;
  std::vector<std::string> states;
  std::vector<std::string> activities;
  std::string skill;
};

std::string contacts_text(const v1::Agent& agent) {
  std::string text;
  for (const v1::ContactInHand& contact : agent.contacts())
    text += (text.empty() ? "" : " ") + contact.contact_id();
  return or_dash(text);
}

// Who is idle is so since they chose to, when that was later than their last work.
std::string since_text(const v1::Agent& agent) {
  const bool chose_later = agent.state_since().seconds() > agent.activity_since().seconds();
  return second_text(chose_later ? agent.state_since() : agent.activity_since());
}

std::string skills_text(const v1::Agent& agent) {
  std::string text;
  for (const v1::SkillLevel& skill : agent.profile().skills())
    text += (text.empty() ? "" : " ") + skill.skill() + ":" + std::to_string(skill.level());
  return or_dash(text);
}

const std::vector<Column<v1::Agent>> kAgentColumns = {
    {"AGENT", [](const v1::Agent& row) { return or_dash(row.agent_id()); }},
    {"STATE", [](const v1::Agent& row) { return word_of(row.state()); }},
    {"REASON", [](const v1::Agent& row) { return or_dash(row.not_ready_reason()); }},
    {"ACTIVITY", [](const v1::Agent& row) { return word_of(row.activity()); }},
    {"SINCE", since_text},
    {"CONTACTS", contacts_text},
    {">HANDLED", [](const v1::Agent& row) { return std::to_string(row.counters().handled()); }},
    {">NO ANSWER", [](const v1::Agent& row) { return std::to_string(row.counters().expired()); }},
    {"SKILLS", skills_text},
};

using AgentPrinter = ListPrinter<v1::Agent>;

void list_named_agents(const AgentListOptions& options, RouterClient& router, AgentPrinter& printer) {
  for (const std::string& name : options.agents) {
    v1::GetAgentRequest request;
    request.set_agent_id(name);
    v1::GetAgentResponse response;
    router.call("SupervisorService/GetAgent", request, response);
    printer.add(std::vector{response.agent()});
  }
}

void list_matching_agents(const AgentListOptions& options, RouterClient& router, AgentPrinter& printer) {
  v1::ListAgentsRequest request;
  for (const std::string& word : options.states) request.add_states(value_of<v1::Agent::State>(word));
  for (const std::string& word : options.activities)
    request.add_activities(value_of<v1::Agent::Activity>(word));
  request.set_skill(options.skill);
  for_each_page<v1::ListAgentsResponse>(
      router, "SupervisorService/ListAgents", request,
      [&](const v1::ListAgentsResponse& page) { printer.add(page.agents()); });
}

void list_agents(const AgentListOptions& options, Terminal& terminal) {
  RouterClient router(options.router.choice);
  AgentPrinter printer(options.router.format, kAgentColumns, terminal.out);
  if (options.agents.empty())
    list_matching_agents(options, router, printer);
  else
    list_named_agents(options, router, printer);
  printer.end();
}

struct AgentActOptions {
  RouterOptions router;
  Actor actor;
  std::string agent;
  std::string state;
  bool end_contacts = false;
};

void release(const AgentActOptions& options, Terminal& terminal) {
  confirm(options.actor,
          "Release " + options.agent + (options.end_contacts ? " and end their contacts?" : "?"));
  v1::ActRequest request;
  request.mutable_release()->set_agent_id(options.agent);
  request.mutable_release()->set_end_contacts(options.end_contacts);
  do_act(options.router, options.actor, std::move(request), terminal);
}

void set_state(const AgentActOptions& options, Terminal& terminal) {
  const auto state = value_of<v1::Agent::State>(options.state);
  if (state == v1::Agent::LOGGED_OUT) confirm(options.actor, "Log " + options.agent + " out?");
  v1::ActRequest request;
  request.mutable_set_agent_state()->set_agent_id(options.agent);
  request.mutable_set_agent_state()->set_state(state);
  do_act(options.router, options.actor, std::move(request), terminal);
}

CLI::App& add_agent_act(CLI::App& agent, const char* name, const char* help,
                        const std::shared_ptr<AgentActOptions>& options,
                        void (*act)(const AgentActOptions&, Terminal&), Terminal& terminal) {
  CLI::App& command = add_router_command(agent, name, help, options->router,
                                         [options, act, &terminal] { act(*options, terminal); });
  command.add_option("agent", options->agent, "The agent")->required()->type_name("AGENT");
  add_actor_options(command, options->actor);
  add_yes(command, options->actor);
  return command;
}

}  // namespace

void add_agents(CLI::App& app, Terminal& terminal) {
  const auto options = std::make_shared<AgentListOptions>();
  CLI::App& agents =
      add_router_command(app, "agents", "The agents: states, activities, contacts in hand", options->router,
                         [options, &terminal] { list_agents(*options, terminal); });
  CLI::Option* const named =
      agents.add_option("agent", options->agents, "Only these agents")->type_name("AGENT");
  add_words(agents, "--state", options->states, words_of<v1::Agent::State>(), "Only in these states")
      .excludes(named);
  add_words(agents, "--activity", options->activities, words_of<v1::Agent::Activity>(),
            "Only with these activities")
      .excludes(named);
  agents.add_option("--skill", options->skill, "Only who has this skill")
      ->type_name("SKILL")
      ->excludes(named);

  CLI::App* const agent = app.add_subcommand("agent", "Free an agent who is stuck, or set their state");
  agent->require_subcommand(1);
  const auto freed = std::make_shared<AgentActOptions>();
  add_agent_act(*agent, "release", "End what holds an agent: offers, dials, wrap-up; asks", freed, release,
                terminal)
      .add_flag("--end-contacts", freed->end_contacts, "Also end the contacts they are connected to");
  const auto changed = std::make_shared<AgentActOptions>();
  CLI::App& state = add_agent_act(*agent, "state", "Set what an agent chose; asks before logged_out", changed,
                                  set_state, terminal);
  add_word(state, "state", changed->state, words_of<v1::Agent::State>(), "The state").required();
}

}  // namespace cordboard::ctl
