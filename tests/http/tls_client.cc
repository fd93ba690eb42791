#include "tests/http/tls_client.h"

#include <openssl/pem.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>

namespace cordboard::testing {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;

std::string peer_certificate(SSL* connection) {
  X509* const certificate = SSL_get1_peer_certificate(connection);
  if (certificate == nullptr) return {};
  BIO* const out = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(out, certificate);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out, &bytes);
  std::string text(bytes, static_cast<std::size_t>(size));
  BIO_free(out);
  X509_free(certificate);
  return text;
}

}  // namespace

TlsAnswer https_get(std::uint16_t port, const std::string& path, const std::string& authority, bool old) {
  TlsAnswer answer;
  ssl::context context(ssl::context::tls_client);
  context.add_certificate_authority(asio::buffer(authority));
  context.set_verify_mode(ssl::verify_peer);
  if (old) SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_2_VERSION);
  asio::io_context io;
  ssl::stream<asio::ip::tcp::socket> stream(io, context);
  stream.set_verify_callback(ssl::host_name_verification("localhost"));
  boost::system::error_code error;
  stream.next_layer().connect({asio::ip::address_v4::loopback(), port}, error);
  if (!error) stream.handshake(ssl::stream_base::client, error);
  if (!error) {
    answer.certificate = peer_certificate(stream.native_handle());
    const std::string request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    asio::write(stream, asio::buffer(request), error);
  }
  if (error) {
    answer.error = error.message();
    return answer;
  }
  std::string text;
  asio::read(stream, asio::dynamic_buffer(text), error);  // until the server closes
  const std::size_t end = text.find("\r\n\r\n");
  if (end != std::string::npos) answer.body = text.substr(end + 4);
  return answer;
}

TlsAnswer https_get(const std::string& address, const std::string& path, const std::string& authority,
                    bool old) {
  const auto port = static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)));
  return https_get(port, path, authority, old);
}

}  // namespace cordboard::testing
