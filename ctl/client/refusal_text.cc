#include "ctl/client/refusal_text.h"

#include <algorithm>
#include <cctype>
#include <string_view>

#include "router/codec/plain_text.h"
#include "router/config/duration_text.h"

namespace cordboard::ctl {
namespace {

ExitCode exit_code_for(const grpc::Status& status, const v1::RejectionDetail& detail) {
  // As `config validate` ends for the same file.
  if (detail.reason() == v1::RejectionDetail::INVALID_CONFIGURATION) return ExitCode::BadConfig;
  switch (status.error_code()) {
    case grpc::StatusCode::NOT_FOUND:
      return ExitCode::NotFound;
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::PERMISSION_DENIED:
      return ExitCode::NotAllowed;
    default:
      return ExitCode::RequestRefused;
  }
}

// Whatever the case: OpenSSL writes its reasons in capitals or not.
bool contains(const std::string& text, std::string_view part) {
  const auto equal = [](char a, char b) { return std::tolower(a) == std::tolower(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), equal) != text.end();
}

// gRPC tells why in words only.
bool never_connected(const std::string& message) {
  return contains(message, "failed to connect") || contains(message, "empty address list") ||
         contains(message, "DNS resolution failed");
}

std::string why_tls_failed(const std::string& message, const RouterChoice& choice) {
  // The latter when another authority has the same name.
  if (contains(message, "certificate verify failed") || contains(message, "asn1 encoding routines"))
    return "TLS: the router's certificate is not signed by an authority in " +
           (choice.ca.empty() ? std::string("the system's list") : choice.ca) + ": check --ca";
  if (contains(message, "is not in peer certificate"))
    return "TLS: the router's certificate is for another host: give --target the name in it";
  if (contains(message, "wrong version number"))
    return "TLS: the router answers without it: leave --ca, --cert and --tls away, or take the port with TLS";
  // The files were not even good for a connection: gRPC has no address to connect to then.
  if (contains(message, "handshake failed") || contains(message, "SSL_ERROR") ||
      contains(message, "empty address list"))
    return "TLS failed: check --ca, --cert and --key";
  return {};
}

std::string why_unreachable(const std::string& message, const RouterChoice& choice) {
  if (std::string why = why_tls_failed(message, choice); !why.empty()) return why;
  if (contains(message, "http1.x server"))
    return "that port speaks HTTP: give the address of the router's --grpc-listen, port 7070 unless "
           "configured";
  if (contains(message, "DNS resolution failed")) return "no host has this name: check --target";
  if (!never_connected(message)) return "the connection was cut";
  if (choice.encrypted())
    return "nobody answers there: check --target, and that the router runs with server.tls";
  return "nobody answers there: check --target and that the router runs; one with server.tls needs --ca";
}

std::string what_to_do(const v1::RejectionDetail& detail, const RouterChoice& choice) {
  switch (detail.reason()) {
    case v1::RejectionDetail::UNKNOWN_TENANT:
      return "check --tenant";
    case v1::RejectionDetail::NOT_AUTHENTICATED:
      return choice.authenticated() ? "" : "give --token-file, or --cert and --key";
    case v1::RejectionDetail::OVERLOADED:
    case v1::RejectionDetail::RATE_LIMITED: {
      const Duration wait{detail.retry_delay().seconds() * 1'000'000 + detail.retry_delay().nanos() / 1'000};
      return "try again in " + format_duration(wait);
    }
    case v1::RejectionDetail::VERSION_CONFLICT:
      return "look at `config diff`, then apply again";
    case v1::RejectionDetail::INVALID_CONFIGURATION:
      return "`config validate` shows everything that is wrong";
    default:
      return {};
  }
}

// Not every status brings a text.
std::string text_of(const grpc::Status& status) {
  if (!status.error_message().empty()) return plain_text(status.error_message());
  if (status.ok()) return "the stream ended";
  if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED)
    return "it does not know this request: is the router older than this cordboardctl?";
  return "gRPC status " + std::to_string(status.error_code()) + ", without a word";
}

}  // namespace

v1::RejectionDetail rejection_of(const grpc::Status& status) {
  v1::RejectionDetail detail;
  v1::ErrorStatus details;
  if (!details.ParseFromString(status.error_details())) return detail;
  for (const auto& any : details.details())
    if (any.Is<v1::RejectionDetail>()) any.UnpackTo(&detail);
  return detail;
}

bool answer_was_lost(const grpc::Status& status) {
  if (rejection_of(status).reason() != v1::RejectionDetail::REASON_UNSPECIFIED) return false;
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) return true;
  return status.error_code() == grpc::StatusCode::UNAVAILABLE && !never_connected(status.error_message());
}

CommandFailed failure_of(const grpc::Status& status, const RouterChoice& choice, const std::string& hint) {
  const v1::RejectionDetail detail = rejection_of(status);
  const bool by_router = detail.reason() != v1::RejectionDetail::REASON_UNSPECIFIED;
  const std::string message = text_of(status);
  const auto with = [](const std::string& advice) { return advice.empty() ? advice : ": " + advice; };
  if (!by_router && status.error_code() == grpc::StatusCode::UNAVAILABLE) {
    return {ExitCode::Unreachable,
            choice.target + ": " + why_unreachable(message, choice) + " (" + message + ")" + with(hint)};
  }
  if (!by_router && status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) {
    return {ExitCode::Unreachable, choice.target + ": no answer within " + format_duration(choice.timeout) +
                                       with(hint.empty() ? "try a longer --timeout" : hint)};
  }
  if (status.ok()) return {ExitCode::Unreachable, choice.target + ": " + message};
  return {exit_code_for(status, detail), "refused by " + choice.target + ": " + message +
                                             with(hint.empty() ? what_to_do(detail, choice) : hint)};
}

}  // namespace cordboard::ctl
