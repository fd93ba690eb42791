// Who answers a request?

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "router/http/http_server.h"

namespace cordboard {

// The path of a request's target, without the query.
std::string_view path_of(std::string_view target);

// Whether the body of a request to this path may be a message; others have none.
bool takes_messages(const HttpSite& site, std::string_view path);

// Answers, or finds who does: by way of `reply`, unless the answer is returned at once. `call` is who is told
// what becomes of a stream.
std::optional<HttpResponse> dispatch(const HttpSite& site, HttpRequest&& request,
                                     const std::shared_ptr<HttpReply>& reply,
                                     std::shared_ptr<HttpCall>& call);

}  // namespace cordboard
