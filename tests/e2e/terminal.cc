#include "tests/e2e/terminal.h"

#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstring>

#include "tests/e2e/process.h"

namespace cordboard {

Terminal::Terminal(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const winsize size{24, 80, 0, 0};
  pid_ = ::forkpty(&master_, nullptr, nullptr, &size);
  if (pid_ == 0) {
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  ::tcgetattr(master_, &before_);
}

Terminal::~Terminal() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  if (master_ >= 0) ::close(master_);
}

bool Terminal::wait_for(const std::string& text) {
  while (shown_.find(text) == std::string::npos)
    if (!read_more()) return false;
  return true;
}

void Terminal::type(const std::string& keys) const { (void)!::write(master_, keys.data(), keys.size()); }

void Terminal::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

std::optional<int> Terminal::wait() {
  while (read_more()) {
  }
  pollfd ended{master_, POLLIN, 0};
  if (::poll(&ended, 1, 0) != 1) return std::nullopt;  // the limit
  int status = 0;
  ::waitpid(pid_, &status, 0);  // it has closed its terminal, so it ends now
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

bool Terminal::is_as_before() const {
  termios now{};
  if (::tcgetattr(master_, &now) != 0) return false;
  return now.c_iflag == before_.c_iflag && now.c_oflag == before_.c_oflag && now.c_cflag == before_.c_cflag &&
         now.c_lflag == before_.c_lflag && std::memcmp(now.c_cc, before_.c_cc, sizeof now.c_cc) == 0;
}

// What there is, with the long limit; false when nobody has the terminal open any more.
bool Terminal::read_more() {
  pollfd readable{master_, POLLIN, 0};
  constexpr auto kLimit = std::chrono::duration_cast<std::chrono::milliseconds>(kLongLimit);
  if (::poll(&readable, 1, static_cast<int>(kLimit.count())) != 1) return false;
  std::array<char, 65'536> part;
  const ssize_t got = ::read(master_, part.data(), part.size());
  if (got > 0) shown_.append(part.data(), static_cast<std::size_t>(got));
  return got > 0;
}

}  // namespace cordboard
