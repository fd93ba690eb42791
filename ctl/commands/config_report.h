// What a check or a change of the configuration found, for people.

#pragma once

#include <ostream>
#include <string>

#include "cordboard/v1/config_service.pb.h"

namespace cordboard::ctl {

// "FILE:3:5: error: queues[0].offer_timout: unknown key: did you mean offer_timeout?", as compilers write it.
void print_diagnostics(const std::string& file, const v1::ValidateResponse& check, std::ostream& out);

// The differences, what they do to those who wait, and whether they took effect.
void print_apply(const std::string& file, const v1::ApplyResponse& response, std::ostream& out);

}  // namespace cordboard::ctl
