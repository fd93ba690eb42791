#include "router/store/result.h"

namespace cordboard {

std::string_view to_string(StoreErrorKind kind) {
  switch (kind) {
    case StoreErrorKind::Io:
      return "io";
    case StoreErrorKind::Full:
      return "full";
    case StoreErrorKind::Damaged:
      return "damaged";
    case StoreErrorKind::NewerFormat:
      return "newer_format";
    case StoreErrorKind::Fenced:
      return "fenced";
    case StoreErrorKind::InUse:
      return "in_use";
    case StoreErrorKind::Trimmed:
      return "trimmed";
    case StoreErrorKind::OutOfSequence:
      return "out_of_sequence";
    case StoreErrorKind::TooLarge:
      return "too_large";
  }
  std::abort();
}

}  // namespace cordboard
