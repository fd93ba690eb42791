// Golden scenarios: commands above `----`, all resulting events below, as often as needed in one file.
//
//   tenant KEY=DURATION ...                  priority_point, decline_cooldown, not_responding_return, ...
//   tenant removed_queues=refuse|drain       tenant explained_offers=N requirement_classes=N
//   queue NAME [requires="..."] [renamed_from=OLD] [KEY=VALUE ...]      queue NAME removed
//   channel NAME units=N max=N
//   split NAME to=QUEUE:PERCENT,QUEUE:PERCENT,...
//   agent ID [skills=a:2,b:3] [channels=chat:20:4] [ready]      login ID    logout ID    disconnect ID
//   ready ID    not_ready ID [REASON]    release ID [end_contacts]
//   enqueue CONTACT queue=Q [priority= tier= requires="" channel= gateway= customer=]
//   update CONTACT [priority= tier= requires=""]    cancel CONTACT    hangup CONTACT    end CONTACT agent=A
//   accept AGENT OFFER    decline AGENT OFFER    finish AGENT CONTACT
//   transfer CONTACT agent=A (queue=Q | to=B) [to_back]
//   expected CONTACT     tells its position and expected wait, as it would be announced now
//   expected queue=Q     the same for a contact that would come now
//   show_alarms    from here on, ContactsUnservable and ContactsServable are among the events
//   explain CONTACT    why CONTACT AGENT    why_offer OFFER    (router/core/explain*.h, in words)
//   calendar NAME    times CALENDAR open|closed [next=S,S,...]: the seconds at which that turns
//   mode QUEUE|all by_hours|open|closed by=SUPERVISOR [reason=]
//   enqueue CONTACT queue=Q [not_before=DURATION] [callback] [promise=DURATION]    (durations from now)
//   update CONTACT not_before=DURATION    callback CONTACT [not_before= promise=]
//   answers CONTACT [attempt=N]    fails CONTACT no_answer|busy|unreachable|answering_machine [attempt=N]
//   applied_by WHO [reason=""]    who makes the change of configuration that follows; else the router does
//   supervise WHO VERB [contact= agent= queue= priority= tier= reason=""] [force]    acts: lists them
//   gateway_up ID    gateway_down ID    restart    snapshot    advance DURATION
//   escalate="waited 60s: raise_priority 5, notify vip waits; unservable: deflect voicemail", with queue
//   prefer=ana,ben prefer_for=30s [prefer_first], with enqueue
//   relax="30s english >= 50|90s", with queue, enqueue and update: steps of relaxation
//
// Time starts at 0. `advance` stops at every deadline on the way. `tenant`, `queue`, `channel` and `calendar`
// change the configuration, which is applied before the next other command. `snapshot` replaces the engine by
// a restored copy. Every step is audited with check_invariants.

#pragma once

#include <string>
#include <string_view>

namespace cordboard::testing {

// The scenario with the events that really happened below each `----`.
std::string run_scenario(std::string_view text);

}  // namespace cordboard::testing
