// What a connection speaks through: nothing, or TLS. Includes Beast, which takes long to compile.

#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/ssl.hpp>
#include <memory>
#include <utility>

namespace cordboard {

class PlainWire {
 public:
  explicit PlainWire(boost::asio::ip::tcp::socket socket) : stream_(std::move(socket)) {}

  boost::beast::tcp_stream& stream() { return stream_; }
  boost::beast::tcp_stream& connection() { return stream_; }
  template <class Then>
  void begin(Then then) {
    then(boost::system::error_code{});
  }
  template <class Then>
  void end(Then then) {
    boost::system::error_code ignored;
    stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
    then();
  }

 private:
  boost::beast::tcp_stream stream_;
};

class TlsWire {
 public:
  TlsWire(boost::asio::ip::tcp::socket socket, std::shared_ptr<boost::asio::ssl::context> context)
      : context_(std::move(context)), stream_(std::move(socket), *context_) {}

  boost::beast::ssl_stream<boost::beast::tcp_stream>& stream() { return stream_; }
  boost::beast::tcp_stream& connection() { return boost::beast::get_lowest_layer(stream_); }
  template <class Then>
  void begin(Then then) {
    stream_.async_handshake(boost::asio::ssl::stream_base::server, std::move(then));
  }
  template <class Then>
  void end(Then then) {
    stream_.async_shutdown([this, then = std::move(then)](boost::system::error_code) {
      boost::system::error_code ignored;
      connection().socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
      then();
    });
  }

 private:
  std::shared_ptr<boost::asio::ssl::context> context_;
  boost::beast::ssl_stream<boost::beast::tcp_stream> stream_;
};

}  // namespace cordboard
