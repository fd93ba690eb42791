// The keys of opening hours: `calendars:`, and what a queue says about them.

#pragma once

#include "router/config/schema.h"
#include "router/config/yaml_reader.h"
#include "router/core/config.h"

namespace cordboard {

inline constexpr std::size_t kMaxCalendars = 200;
inline constexpr std::size_t kMaxSpecialDays = 1'000;
inline constexpr std::size_t kMaxIntervalsOfDay = 24;

const Schema<CalendarConfig>& calendar_schema();
const Schema<SpecialDay>& special_day_schema();

// One entry of `calendars`, and whether its hours make sense together.
void read_calendar(const Reader& item, CalendarConfig& calendar);

// `wait`, `{deflect: voicemail}` and so on. Reports and leaves `rule` as it is when it is none of `actions`.
void read_closed_rule(const Reader& reader, const std::vector<ClosedAction>& actions, ClosedRule& rule);

// For a queue: refuse, wait, callback, {deflect: DESTINATION}, {move_to_queue: QUEUE}; the same with keep.
inline const std::vector<ClosedAction> kWhenClosed = {ClosedAction::Refuse, ClosedAction::Wait,
                                                      ClosedAction::OfferCallback, ClosedAction::Deflect,
                                                      ClosedAction::MoveToQueue};
inline const std::vector<ClosedAction> kAtClosing = {ClosedAction::Keep, ClosedAction::Wait,
                                                     ClosedAction::OfferCallback, ClosedAction::Deflect,
                                                     ClosedAction::MoveToQueue};

}  // namespace cordboard
