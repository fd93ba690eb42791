#include "router/http/tls_files.h"

#include <utility>

#include "router/core/assert.h"

namespace cordboard {
namespace {

std::filesystem::file_time_type written_at(const std::string& file) {
  std::error_code error;
  const auto time = std::filesystem::last_write_time(file, error);
  return error ? std::filesystem::file_time_type{} : time;
}

}  // namespace

TlsFiles::TlsFiles(TlsConfig tls) : tls_(std::move(tls)), seen_(written()), context_(load()) {
  CB_ASSERT(context_ != nullptr, "the files of server.tls cannot be used");
}

std::shared_ptr<boost::asio::ssl::context> TlsFiles::current() {
  const Written now = written();
  if (now == seen_) return context_;
  seen_ = now;
  if (auto fresh = load()) context_ = std::move(fresh);
  return context_;
}

TlsFiles::Written TlsFiles::written() const { return {written_at(tls_.certificate), written_at(tls_.key)}; }

std::shared_ptr<boost::asio::ssl::context> TlsFiles::load() const {
  namespace ssl = boost::asio::ssl;
  auto context = std::make_shared<ssl::context>(ssl::context::tlsv13_server);
  boost::system::error_code error;
  context->use_certificate_chain_file(tls_.certificate, error);
  if (!error) context->use_private_key_file(tls_.key, ssl::context::pem, error);
  if (error || SSL_CTX_check_private_key(context->native_handle()) != 1) return nullptr;
  return context;
}

}  // namespace cordboard
