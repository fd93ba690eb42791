// The same company with all clocks running X times as fast: the configuration for a router that is to meet
// customers and agents who are played X times as fast (`live --speed X`, `demo`).
//
// Times of people are divided: offers, wrap-up, service levels, callbacks, what a priority point is worth,
// and so on. The graces for connections that break, and how long ended contacts are remembered, stay as they
// are, because networks do not get faster; so do opening hours, which are times of day. Everything else is
// copied from the file, so that no key is lost.

#pragma once

#include <string>
#include <string_view>

#include "router/core/config.h"

namespace cordboard::sim {

// REQUIRES: speed > 0.
TenantConfig scaled(TenantConfig config, double speed);

// `text` with the times of `scaled`, without the `server:` block. REQUIRES: `scaled` is what scaled() made of
// the configuration that `text` holds.
std::string scaled_yaml(std::string_view text, const TenantConfig& scaled);

}  // namespace cordboard::sim
