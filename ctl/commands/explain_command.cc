// cordboardctl explain and why-not: why a contact waits, why an offer went to its agent, and why an agent is
// not offered a contact.

#include <CLI/CLI.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "cordboard/v1/explain.pb.h"
#include "ctl/client/command_failed.h"
#include "ctl/client/command_options.h"
#include "ctl/client/router_client.h"
#include "ctl/commands/commands.h"
#include "ctl/output/printer.h"
#include "ctl/output/value_text.h"

namespace cordboard::ctl {
namespace {

struct ExplainOptions {
  RouterOptions router;
  std::string contact;
  std::string agent;
  std::uint64_t offer = 0;
};

void explain(const ExplainOptions& options, Terminal& terminal) {
  if (options.contact.empty() == (options.offer == 0))
    throw CommandFailed(ExitCode::BadConfig, "name a contact, or an offer with --offer");
  v1::ExplainRequest request;
  request.set_contact_id(options.contact);
  request.set_agent_id(options.agent);
  request.set_offer_id(options.offer);
  v1::ExplainResponse response;
  RouterClient(options.router.choice).call("SupervisorService/Explain", request, response);
  if (options.router.format != OutputFormat::Table)
    return print_message(options.router.format, response, terminal.out);
  terminal.out << plain_lines(response.text());
  if (!response.text().ends_with('\n')) terminal.out << '\n';
}

}  // namespace

void add_explain(CLI::App& app, Terminal& terminal) {
  const auto asked = std::make_shared<ExplainOptions>();
  CLI::App& command =
      add_router_command(app, "explain", "Why a contact waits, or why an offer went to its agent",
                         asked->router, [asked, &terminal] { explain(*asked, terminal); });
  command.add_option("contact", asked->contact, "The contact")->type_name("CONTACT");
  command.add_option("--offer", asked->offer, "One of the newest offers")->type_name("NUMBER");

  const auto pair = std::make_shared<ExplainOptions>();
  CLI::App& why_not =
      add_router_command(app, "why-not", "Why an agent is not offered a contact: every reason", pair->router,
                         [pair, &terminal] { explain(*pair, terminal); });
  why_not.add_option("contact", pair->contact, "The contact")->required()->type_name("CONTACT");
  why_not.add_option("agent", pair->agent, "The agent")->required()->type_name("AGENT");
}

}  // namespace cordboard::ctl
