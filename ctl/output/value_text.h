// Values as people read them in a table. The words are those of the glossary.

#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/generated_enum_reflection.h>
#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cordboard/v1/contact.pb.h"
#include "cordboard/v1/queue.pb.h"
#include "router/core/types.h"

namespace cordboard::ctl {

Duration to_duration(const google::protobuf::Duration& duration);
Time to_time(const google::protobuf::Timestamp& time);

// "1:05" or "1:02:33"; "-" for 0 and less.
std::string clock_text(Duration duration);
std::string clock_text(const google::protobuf::Duration& duration);
// "2026-11-23T09:30:00Z"; "-" when it is absent, that is 0.
std::string second_text(const google::protobuf::Timestamp& time);
// "88.0 %"; "-" when there is none.
std::string percent_text(std::optional<double> percent);
// Of the formula service_level_strict, in percent, with which targets are compared.
std::optional<double> service_level(const v1::Queue& queue);
// `-` in place of nothing, and nothing that could harm the terminal.
std::string or_dash(const std::string& text);
// Each line as plain_text() has it.
std::string plain_lines(const std::string& text);

// Whom a contact rings at, or else who has it; may be empty.
std::string agents_text(const v1::Contact& contact);

// The names of the values of a message's enum are words in capitals: here in small letters. A value that only
// a newer router knows is its number.
std::string small_letters(std::string name);
std::string word_of(const google::protobuf::EnumDescriptor& type, int value);
template <class Enum>
std::string word_of(Enum value) {
  return word_of(*google::protobuf::GetEnumDescriptor<Enum>(), value);
}

// The members of a message that have a value, in order: {"live_contacts", "3 of 1000"}, {"uptime", "1m5s"}.
// Durations from one second on are shown to the second.
std::vector<std::pair<std::string, std::string>> members_text(const google::protobuf::Message& message);

}  // namespace cordboard::ctl
