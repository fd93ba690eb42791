#include "router/http/http_dispatch.h"

#include <utility>

namespace cordboard {
namespace {

HttpResponse not_allowed(const char* methods) {
  return {405,
          "text/plain; charset=utf-8",
          "only " + std::string(methods) + " is allowed here\n",
          {{"Allow", methods}}};
}

HttpResponse not_found(const HttpSite& site) {
  std::string text = "not found; there is:";
  for (const auto& [path, handler] : site.routes) text += " " + path;
  if (site.files != nullptr) text += " / (the dashboard)";
  if (site.calls != nullptr) text += " and POST /SERVICE/METHOD";
  return {404, "text/plain; charset=utf-8", text + "\n", {}};
}

}  // namespace

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

bool takes_messages(const HttpSite& site, std::string_view path) {
  return site.calls != nullptr && site.calls->has(path);
}

std::optional<HttpResponse> dispatch(const HttpSite& site, HttpRequest&& request,
                                     const std::shared_ptr<HttpReply>& reply,
                                     std::shared_ptr<HttpCall>& call) {
  const bool looks = request.method == "GET" || request.method == "HEAD";
  const bool is_file = site.files != nullptr && site.files->has(request.path);
  if (takes_messages(site, request.path) && !(looks && is_file)) {
    if (request.method != "POST") return not_allowed("POST");
    call = site.calls->begin(std::move(request), reply);
    return std::nullopt;
  }
  if (!looks) return not_allowed("GET, HEAD");
  const auto route = site.routes.find(request.path);
  if (route != site.routes.end()) {
    route->second(reply);
    return std::nullopt;
  }
  if (is_file) return site.files->answer(request);
  return not_found(site);
}

}  // namespace cordboard
