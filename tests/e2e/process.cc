#include "tests/e2e/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "agents-sim/live/child_router.h"
#include "agents-sim/live/start_process.h"

namespace cordboard {
namespace {

// Appends what can be read now; false at the end of the stream.
bool append(int fd, std::string& text) {
  std::array<char, 65'536> buffer;
  const ssize_t got = read(fd, buffer.data(), buffer.size());
  if (got < 0) return errno == EINTR;
  text.append(buffer.data(), static_cast<std::size_t>(got));
  return got > 0;
}

void close_fd(int& fd) {
  if (fd >= 0) close(fd);
  fd = -1;
}

using Words = std::vector<std::string>;

Words joined(Words words, const Words& router, const Words& more) {
  words.insert(words.end(), router.begin(), router.end());
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

Process::Process(std::vector<std::string> words, const std::string& directory) {
  int output[2];
  int errors[2];
  if (pipe2(output, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0) return;
  pid_ = sim::start_process({std::move(words), directory, output[1], errors[1]});
  close(output[1]);
  close(errors[1]);
  output_fd_ = output[0];
  errors_fd_ = errors[0];
}

Process::~Process() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close_fd(output_fd_);
  close_fd(errors_fd_);
}

bool Process::read_more(TimePoint until) {
  std::array<pollfd, 2> fds = {{{output_fd_, POLLIN, 0}, {errors_fd_, POLLIN, 0}}};
  if (output_fd_ < 0 && errors_fd_ < 0) return false;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  const int ready = poll(fds.data(), fds.size(), static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
  if (ready <= 0) return ready < 0 && errno == EINTR;
  if (fds[0].revents != 0 && !append(output_fd_, output_)) close_fd(output_fd_);
  if (fds[1].revents != 0 && !append(errors_fd_, errors_)) close_fd(errors_fd_);
  return true;
}

std::optional<std::string> Process::wait_for_line(const std::string& beginning) {
  const TimePoint until = std::chrono::steady_clock::now() + kLongLimit;
  do {
    for (std::size_t end; (end = output_.find('\n', line_start_)) != std::string::npos;) {
      const std::string line = output_.substr(line_start_, end - line_start_);
      line_start_ = end + 1;
      if (line.starts_with(beginning)) return line;
    }
  } while (read_more(until));
  return std::nullopt;
}

void Process::signal(int number) const {
  if (pid_ > 0) kill(pid_, number);
}

std::optional<int> Process::wait() {
  const TimePoint until = std::chrono::steady_clock::now() + kLongLimit;
  while (read_more(until)) {
  }
  if (output_fd_ >= 0 || errors_fd_ >= 0) return std::nullopt;
  int status = 0;
  waitpid(pid_, &status, 0);  // it has closed its output, so it ends now
  pid_ = -1;
  left_core_ = WIFSIGNALED(status) && WCOREDUMP(status);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

Finished run(std::vector<std::string> words, const std::string& directory) {
  Process process(std::move(words), directory);
  const auto code = process.wait();
  return {code, process.output(), process.errors()};
}

RunningRouter::RunningRouter(const std::string& config, const std::string& data_dir,
                             const std::vector<std::string>& more, std::vector<std::string> run_by,
                             const std::string& name)
    : process_(joined(std::move(run_by), sim::router_words(program(name), config, data_dir), more)) {
  const auto line = process_.wait_for_line("ready ");
  if (!line) return;
  if (const auto ready = sim::parse_ready_line(*line)) grpc_ = ready->grpc;
}

std::string program(const std::string& name) { return std::string(CORDBOARD_BINARY_DIR) + "/" + name; }

std::string example_config(const std::string& name) {
  return std::string(CORDBOARD_SOURCE_DIR) + "/deploy/examples/" + name;
}

}  // namespace cordboard
