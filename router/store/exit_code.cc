#include "router/store/exit_code.h"

namespace cordboard {

ExitCode exit_code_of(const StoreError& error) {
  switch (error.kind) {
    case StoreErrorKind::Damaged:
      return ExitCode::StoreDamaged;
    case StoreErrorKind::NewerFormat:
      return ExitCode::StoreNewer;
    case StoreErrorKind::InUse:
      return ExitCode::StoreInUse;
    default:
      return ExitCode::StoreFailed;
  }
}

}  // namespace cordboard
