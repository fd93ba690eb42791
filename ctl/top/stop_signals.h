// Ctrl-C and the like as something to wait for, so that whoever changed the terminal can give it back first.
//
// The signal stays pending. When this is destroyed it ends the program as it would have at once, and the
// shell sees that (128 + its number). Signals that are ignored stay so (nohup). REQUIRES: made before any
// other thread is, which would get the signal otherwise.

#pragma once

#include <csignal>
#include <utility>
#include <vector>

namespace cordboard::ctl {

class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Readable when one has come. Not to be read: that would take the signal away.
  int descriptor() const { return descriptor_; }

 private:
  sigset_t signals_;
  std::vector<std::pair<int, struct sigaction>> before_;
  int descriptor_ = -1;
};

}  // namespace cordboard::ctl
