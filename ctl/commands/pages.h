// All pages of a list.

#pragma once

#include <string>

#include "ctl/client/router_client.h"

namespace cordboard::ctl {

// `take(response)` gets each page.
template <class Response, class Request, class Take>
void for_each_page(RouterClient& router, const std::string& rpc, Request request, const Take& take) {
  do {
    Response page;
    router.call(rpc, request, page);
    request.set_page_token(page.next_page_token());
    take(page);
  } while (!request.page_token().empty());
}

}  // namespace cordboard::ctl
