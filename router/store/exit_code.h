// How cordboard-router and cordboardctl end. docs/ARCHITECTURE.md lists the codes for operators; they are
// stable.

#pragma once

#include "router/store/result.h"

namespace cordboard {

enum class ExitCode : int {
  Ok = 0,            // drained after a signal; or --check found no error
  BadConfig = 2,     // flags or configuration: fix them, a restart alone cannot help
  AddressInUse = 3,  // a listen address cannot be used
  StoreDamaged = 4,  // bytes in the data directory are not those that were written: restore a copy
  StoreNewer = 5,    // written by a newer release: run that one
  StoreInUse = 6,    // another process serves this data directory
  StoreFailed = 7,   // the data directory cannot be read or written
  LogFailed = 8,     // a write or sync failed while serving; nothing acknowledged is lost, restart
  DrainTimeout = 9,  // the log could not be made durable in time after a signal

  // cordboardctl, of what it asks a router.
  RequestRefused = 10,  // the router refused it, and says why
  NotFound = 11,        // what it names is not there
  NotAllowed = 12,      // the caller has not proved who they are, or lacks the role
  Unreachable = 13,     // no answer: address, TLS, connection or time
  NotConfirmed = 14,    // the person at the terminal did not say yes
};

// How a process ends that cannot open a store.
ExitCode exit_code_of(const StoreError& error);

}  // namespace cordboard
