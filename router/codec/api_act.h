// Acts of supervisors in the words of the API: the request (to_command in api_requests.h), the row and the
// list.

#pragma once

#include "cordboard/v1/act.pb.h"
#include "router/core/state.h"

namespace cordboard {

// Fills an empty row.
void fill_act(const SupervisorAct& act, v1::SupervisorAct* row);

// Those that were asked for, oldest first.
void fill_acts(const State& state, const v1::ListActsRequest& asked, v1::ListActsResponse* out);

}  // namespace cordboard
