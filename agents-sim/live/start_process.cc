#include "agents-sim/live/start_process.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>

namespace cordboard::sim {
namespace {

// Between fork and exec: system calls only.
[[noreturn]] void become(char* const* words, const char* directory, int output, int errors, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it died before we asked for that
  setpgid(0, 0);                        // Ctrl-C on the terminal is for us to decide about
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(output, STDOUT_FILENO);
  dup2(errors, STDERR_FILENO);
  if (*directory != '\0' && chdir(directory) != 0) _exit(127);
  execvp(words[0], words);
  _exit(127);
}

}  // namespace

pid_t start_process(ProcessStart start) {
  std::vector<char*> words;
  for (std::string& word : start.words) words.push_back(word.data());
  words.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) become(words.data(), start.directory.c_str(), start.output, start.errors, parent);
  return pid;
}

}  // namespace cordboard::sim
