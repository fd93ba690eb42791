// The engine's enums in the words of the API.

#pragma once

#include "cordboard/v1/agent.pb.h"
#include "cordboard/v1/cause.pb.h"
#include "cordboard/v1/contact.pb.h"
#include "cordboard/v1/contact_event.pb.h"
#include "cordboard/v1/offer.pb.h"
#include "cordboard/v1/queue.pb.h"
#include "cordboard/v1/supervision_event.pb.h"
#include "router/core/config.h"
#include "router/core/event.h"
#include "router/core/state.h"
#include "router/core/states.h"
#include "router/core/wait_statistics.h"

namespace cordboard {

v1::Contact::State to_api(ContactState state);
v1::Contact::Servability to_api(Servability servability);
v1::Offer::State to_api(OfferState state);
v1::Agent::State to_api(AgentState state);
v1::Agent::Activity to_api(AgentActivity activity);
v1::ContactInHand::Phase to_api(AssignmentPhase phase);
v1::QueueSettings::Strategy to_api(AgentStrategy strategy);
v1::Cause::Kind to_api(Cause cause);
v1::ExpectedWait::Formula to_api(WaitFormula formula);
v1::EscalationFired::Trigger to_api(EscalationTrigger trigger);
v1::Queue::Mode to_api(QueueMode mode);
v1::SupervisorAct::Verb to_api(SupervisorVerb verb);

}  // namespace cordboard
