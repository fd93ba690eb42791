// A TLS context from files that may change while the router runs.

#pragma once

#include <boost/asio/ssl/context.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

#include "router/access/access_config.h"

namespace cordboard {

// Not thread-safe.
class TlsFiles {
 public:
  // REQUIRES: check_tls_files() has nothing against them.
  explicit TlsFiles(TlsConfig tls);

  // Made of the files as they are; while they cannot be used, of those before. Connections keep theirs.
  std::shared_ptr<boost::asio::ssl::context> current();

 private:
  using FileTime = std::filesystem::file_time_type;
  struct Written {
    FileTime certificate{};
    FileTime key{};
    friend bool operator==(const Written&, const Written&) = default;
  };
  Written written() const;
  std::shared_ptr<boost::asio::ssl::context> load() const;

  const TlsConfig tls_;
  Written seen_;
  std::shared_ptr<boost::asio::ssl::context> context_;
};

}  // namespace cordboard
