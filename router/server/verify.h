// Is what a data directory holds whole? For `cordboard-router --verify`: no byte of it is changed.

#pragma once

#include <filesystem>
#include <string>

#include "router/store/exit_code.h"

namespace cordboard {

struct Verified {
  ExitCode code = ExitCode::Ok;  // of the first tenant that has something wrong
  std::string report;            // for people
};

// Looks at the store of every tenant below `data_dir`, in the order of their names.
Verified verify_data_directory(const std::filesystem::path& data_dir);

}  // namespace cordboard
