// The files of a folder, for browsers.
//
// They are read once, at the start, and answered from memory by their exact path: nothing that a request
// says reaches the file system. Links are not followed. A file beside another with the same name and ".gz"
// is what browsers get that take gzip.

#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <variant>

#include "router/http/http_message.h"

namespace cordboard {

inline constexpr std::size_t kMaxStaticFiles = 2'000;
inline constexpr std::size_t kMaxStaticBytes = 64u << 20;  // in all

// What is in "/assets/" has a hash of its bytes in its name, and is kept by browsers for ever.
inline constexpr std::string_view kHashedFiles = "/assets/";

class StaticFiles {
 public:
  // Or what is wrong with the folder, for people. It must have an index.html.
  static std::variant<StaticFiles, std::string> load(const std::filesystem::path& folder);

  // "/" is index.html.
  bool has(std::string_view path) const { return find(path) != nullptr; }
  // To GET and HEAD. REQUIRES: has(request.path).
  HttpResponse answer(const HttpRequest& request) const;

 private:
  struct Content {
    std::string bytes;
    std::string tag;  // in quotes
  };
  struct File {
    std::string content_type;
    Content plain;
    Content gzip;  // no bytes: there is none
  };
  const File* find(std::string_view path) const;

  std::map<std::string, File, std::less<>> files_;  // by path: "/index.html"
};

}  // namespace cordboard
