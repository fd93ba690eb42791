#include "router/core/configured_invariants.h"

#include <cstdint>
#include <map>

namespace cordboard {
namespace {

class ConfiguredAudit {
 public:
  ConfiguredAudit(const State& state, std::vector<std::string>& broken) : state_(state), broken_(broken) {}

  void run() {
    splits();
    destinations();
    calendars();
  }

 private:
  void expect(bool holds, const std::string& rule, const std::string& subject) {
    if (!holds) broken_.push_back(rule + ": " + subject);
  }

  // Nothing is gained or lost among the targets of a split, and all are queues.
  void splits() {
    for (const Split& split : state_.splits) {
      std::int64_t credits = 0;
      std::int64_t percent = 0;
      for (const Split::Target& target : split.targets) {
        credits += target.credit;
        percent += target.percent;
        expect(target.queue && !state_[target.queue].removed, "a split sends to queues of the configuration",
               "split " + split.name);
      }
      expect(credits == 0 && percent == 100, "the credits of a split add up to nothing",
             "split " + split.name);
    }
  }

  // A destination is there as long as a contact names it, and only contacts that were sent somewhere do.
  void destinations() {
    std::map<DestinationRef, std::uint32_t> named;
    for (const auto& [contact, destination] : state_.deflected) {
      ++named[destination];
      const bool overflowed =
          state_.contacts.contains(contact) && state_[contact].state == ContactState::Overflowed;
      expect(overflowed, "only overflowed contacts have a destination", std::to_string(contact.value));
    }
    state_.destinations.for_each([&](DestinationRef ref, const Destination& d) {
      expect(d.contacts > 0 && d.contacts == named[ref], "a destination knows how many contacts name it",
             d.text);
      expect(state_.find_destination(d.text) == ref, "a destination is found by its text", d.text);
    });
  }

  // Each calendar of the configuration, and its next change is a deadline.
  void calendars() {
    expect(state_.calendars.size() == state_.config.calendars.size(), "each calendar is there", "tenant");
    for (const Calendar& calendar : state_.calendars) {
      expect(calendar.changes.empty() == !calendar.deadline, "the next change of a calendar is a deadline",
             calendar.name);
      if (!calendar.deadline) continue;
      expect(state_.deadlines[calendar.deadline].due == calendar.changes.front(),
             "a calendar changes when it should", calendar.name);
    }
  }

  const State& state_;
  std::vector<std::string>& broken_;
};

}  // namespace

void check_configured(const State& state, std::vector<std::string>& broken) {
  ConfiguredAudit(state, broken).run();
}

}  // namespace cordboard
