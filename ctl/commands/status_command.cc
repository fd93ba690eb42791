// cordboardctl status: how the router and the tenant are, and how near the limits.

#include <CLI/CLI.hpp>
#include <memory>

#include "cordboard/v1/supervisor_service.pb.h"
#include "ctl/client/command_options.h"
#include "ctl/client/router_client.h"
#include "ctl/commands/commands.h"
#include "ctl/output/printer.h"

namespace cordboard::ctl {

void add_status(CLI::App& app, Terminal& terminal) {
  const auto options = std::make_shared<RouterOptions>();
  add_router_command(
      app, "status", "How the router and the tenant are, and how near the limits", *options,
      [options, &terminal] {
        v1::GetStatusResponse status;
        RouterClient(options->choice).call("SupervisorService/GetStatus", v1::GetStatusRequest(), status);
        print_message(options->format, status, terminal.out);
      });
}

}  // namespace cordboard::ctl
