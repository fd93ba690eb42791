// JSON values as YAML.

#pragma once

#include <jansson.h>

#include <string>

namespace cordboard::ctl {

// A document without markers; ends with a newline. Texts are always quoted, so that none is taken for a
// number or a truth.
std::string to_yaml(const json_t* value);

}  // namespace cordboard::ctl
