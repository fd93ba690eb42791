// What one key of a file may hold and does, as docs/CONFIGURATION.md prints it.

#pragma once

#include <string>
#include <vector>

namespace cordboard {

struct KeyDoc {
  std::string name;
  std::string type;      // "duration", "integer", "list of queues", ...
  std::string fallback;  // what applies when the key is absent, as one would write it; empty when required
  std::string limits;    // "1..100"; empty: none
  std::string effect;
  bool required = false;
};

struct SectionDoc {
  std::string path;  // "queues[]", "server"; empty: the document
  std::vector<KeyDoc> keys;
};

}  // namespace cordboard
