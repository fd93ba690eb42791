#include "ctl/shell/exit_codes.h"

namespace cordboard::ctl {

const std::vector<ExitCodeDoc>& exit_code_docs() {
  static const std::vector<ExitCodeDoc> kDocs = {
      {ExitCode::Ok, "It was done"},
      {ExitCode::BadConfig, "The command line, a file that it names, or a configuration is wrong"},
      {ExitCode::StoreDamaged, "audit: the store or its trail is damaged"},
      {ExitCode::StoreNewer, "audit: the store was written by a newer release"},
      {ExitCode::StoreInUse, "audit: another process uses the data directory"},
      {ExitCode::StoreFailed, "audit: the data directory cannot be read; or the output could not be written"},
      {ExitCode::RequestRefused, "The router refused it; the message has the reason"},
      {ExitCode::NotFound, "What the command names is not there"},
      {ExitCode::NotAllowed, "The caller has not proved who they are, or lacks the role"},
      {ExitCode::Unreachable, "No answer: the address, TLS, a connection that was cut, or the time was up"},
      {ExitCode::NotConfirmed, "The person at the terminal did not say yes"},
  };
  return kDocs;
}

}  // namespace cordboard::ctl
