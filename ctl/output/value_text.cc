#include "ctl/output/value_text.h"

#include <date/date.h>
#include <google/protobuf/text_format.h>

#include <cstdio>

#include "cordboard/v1/supervisor_service.pb.h"
#include "router/codec/kpi_value.h"
#include "router/codec/plain_text.h"
#include "router/config/duration_text.h"

namespace cordboard::ctl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Members = std::vector<std::pair<std::string, std::string>>;

Duration to_the_second(Duration duration) {
  const Duration rest = duration % Duration{1'000'000};
  return duration < Duration{1'000'000} ? duration : duration - rest;
}

void add_members(const Message& message, const std::string& prefix, Members& members);

void add_value(const Message& message, const FieldDescriptor& field, int index, const std::string& name,
               Members& members) {
  const auto& reflection = *message.GetReflection();
  const bool in_list = field.is_repeated();
  if (field.type() == FieldDescriptor::TYPE_MESSAGE) {
    const Message& part = in_list ? reflection.GetRepeatedMessage(message, &field, index)
                                  : reflection.GetMessage(message, &field);
    if (const auto* time = dynamic_cast<const google::protobuf::Timestamp*>(&part))
      members.emplace_back(name, second_text(*time));
    else if (const auto* duration = dynamic_cast<const google::protobuf::Duration*>(&part))
      members.emplace_back(name, format_duration(to_the_second(to_duration(*duration))));
    else if (const auto* usage = dynamic_cast<const v1::Usage*>(&part))
      members.emplace_back(name, std::to_string(usage->used()) + " of " + std::to_string(usage->limit()));
    else
      add_members(part, name + ".", members);
  } else if (field.type() == FieldDescriptor::TYPE_ENUM) {
    members.emplace_back(
        name, word_of(*field.enum_type(), in_list ? reflection.GetRepeatedEnumValue(message, &field, index)
                                                  : reflection.GetEnumValue(message, &field)));
  } else if (field.type() == FieldDescriptor::TYPE_STRING) {
    members.emplace_back(name, plain_text(in_list ? reflection.GetRepeatedString(message, &field, index)
                                                  : reflection.GetString(message, &field)));
  } else {
    std::string text;
    google::protobuf::TextFormat::PrintFieldValueToString(message, &field, in_list ? index : -1, &text);
    members.emplace_back(name, text);
  }
}

void add_members(const Message& message, const std::string& prefix, Members& members) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string name = prefix + field->name();
    if (!field->is_repeated()) {
      add_value(message, *field, -1, name, members);
      continue;
    }
    for (int i = 0; i < message.GetReflection()->FieldSize(message, field); ++i)
      add_value(message, *field, i, name + "[" + std::to_string(i) + "]", members);
  }
}

}  // namespace

Duration to_duration(const google::protobuf::Duration& duration) {
  return Duration{duration.seconds() * 1'000'000 + duration.nanos() / 1'000};
}

Time to_time(const google::protobuf::Timestamp& time) {
  return time_from_us(time.seconds() * 1'000'000 + time.nanos() / 1'000);
}

std::string clock_text(Duration duration) {
  const long long seconds = duration.count() / 1'000'000;
  if (duration.count() <= 0) return "-";
  char text[64];
  if (seconds < 3'600)
    std::snprintf(text, sizeof text, "%lld:%02lld", seconds / 60, seconds % 60);
  else
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", seconds / 3'600, seconds / 60 % 60, seconds % 60);
  return text;
}

std::string clock_text(const google::protobuf::Duration& duration) {
  return clock_text(to_duration(duration));
}

std::string second_text(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0) return "-";
  return date::format("%FT%TZ", date::sys_seconds(std::chrono::seconds(time.seconds())));
}

std::string percent_text(std::optional<double> percent) {
  if (!percent) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%", *percent);
  return text;
}

std::optional<double> service_level(const v1::Queue& queue) {
  if (!queue.kpis().has_service_level_strict()) return std::nullopt;
  return 100 * cordboard::value_of(queue.kpis().service_level_strict());
}

std::string or_dash(const std::string& text) { return text.empty() ? "-" : plain_text(text); }

std::string plain_lines(const std::string& text) {
  std::string plain;
  for (std::size_t start = 0;;) {
    const std::size_t end = text.find('\n', start);
    plain += plain_text(text.substr(start, end - start));
    if (end == std::string::npos) return plain;
    plain += '\n';
    start = end + 1;
  }
}

std::string agents_text(const v1::Contact& contact) {
  std::string text;
  for (const auto& offer : contact.offers()) text += (text.empty() ? "" : " ") + plain_text(offer.agent_id());
  return text.empty() ? plain_text(contact.agent_id()) : text;
}

std::string small_letters(std::string name) {
  for (char& letter : name)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return name;
}

std::string word_of(const google::protobuf::EnumDescriptor& type, int value) {
  const auto* const found = type.FindValueByNumber(value);
  return found == nullptr ? std::to_string(value) : small_letters(found->name());
}

Members members_text(const Message& message) {
  Members members;
  add_members(message, "", members);
  return members;
}

}  // namespace cordboard::ctl
