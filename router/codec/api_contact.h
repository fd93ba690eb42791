// Contacts and offers as clients see them.
//
// `now` is the time of the row: of the command after which it is made, or of the query. Each fills a message
// that is empty. For the thread that owns the engine.

#pragma once

#include "cordboard/v1/contact.pb.h"
#include "cordboard/v1/offer.pb.h"
#include "router/core/state.h"

namespace cordboard {

enum class CustomerData : bool { Without, With };

void fill_contact(const State& state, ContactRef contact, Time now, CustomerData data, v1::Contact* row);

}  // namespace cordboard
