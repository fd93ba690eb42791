#include "ctl/commands/do_act.h"

#include "ctl/client/router_client.h"
#include "ctl/commands/receipt.h"

namespace cordboard::ctl {

void do_act(const RouterOptions& options, const Actor& actor, v1::ActRequest request, Terminal& terminal) {
  request.set_supervisor(supervisor_of(actor, options.choice));
  request.set_reason(actor.reason);
  request.set_request_id(request_id_of(actor));
  v1::ActResponse response;
  RouterClient(options.choice).call("SupervisorService/Act", request, response);
  print_done(options.format, response, terminal.out);
}

}  // namespace cordboard::ctl
