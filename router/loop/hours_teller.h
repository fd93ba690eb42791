// Tells the engine when its calendars open and close, weeks ahead and right after a new configuration.

#pragma once

#include "router/loop/applier.h"

namespace cordboard {

class HoursTeller {
 public:
  // What is due; the first time also what newer time-zone data says otherwise. At the start of a batch and
  // after a configuration was applied; the engine's opening::times_due() says when it is due next.
  void tell(Applier& applier);

 private:
  bool checked_ = false;
};

}  // namespace cordboard
