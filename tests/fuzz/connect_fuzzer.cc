// A browser's call: headers, one a line, an empty line, and the body. What is taken can be passed on to gRPC,
// what is refused has an answer in JSON, and a body that is one message is the envelope of it.

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>

#include "router/access/json.h"
#include "router/connect/connect_error.h"
#include "router/connect/connect_request.h"
#include "router/connect/envelope.h"
#include "router/connect/same_site.h"
#include "tests/fuzz/fuzz_input.h"

using namespace cordboard;
using cordboard::testing::take_until;
using cordboard::testing::text_of;

namespace {

void check_error(const ConnectError& error) {
  const Json json = parse_json(error_json(error));
  CB_ASSERT(json != nullptr, "the error is not JSON");
  CB_ASSERT(text_member(json.get(), "code") == name_of(error.code), "the error has another code");
  CB_ASSERT(json_string_length(json_object_get(json.get(), "message")) > 0, "the error says nothing");
  CB_ASSERT(parse_json(end_of_stream_json(&error)) != nullptr, "the end of the stream is not JSON");
  const unsigned status = error.http_status != 0 ? error.http_status : http_status_of(error.code);
  CB_ASSERT(400 <= status && status < 600, "the status %u is no error", status);
}

void check_metadata(std::string_view value) {
  CB_ASSERT(std::all_of(value.begin(), value.end(), [](char c) { return ' ' <= c && c <= '~'; }),
            "gRPC does not take these metadata");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest = text_of(data, size);
  HttpRequest request{.method = "POST", .path = "/cordboard.v1.SupervisorService/Watch"};
  for (std::string_view line; !(line = take_until(rest, "\n")).empty();) {
    const std::string_view name = take_until(line, ": ");
    request.headers.push_back({std::string(name), std::string(line)});
  }

  for (const bool streams : {false, true}) {
    const auto headers = read_headers(request, streams);
    if (const auto* error = std::get_if<ConnectError>(&headers)) {
      check_error(*error);
      continue;
    }
    const auto& taken = std::get<ConnectHeaders>(headers);
    check_metadata(taken.authorization);
    check_metadata(taken.tenant);
    CB_ASSERT(!taken.timeout || taken.timeout->count() > 0, "a timeout that has passed");
  }
  for (const bool any : {false, true}) {
    if (const auto error = check_same_site(request, {.any = any, .listened_on = "router.example"}))
      check_error(*error);
  }

  const auto message = only_message(rest);
  if (const auto* error = std::get_if<ConnectError>(&message)) {
    check_error(*error);
  } else {
    const auto bytes = std::get<std::string_view>(message);
    CB_ASSERT(envelope_header(EnvelopeKind::Message, bytes.size()) + std::string(bytes) == rest,
              "the message is not what the body envelopes");
  }
  return 0;
}
