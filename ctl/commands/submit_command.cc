// cordboardctl submit: a contact by hand, as a gateway would bring it.

#include <google/protobuf/util/time_util.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cordboard/v1/gateway_requests.pb.h"
#include "ctl/client/actor.h"
#include "ctl/client/command_options.h"
#include "ctl/client/router_client.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/receipt.h"
#include "ctl/output/printer.h"
#include "ctl/output/value_text.h"
#include "router/config/duration_text.h"

namespace cordboard::ctl {
namespace {

using google::protobuf::util::TimeUtil;

struct SubmitOptions {
  RouterOptions router;
  Actor actor;
  v1::SubmitContactRequest request;
};

void submit(SubmitOptions& options, Terminal& terminal) {
  options.request.set_request_id(request_id_of(options.actor));
  v1::SubmitContactResponse response;
  RouterClient(options.router.choice).call("GatewayService/SubmitContact", options.request, response);
  print_done(options.router.format, response, terminal.out);
  if (options.router.format != OutputFormat::Table) return;
  terminal.out << response.contact().contact_id() << " is " << word_of(response.contact().state()) << " in "
               << response.contact().queue() << '\n';
  if (response.servability() != v1::Contact::SERVABILITY_UNSPECIFIED)
    terminal.out << "nobody can serve it: " << word_of(response.servability()) << '\n';
}

Duration duration_in(const std::string& option, const std::string& text) {
  const ParsedDuration parsed = parse_duration(text);
  if (!parsed.value) throw CLI::ValidationError(option, text + ": " + parsed.problem);
  return *parsed.value;
}

void read_time(const char* option, const std::string& text, google::protobuf::Timestamp* time) {
  if (TimeUtil::FromString(text, time)) return;
  throw CLI::ValidationError(option, text + ": expected a time like 2026-11-23T09:30:00Z");
}

// "30s=english": after that time whoever meets it may serve, too.
void read_step(const std::string& text, v1::RelaxStep* step) {
  const std::size_t sign = text.find('=');
  if (sign == std::string::npos)
    throw CLI::ValidationError("--relax", text + ": expected AFTER=REQUIREMENT, like 30s=english");
  *step->mutable_after() =
      TimeUtil::MicrosecondsToDuration(duration_in("--relax", text.substr(0, sign)).count());
  step->set_requirement(text.substr(sign + 1));
}

void add_text(CLI::App& command, const char* name, const char* type, const char* help,
              std::function<void(const std::string&)> set) {
  command.add_option_function<std::string>(name, std::move(set), help)->type_name(type);
}

void add_number(CLI::App& command, const char* name, const char* help, std::function<void(int)> set) {
  command.add_option_function<int>(name, std::move(set), help)->type_name("-1000..1000");
}

void add_what_it_is(CLI::App& command, v1::SubmitContactRequest& request) {
  add_text(command, "--gateway", "NAME", "The gateway that gets its events",
           [&](const std::string& text) { request.set_gateway(text); });
  add_text(command, "--channel", "CHANNEL", "Its channel; the queue's unless given",
           [&](const std::string& text) { request.set_channel(text); });
  add_number(command, "--priority", "Added to the queue's; higher goes sooner",
             [&](int number) { request.set_priority(number); });
  add_number(command, "--tier", "A higher tier always goes first",
             [&](int number) { request.set_tier(number); });
  add_text(command, "--requirement", "EXPRESSION", "What it needs further to its queue: 'english >= 60'",
           [&](const std::string& text) { request.set_requirement(text); });
  command
      .add_option_function<std::vector<std::string>>(
          "--relax",
          [&](const std::vector<std::string>& steps) {
            for (const std::string& step : steps) read_step(step, request.add_relax());
          },
          "From then on whoever meets this may serve it, too; may be repeated")
      ->type_name("AFTER=REQUIREMENT")
      ->expected(1)
      ->take_all();
  add_text(command, "--customer", "TEXT", "Who the customer is; sealed wherever it is stored",
           [&](const std::string& text) { request.set_customer(text); });
  add_text(command, "--attributes", "TEXT", "For the agent's desktop; sealed as well",
           [&](const std::string& text) { request.set_attributes(text); });
}

void add_when_and_whom(CLI::App& command, v1::SubmitContactRequest& request) {
  add_text(command, "--not-before", "TIME", "It starts then",
           [&](const std::string& text) { read_time("--not-before", text, request.mutable_not_before()); });
  CLI::Option* const callback = command.add_flag_callback(
      "--callback", [&] { request.set_callback(true); },
      "Nobody is on the line: dial when an agent has accepted");
  command
      .add_option_function<std::string>(
          "--promise",
          [&](const std::string& text) { read_time("--promise", text, request.mutable_promise()); },
          "The customer is to be called by then")
      ->type_name("TIME")
      ->needs(callback);
  CLI::Option* const prefer = command
                                  .add_option_function<std::vector<std::string>>(
                                      "--prefer",
                                      [&](const std::vector<std::string>& agents) {
                                        for (const std::string& agent : agents)
                                          request.add_preferred_agent_ids(agent);
                                      },
                                      "Wait for this agent first; may be repeated, the best first")
                                  ->type_name("AGENT")
                                  ->expected(1)
                                  ->take_all();
  command
      .add_option_function<std::string>(
          "--prefer-for",
          [&](const std::string& text) {
            *request.mutable_preferred_for() =
                TimeUtil::MicrosecondsToDuration(duration_in("--prefer-for", text).count());
          },
          "So long; then for everybody")
      ->type_name("DURATION")
      ->needs(prefer);
  command
      .add_flag_callback(
          "--prefer-first", [&] { request.set_preferred_first(true); }, "Ahead of all others for them")
      ->needs(prefer);
}

}  // namespace

void add_submit(CLI::App& app, Terminal& terminal) {
  const auto options = std::make_shared<SubmitOptions>();
  CLI::App& command =
      add_router_command(app, "submit", "Bring a contact, as a gateway would", options->router,
                         [options, &terminal] { submit(*options, terminal); });
  command
      .add_option_function<std::string>(
          "contact", [options](const std::string& text) { options->request.set_contact_id(text); }, "Its id")
      ->required()
      ->type_name("CONTACT");
  command
      .add_option_function<std::string>(
          "queue", [options](const std::string& text) { options->request.set_queue(text); },
          "A queue or a split")
      ->required()
      ->type_name("QUEUE");
  add_what_it_is(command, options->request);
  add_when_and_whom(command, options->request);
  add_request_id(command, options->actor);
}

}  // namespace cordboard::ctl
