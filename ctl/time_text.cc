#include "ctl/time_text.h"

#include <date/date.h>
#include <google/protobuf/util/time_util.h>

namespace cordboard::ctl {
namespace {

std::optional<Time> parse_rfc3339(const std::string& text) {
  google::protobuf::Timestamp parsed;
  if (!google::protobuf::util::TimeUtil::FromString(text, &parsed)) return std::nullopt;
  return time_from_us(google::protobuf::util::TimeUtil::TimestampToMicroseconds(parsed));
}

}  // namespace

std::string to_text(Time time) {
  return date::format("%FT%TZ", date::sys_time<Duration>(time.time_since_epoch()));
}

std::optional<Time> parse_time(const std::string& text) {
  const auto time = parse_rfc3339(text);
  return time ? time : parse_rfc3339(text + "T00:00:00Z");
}

}  // namespace cordboard::ctl
