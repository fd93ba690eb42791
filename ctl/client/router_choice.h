// Which router does a command speak to, and as whom?

#pragma once

#include <string>

#include "router/core/types.h"

namespace cordboard::ctl {

struct RouterChoice {
  std::string target = "127.0.0.1:7070";
  std::string tenant{};       // empty: `default`, or the caller's own
  bool tls = false;           // with the system's authorities; `ca` and `cert` imply it
  std::string ca{};           // PEM file
  std::string certificate{};  // PEM file of the caller, with `key`
  std::string key{};          // PEM file
  std::string token_file{};   // goes before `token`
  std::string token{};
  Duration timeout{10'000'000};  // of one request

  bool encrypted() const { return tls || !ca.empty() || !certificate.empty(); }
  // The caller proves who they are, so requests need not say it.
  bool authenticated() const { return !certificate.empty() || !token_file.empty() || !token.empty(); }
};

}  // namespace cordboard::ctl
