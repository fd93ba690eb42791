#include "router/codec/api_errors.h"

#include "router/codec/api_time.h"
#include "router/core/utf8.h"

namespace cordboard {
namespace {

// Control characters, and marks that are not seen and change how the rest is: C1, zero width, direction.
bool is_hidden(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7f;
  if (character.size() == 2) return byte(0) == 0xc2 && byte(1) < 0xa0;
  if (character == "\xef\xbb\xbf") return true;
  if (character.size() != 3 || byte(0) != 0xe2) return false;
  if (byte(1) == 0x80) return (byte(2) >= 0x8b && byte(2) <= 0x8f) || (byte(2) >= 0xa8 && byte(2) <= 0xae);
  return byte(1) == 0x81 && byte(2) >= 0xa0;
}

// A detail may quote what a stranger sent, and ends in logs and on screens.
std::string plain(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view character = text.substr(0, length == 0 ? 1 : length);
    result += length == 0 || is_hidden(character) ? std::string_view("?") : character;
    text.remove_prefix(character.size());
  }
  return result;
}

void fill(const RejectRow& row, const std::string& text, v1::RejectionDetail* detail) {
  detail->set_reason(row.reason);
  detail->set_detail(plain(clip_utf8(text, kMaxDetailBytes)));
  detail->set_code(static_cast<int>(row.code));
}

constexpr const char* kRetryInfoUrl = "type.googleapis.com/google.rpc.RetryInfo";

// Layout and type URL of google.rpc.Status, see error.proto.
template <class Detail>
v1::ErrorStatus pack(int code, std::string_view message, const Detail& detail) {
  v1::ErrorStatus status;
  status.set_code(code);
  status.set_message(message.data(), message.size());
  status.add_details()->PackFrom(detail);
  return status;
}

}  // namespace

void fill_rejection(const Rejection& rejection, v1::RejectionDetail* detail) {
  fill(reject_row(rejection.reason), rejection.detail, detail);
}

void fill_rejection(const Refusal& refusal, v1::RejectionDetail* detail) {
  fill(reject_row(refusal.reason), refusal.detail, detail);
  if (refusal.retry_delay > Duration::zero()) {
    fill_duration(refusal.retry_delay, detail->mutable_retry_delay());
  }
}

std::string status_message(const v1::RejectionDetail& detail) {
  const std::string& reason = v1::RejectionDetail::Reason_Name(detail.reason());
  return detail.detail().empty() ? reason : reason + ": " + detail.detail();
}

std::string status_details(const v1::RejectionDetail& detail) {
  v1::ErrorStatus status = pack(detail.code(), status_message(detail), detail);
  if (detail.has_retry_delay()) {
    v1::RetryInfo retry;
    *retry.mutable_retry_delay() = detail.retry_delay();
    google::protobuf::Any* const packed = status.add_details();
    packed->set_type_url(kRetryInfoUrl);
    retry.SerializeToString(packed->mutable_value());
  }
  return status.SerializeAsString();
}

std::string status_details(int code, std::string_view message, const v1::StreamClosedDetail& detail) {
  return pack(code, message, detail).SerializeAsString();
}

}  // namespace cordboard
