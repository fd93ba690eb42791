// cordboardctl contacts, and cancel.

#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "cordboard/v1/gateway_requests.pb.h"
#include "cordboard/v1/supervisor_service.pb.h"
#include "ctl/client/actor.h"
#include "ctl/client/command_options.h"
#include "ctl/client/router_client.h"
#include "ctl/commands/commands.h"
#include "ctl/commands/enum_words.h"
#include "ctl/commands/pages.h"
#include "ctl/commands/receipt.h"
#include "ctl/output/printer.h"
#include "ctl/output/value_text.h"

namespace cordboard::ctl {
namespace {

struct ContactListOptions {
  RouterOptions router;
  std::vector<std::string> queues;
  std::vector<std::string> states;
  std::string agent;
  std::string gateway;
  bool customer_data = false;
};

const std::vector<Column<v1::Contact>> kContactColumns = {
    {"CONTACT", [](const v1::Contact& row) { return or_dash(row.contact_id()); }},
    {"QUEUE", [](const v1::Contact& row) { return or_dash(row.queue()); }},
    {"CHANNEL", [](const v1::Contact& row) { return or_dash(row.channel()); }},
    {"STATE", [](const v1::Contact& row) { return word_of(row.state()); }},
    {"AGENT", [](const v1::Contact& row) { return or_dash(agents_text(row)); }},
    {">TIER", [](const v1::Contact& row) { return std::to_string(row.tier()); }},
    {">PRIORITY", [](const v1::Contact& row) { return std::to_string(row.priority()); }},
    {">WAIT", [](const v1::Contact& row) { return clock_text(row.wait()); }},
    {">AGE", [](const v1::Contact& row) { return clock_text(row.total_age()); }},
    {"REQUIREMENT", [](const v1::Contact& row) { return or_dash(row.requirement()); }},
};

void list_contacts(const ContactListOptions& options, Terminal& terminal) {
  RouterClient router(options.router.choice);
  v1::ListContactsRequest request;
  for (const std::string& queue : options.queues) request.add_queues(queue);
  for (const std::string& word : options.states) request.add_states(value_of<v1::Contact::State>(word));
  request.set_agent_id(options.agent);
  request.set_gateway(options.gateway);
  request.set_include_customer_data(options.customer_data);
  ListPrinter<v1::Contact> printer(options.router.format, kContactColumns, terminal.out);
  for_each_page<v1::ListContactsResponse>(
      router, "SupervisorService/ListContacts", request,
      [&](const v1::ListContactsResponse& page) { printer.add(page.contacts()); });
  printer.end();
}

struct CancelOptions {
  RouterOptions router;
  Actor actor;
  std::string contact;
};

void cancel_contact(const CancelOptions& options, Terminal& terminal) {
  confirm(options.actor, "Cancel the contact " + options.contact + "?");
  v1::CancelContactRequest request;
  request.set_contact_id(options.contact);
  request.set_request_id(request_id_of(options.actor));
  v1::CancelContactResponse response;
  RouterClient(options.router.choice).call("GatewayService/CancelContact", request, response);
  print_done(options.router.format, response, terminal.out);
}

}  // namespace

void add_contacts(CLI::App& app, Terminal& terminal) {
  const auto listed = std::make_shared<ContactListOptions>();
  CLI::App& contacts =
      add_router_command(app, "contacts", "The contacts, in the order of submission", listed->router,
                         [listed, &terminal] { list_contacts(*listed, terminal); });
  contacts.add_option("queue", listed->queues, "Only in these queues")->type_name("QUEUE");
  add_words(contacts, "--state", listed->states, words_of<v1::Contact::State>(),
            "Only in these states; all that have not ended unless given");
  contacts.add_option("--agent", listed->agent, "Only of this agent")->type_name("AGENT");
  contacts.add_option("--gateway", listed->gateway, "Only of this gateway")->type_name("GATEWAY");
  contacts.add_flag("--customer-data", listed->customer_data, "With `customer` and `attributes`");

  const auto cancelled = std::make_shared<CancelOptions>();
  CLI::App& command =
      add_router_command(app, "cancel", "Withdraw a contact that nobody has answered, as its gateway; asks",
                         cancelled->router, [cancelled, &terminal] { cancel_contact(*cancelled, terminal); });
  command.add_option("contact", cancelled->contact, "The contact")->required()->type_name("CONTACT");
  add_request_id(command, cancelled->actor);
  add_yes(command, cancelled->actor);
}

}  // namespace cordboard::ctl
