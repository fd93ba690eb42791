#include "router/connect/connect_error.h"

#include <openssl/evp.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "router/access/json.h"
#include "router/codec/plain_text.h"

namespace cordboard {
namespace {

struct CodeRow {
  ConnectCode code;
  std::string_view name;
  unsigned http_status;
};
constexpr CodeRow kCodes[] = {
    {ConnectCode::Canceled, "canceled", 499},
    {ConnectCode::Unknown, "unknown", 500},
    {ConnectCode::InvalidArgument, "invalid_argument", 400},
    {ConnectCode::DeadlineExceeded, "deadline_exceeded", 504},
    {ConnectCode::NotFound, "not_found", 404},
    {ConnectCode::AlreadyExists, "already_exists", 409},
    {ConnectCode::PermissionDenied, "permission_denied", 403},
    {ConnectCode::ResourceExhausted, "resource_exhausted", 429},
    {ConnectCode::FailedPrecondition, "failed_precondition", 400},
    {ConnectCode::Aborted, "aborted", 409},
    {ConnectCode::OutOfRange, "out_of_range", 400},
    {ConnectCode::Unimplemented, "unimplemented", 501},
    {ConnectCode::Internal, "internal", 500},
    {ConnectCode::Unavailable, "unavailable", 503},
    {ConnectCode::DataLoss, "data_loss", 500},
    {ConnectCode::Unauthenticated, "unauthenticated", 401},
};

const CodeRow& row_of(ConnectCode code) {
  const auto* const row = std::find_if(std::begin(kCodes), std::end(kCodes),
                                       [&](const CodeRow& candidate) { return candidate.code == code; });
  return row == std::end(kCodes) ? row_of(ConnectCode::Unknown) : *row;
}

// Standard base64 without padding.
std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // one more: it writes a zero behind
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

Json text_json(std::string_view text) { return Json(json_stringn(text.data(), text.size())); }

Json to_json(const ConnectError& error) {
  Json object(json_object());
  json_object_set_new(object.get(), "code", text_json(name_of(error.code)).release());
  // Not everything that comes from gRPC is text.
  json_object_set_new(object.get(), "message", text_json(plain_text(error.message)).release());
  if (error.details.empty()) return object;
  Json details(json_array());
  for (const ConnectDetail& detail : error.details) {
    Json one(json_object());
    json_object_set_new(one.get(), "type", text_json(detail.type).release());
    json_object_set_new(one.get(), "value", text_json(base64(detail.bytes)).release());
    json_array_append_new(details.get(), one.release());
  }
  json_object_set_new(object.get(), "details", details.release());
  return object;
}

std::string to_text(const Json& json) {
  const std::unique_ptr<char, ReleaseText> text(json_dumps(json.get(), JSON_COMPACT));
  return text.get();
}

}  // namespace

ConnectCode connect_code(int grpc_code) { return row_of(static_cast<ConnectCode>(grpc_code)).code; }
std::string_view name_of(ConnectCode code) { return row_of(code).name; }
unsigned http_status_of(ConnectCode code) { return row_of(code).http_status; }

std::string error_json(const ConnectError& error) { return to_text(to_json(error)); }

std::string end_of_stream_json(const ConnectError* error) {
  Json object(json_object());
  if (error != nullptr) json_object_set_new(object.get(), "error", to_json(*error).release());
  return to_text(object);
}

}  // namespace cordboard
