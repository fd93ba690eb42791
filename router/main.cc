// cordboard-router: flags, logging, signals. Everything else is in router/server.

#include <google/protobuf/stubs/logging.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/datagram_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "router/grpc/grpc_server.h"
#include "router/server/command_line.h"
#include "router/server/server.h"

namespace {

using namespace cordboard;

void print(std::FILE* to, const std::string& text) {
  std::fputs(text.c_str(), to);
  std::fflush(to);
}

// key=value lines on standard error; standard output has the ready line only.
void set_up_log(LogLevel level) {
  auto logger = spdlog::stderr_logger_mt("cordboard");
  logger->set_pattern("ts=%Y-%m-%dT%H:%M:%S.%fZ level=%l %v", spdlog::pattern_time_type::utc);
  logger->set_level(spdlog::level::from_str(std::string(to_string(level))));
  logger->flush_on(spdlog::level::info);
  spdlog::set_default_logger(std::move(logger));
  forward_grpc_errors([](const std::string& text) { spdlog::error("event=grpc_error text={}", text); });
}

void log_warnings(const std::string& warnings) {
  for (std::size_t start = 0; start < warnings.size();) {
    const std::size_t end = warnings.find('\n', start);
    spdlog::warn("event=config_warning text=\"{}\"", warnings.substr(start, end - start));
    start = end == std::string::npos ? warnings.size() : end + 1;
  }
}

// A crash leaves no memory with customers' data behind, and no other process of the same user reads it. Not
// under AddressSanitizer, whose search for leaks needs to look into the process.
void forbid_core_dumps() {
#ifndef __SANITIZE_ADDRESS__
  if (::prctl(PR_SET_DUMPABLE, 0) == 0) return;
  spdlog::warn("event=core_dumps_not_forbidden error=\"{}\"", std::strerror(errno));
#endif
}

// For units of Type=notify: a start is over when the router serves. The protocol is that of sd_notify(3).
void tell_systemd_ready(boost::asio::io_context& io) {
  const char* const name = std::getenv("NOTIFY_SOCKET");
  if (name == nullptr || *name == '\0') return;
  std::string path = name;
  if (path.front() == '@') path.front() = '\0';  // a socket without a file
  using Protocol = boost::asio::local::datagram_protocol;
  try {
    Protocol::socket socket(io, Protocol());
    socket.connect(Protocol::endpoint(path));
    socket.send(boost::asio::buffer(std::string("READY=1")));
  } catch (const boost::system::system_error& error) {
    spdlog::warn("event=systemd_not_told socket=\"{}\" error=\"{}\"", name, error.what());
  }
}

// Serves until a signal comes, or the log fails.
ExitCode serve(CommandLine line) {
  boost::asio::io_context io;
  boost::asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code& error, int number) {
    if (!error) spdlog::info("event=draining signal={}", number);
  });
  line.options.on_log_failure = [&io, &signals] { boost::asio::post(io, [&signals] { signals.cancel(); }); };
  SystemClock clock;
  auto started = Server::start(std::move(line.options), clock);
  if (auto* error = std::get_if<StartError>(&started)) {
    spdlog::critical("event=start_failed code={} error=\"{}\"", static_cast<int>(error->code),
                     error->message);
    return error->code;
  }
  auto server = std::move(std::get<std::unique_ptr<Server>>(started));
  spdlog::info("event=ready {}", server->ready_line().substr(6));
  tell_systemd_ready(io);
  print(stdout, server->ready_line() + "\n");
  io.run();         // until the signal
  signals.clear();  // the next one ends the process
  const ExitCode code = server->stop();
  spdlog::info("event=stopped code={}", static_cast<int>(code));
  if (code != ExitCode::Ok) std::_Exit(static_cast<int>(code));
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  // It would write a line for each message of a stranger that it cannot read.
  google::protobuf::SetLogHandler(nullptr);
  auto read = read_command_line(argc, argv);
  if (auto* exit = std::get_if<Exit>(&read)) {
    print(stdout, exit->out);
    print(stderr, exit->err);
    return static_cast<int>(exit->code);
  }
  auto& line = std::get<CommandLine>(read);
  set_up_log(line.options.server.log_level);
  log_warnings(line.warnings);
  if (!line.options.server.core_dumps) forbid_core_dumps();
  return static_cast<int>(serve(std::move(line)));
}
