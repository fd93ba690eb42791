// What gateways and agents ask for about one contact. Each either is refused and changes nothing, or goes
// through the life of the contact (contacts.h).

#pragma once

#include <string>

#include "router/core/step.h"

namespace cordboard::contacts {

Outcome submit(Step& step, const SubmitContact& command);
Outcome update(Step& step, const UpdateContact& command);
Outcome cancel(Step& step, const CancelContact& command);
Outcome end(Step& step, const EndContact& command);
Outcome transfer(Step& step, const TransferContact& command);

// Refusals: the contact is not known, has ended, is not unanswered, or has nobody on the line.
Outcome not_known(const std::string& id);
Outcome finished(const Contact& contact);
Outcome not_unanswered(const Contact& contact);
Outcome nobody_on_the_line();

}  // namespace cordboard::contacts
