#include "router/codec/api_errors.h"

#include "router/core/utf8.h"

namespace cordboard {
namespace {

void fill(const RejectRow& row, const std::string& text, v1::RejectionDetail* detail) {
  detail->set_reason(row.reason);
  detail->set_detail(std::string(clip_utf8(text, kMaxDetailBytes)));
  detail->set_code(static_cast<int>(row.code));
}

// Layout and type URL of google.rpc.Status, see error.proto.
template <class Detail>
std::string pack(int code, std::string_view message, const Detail& detail) {
  v1::ErrorStatus status;
  status.set_code(code);
  status.set_message(message.data(), message.size());
  status.add_details()->PackFrom(detail);
  return status.SerializeAsString();
}

}  // namespace

void fill_rejection(const Rejection& rejection, v1::RejectionDetail* detail) {
  fill(reject_row(rejection.reason), rejection.detail, detail);
}

void fill_rejection(const Refusal& refusal, v1::RejectionDetail* detail) {
  fill(reject_row(refusal.reason), refusal.detail, detail);
}

std::string status_message(const v1::RejectionDetail& detail) {
  const std::string& reason = v1::RejectionDetail::Reason_Name(detail.reason());
  return detail.detail().empty() ? reason : reason + ": " + detail.detail();
}

std::string status_details(const v1::RejectionDetail& detail) {
  return pack(detail.code(), status_message(detail), detail);
}

std::string status_details(int code, std::string_view message, const v1::StreamClosedDetail& detail) {
  return pack(code, message, detail);
}

}  // namespace cordboard
