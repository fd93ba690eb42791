#include "router/codec/api_errors.h"

#include "router/codec/api_time.h"
#include "router/codec/plain_text.h"
#include "router/core/utf8.h"

namespace cordboard {
namespace {

void fill(const RejectRow& row, const std::string& text, v1::RejectionDetail* detail) {
  detail->set_reason(row.reason);
  // It may quote what a stranger sent, and ends in logs and on screens.
  detail->set_detail(plain_text(clip_utf8(text, kMaxDetailBytes)));
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
