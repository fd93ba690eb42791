// A request and an answer, without Beast, which takes long to compile.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cordboard {

struct HttpHeader {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method;  // "GET"
  std::string path;    // without the query
  std::vector<HttpHeader> headers;
  std::string body;
  std::string client;     // the address it comes from, as gRPC writes it: "ipv4:10.0.0.1"
  unsigned version = 11;  // of HTTP: 10 or 11

  // The value of the first header of this name, whatever its case; nullptr when there is none.
  const std::string* header(std::string_view name) const;
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::vector<HttpHeader> headers = {};  // further ones; without Cache-Control there it is no-store
};

// Compares ASCII letters without their case.
bool same_letters(std::string_view a, std::string_view b);

}  // namespace cordboard
