#include "agents-sim/live/child_router.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <utility>

#include "agents-sim/live/start_process.h"

namespace cordboard::sim {
namespace {

// True when the process has ended within the time.
bool wait_for_end(pid_t pid, Duration limit) {
  const int fd = static_cast<int>(syscall(SYS_pidfd_open, pid, 0));
  if (fd < 0) return false;
  pollfd poller{fd, POLLIN, 0};
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
  const int ready = poll(&poller, 1, static_cast<int>(ms));
  close(fd);
  return ready > 0;
}

std::string value_after(const std::string& line, const std::string& key) {
  const std::size_t at = line.find(" " + key + "=");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + key.size() + 2;
  return line.substr(begin, line.find(' ', begin) - begin);
}

}  // namespace

std::vector<std::string> router_words(const std::string& binary, const std::string& config,
                                      const std::string& data_dir, const std::string& http_listen) {
  return {binary,        "--config",      config,      "--data-dir",       data_dir,     "--grpc-listen",
          "127.0.0.1:0", "--http-listen", http_listen, "--metrics-listen", "127.0.0.1:0"};
}

std::optional<ReadyLine> parse_ready_line(const std::string& line) {
  if (!line.starts_with("ready ")) return std::nullopt;
  ReadyLine ready{value_after(line, "grpc"), value_after(line, "http"), value_after(line, "metrics")};
  if (ready.grpc.empty()) return std::nullopt;
  return ready;
}

ChildRouter::ChildRouter(EventLoop& loop, ChildRouterOptions options, Listener listener)
    : loop_(loop), options_(std::move(options)), listener_(std::move(listener)) {}

ChildRouter::~ChildRouter() { kill(); }

std::optional<std::string> ChildRouter::start(std::vector<std::string> run_by) {
  if (access(options_.binary.c_str(), X_OK) != 0) {
    return options_.binary + ": " + std::strerror(errno);
  }
  int output[2];
  if (pipe2(output, O_CLOEXEC) != 0) return std::string("pipe: ") + std::strerror(errno);
  const int log = open(options_.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const Time started_at = loop_.clock_now();
  std::vector<std::string> words = std::move(run_by);
  for (std::string& word : router_words(options_.binary, options_.config, options_.data_dir, http_listen_)) {
    words.push_back(std::move(word));
  }
  if (!options_.dashboard.empty()) words.insert(words.end(), {"--dashboard", options_.dashboard});
  pid_ = start_process({std::move(words), {}, output[1], log});
  const int error = errno;
  close(output[1]);
  if (log >= 0) close(log);
  if (pid_ < 0) {
    close(output[0]);
    return std::string("fork: ") + std::strerror(error);
  }
  ready_limit_ = loop_.after(options_.ready_within, [this] { give_up(); });
  reader_ = std::thread(
      [this, fd = output[0], number = ++starts_, started_at] { read_output(fd, number, started_at); });
  return std::nullopt;
}

// On the thread that reads; ends with the child's output.
void ChildRouter::read_output(int fd, std::uint64_t start_number, Time started_at) {
  FILE* const output = fdopen(fd, "r");
  char* line = nullptr;
  std::size_t capacity = 0;
  while (getline(&line, &capacity, output) > 0) {
    std::string text(line);
    if (text.ends_with('\n')) text.pop_back();
    const auto ready = parse_ready_line(text);
    if (!ready) continue;
    const Duration took = loop_.clock_now() - started_at;
    loop_.post([this, ready = *ready, took, start_number] {
      if (start_number != starts_ || !is_running()) return;
      loop_.cancel(ready_limit_);
      if (!options_.dashboard.empty()) http_listen_ = ready.http;
      listener_.on_ready(ready, took);
    });
  }
  std::free(line);
  std::fclose(output);
  loop_.post([this, start_number] {
    if (start_number != starts_ || !is_running()) return;
    reap();
    listener_.on_over("the router ended by itself:\n" + log_tail());
  });
}

void ChildRouter::give_up() {
  kill();
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(options_.ready_within).count();
  listener_.on_over("the router was not ready after " + std::to_string(seconds) + " s:\n" + log_tail());
}

int ChildRouter::reap() {
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  last_status_ = status;
  loop_.cancel(ready_limit_);
  if (reader_.joinable()) reader_.join();
  return status;
}

void ChildRouter::kill() {
  if (is_running()) {
    ::kill(pid_, SIGKILL);
    reap();
  }
  if (reader_.joinable()) reader_.join();
}

int ChildRouter::terminate(Duration limit) {
  if (!is_running()) return 0;
  ::kill(pid_, SIGTERM);
  if (!wait_for_end(pid_, limit)) ::kill(pid_, SIGKILL);
  return reap();
}

std::string ChildRouter::log_tail() const {
  std::ifstream in(options_.log_file);
  std::deque<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line);
    if (lines.size() > 20) lines.pop_front();
  }
  std::string text;
  for (const std::string& line : lines) text += "  " + line + "\n";
  return text;
}

}  // namespace cordboard::sim
