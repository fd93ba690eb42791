// A program at a terminal of its own, 80 columns by 24 lines, with a person who waits for what it shows and
// types.

#pragma once

#include <sys/types.h>
#include <termios.h>

#include <optional>
#include <string>
#include <vector>

namespace cordboard {

class Terminal {
 public:
  // `words`: the program and its arguments; without a slash it is looked up in the path.
  explicit Terminal(std::vector<std::string> words);
  // Kills it when it is still there.
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // Until it has shown this; false when it ends first, or at the limit.
  bool wait_for(const std::string& text);
  void type(const std::string& keys) const;
  void signal(int number) const;
  // Until it has ended: its exit code, or minus the signal that ended it; nullopt at the limit.
  std::optional<int> wait();

  // Everything it has shown, with what moves the cursor.
  const std::string& shown() const { return shown_; }
  // The terminal's modes are those that it had at the start.
  bool is_as_before() const;

 private:
  bool read_more();

  pid_t pid_ = -1;
  int master_ = -1;
  termios before_{};
  std::string shown_;
};

}  // namespace cordboard
