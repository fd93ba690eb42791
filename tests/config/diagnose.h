// What the reader says about a configuration named x.yaml; "" when it is fine.

#pragma once

#include <string>

#include "router/config/config.h"

namespace cordboard {

inline std::string diagnose(const std::string& yaml) {
  return parse_config(yaml, "x.yaml").diagnostics.text();
}

}  // namespace cordboard
