// What every Store must do, whatever it is built on: the tests are parameterised by where it is stored.

#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "router/store/store.h"
#include "tests/store/store_testing.h"

namespace cordboard::testing {

// One place to store things, which can be opened again and again.
struct Backend {
  std::string name;
  std::function<Result<std::unique_ptr<Store>>(const std::filesystem::path& directory)> open;
};

inline void PrintTo(const Backend& backend, std::ostream* out) { *out << backend.name; }

class StoreConformance : public ::testing::TestWithParam<Backend> {
 protected:
  void SetUp() override { reopen(); }

  void reopen() {
    store_.reset();
    auto opened = GetParam().open(directory_.path() / "data");
    ASSERT_OK(opened);
    store_ = std::move(*opened);
  }

  void trim_all_before(uint64_t sequence) {
    for (bool more = true; more;) {
      Result<bool> trimmed = store_->trim_log_before(sequence);
      ASSERT_OK(trimmed);
      more = *trimmed;
    }
  }

  TempDirectory directory_{testing::memory_directory()};
  std::unique_ptr<Store> store_;
};

}  // namespace cordboard::testing
