#include "ctl/client/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "ctl/client/command_failed.h"

namespace cordboard::ctl {

std::string read_file(const std::string& what, const std::string& path) {
  const bool named = path != "-";
  const int fd = named ? ::open(path.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
  std::string text;
  std::array<char, 65'536> part;
  ssize_t got = -1;
  while (fd >= 0 && (got = ::read(fd, part.data(), part.size())) > 0)
    text.append(part.data(), static_cast<std::size_t>(got));
  const int error = errno;
  if (named && fd >= 0) ::close(fd);
  if (got == 0) return text;
  throw CommandFailed(ExitCode::BadConfig, what + " " + path + ": " + std::strerror(error));
}

}  // namespace cordboard::ctl
