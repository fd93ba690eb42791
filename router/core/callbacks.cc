#include "router/core/callbacks.h"

namespace cordboard::callbacks {

void offer(Step& step, ContactRef contact, Cause cause) {
  step.emit(CallbackOffered{contact, step.state[contact].queue, cause});
}

}  // namespace cordboard::callbacks
