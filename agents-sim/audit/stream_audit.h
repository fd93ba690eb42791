// Follows what one client is told on one stream after the other: revisions never go back, and a stream that
// goes on where the one before stopped tells nothing again.
//
// Answers and notices are two orders: an answer may overtake a notice. Not thread-safe. `findings` must
// outlive it.

#pragma once

#include <string>
#include <utility>

#include "agents-sim/audit/audit_types.h"
#include "agents-sim/audit/findings.h"

namespace cordboard::sim {

class StreamAudit {
 public:
  StreamAudit(Findings& findings, std::string who) : findings_(findings), who_(std::move(who)) {}

  // A stream begins, and tells what came after a revision; 0: how things stand, first.
  void begins(Revision after) {
    told_after_ = told_ = after;
    answered_ = 0;
  }

  // A notice.
  void told(Revision revision) {
    if (revision == 0) return;  // not about a change
    if (revision < told_) report("a notice of revision ", revision, told_);
    if (revision <= told_after_) report("again a notice of revision ", revision, told_after_);
    told_ = revision;
  }

  // A request was accepted, for the first time.
  void answered(Revision revision) {
    if (revision < answered_) report("an answer of revision ", revision, answered_);
    answered_ = revision;
  }

 private:
  void report(const char* what, Revision revision, Revision after) {
    findings_.add(Rule::StreamOrder,
                  who_ + " got " + what + std::to_string(revision) + " after " + std::to_string(after));
  }

  Findings& findings_;
  const std::string who_;
  Revision told_after_ = 0;
  Revision told_ = 0;
  Revision answered_ = 0;
};

}  // namespace cordboard::sim
