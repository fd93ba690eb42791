#include "tests/fuzz/message_fuzzing.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>
#include <string>

#include "router/core/rng.h"

namespace cordboard::testing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

class Silence : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int, google::protobuf::io::ColumnNumber, const std::string&) override {}
};

// protobuf complains of invalid UTF-8 on standard error, once for each text.
void be_quiet() {
  static const auto before = google::protobuf::SetLogHandler(nullptr);
  static_cast<void>(before);
}

class Mutator {
 public:
  Mutator(std::uint32_t seed, std::span<const std::string_view> words) : rng_{seed}, words_(words) {}

  void change(Message& message) {
    const auto* const type = message.GetDescriptor();
    if (type->field_count() == 0) return;
    const FieldDescriptor* const field = type->field(static_cast<int>(draw(type->field_count())));
    if (field->is_repeated()) {
      change_list(message, field);
    } else if (field->message_type() != nullptr) {
      change_part(message, field);
    } else if (chance(20)) {
      message.GetReflection()->ClearField(&message, field);
    } else {
      set(message, field);
    }
  }

  bool chance(std::uint64_t percent) { return draw(100) < static_cast<std::int64_t>(percent); }

 private:
  std::int64_t draw(std::int64_t below) {
    return static_cast<std::int64_t>(rng_.next() % static_cast<std::uint64_t>(below));
  }

  void change_part(Message& message, const FieldDescriptor* field) {
    const Reflection* const reflection = message.GetReflection();
    if (reflection->HasField(message, field) && chance(8)) return reflection->ClearField(&message, field);
    Message* const part = reflection->MutableMessage(&message, field);
    if (chance(90)) change(*part);
  }

  void change_list(Message& message, const FieldDescriptor* field) {
    const Reflection* const reflection = message.GetReflection();
    const int size = reflection->FieldSize(message, field);
    if (size == 0 || chance(25)) return add(message, field);
    const int at = static_cast<int>(draw(size));
    if (chance(15)) {
      reflection->SwapElements(&message, field, at, size - 1);
      return reflection->RemoveLast(&message, field);
    }
    if (chance(15)) return reflection->SwapElements(&message, field, at, static_cast<int>(draw(size)));
    if (field->message_type() == nullptr) return set(message, field, at);
    if (!chance(15)) return change(*reflection->MutableRepeatedMessage(&message, field, at));
    const std::unique_ptr<Message> copy(reflection->GetRepeatedMessage(message, field, at).New());
    copy->CopyFrom(reflection->GetRepeatedMessage(message, field, at));
    reflection->AddMessage(&message, field)->CopyFrom(*copy);
  }

  void add(Message& message, const FieldDescriptor* field) {
    const Reflection* const reflection = message.GetReflection();
    if (reflection->FieldSize(message, field) > 200) return;
    if (field->message_type() != nullptr) {
      Message* const part = reflection->AddMessage(&message, field);
      for (std::int64_t i = 1 + draw(4); i > 0; --i) change(*part);
      return;
    }
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection->AddString(&message, field, text());
      case FieldDescriptor::CPPTYPE_UINT32:
        return reflection->AddUInt32(&message, field, static_cast<std::uint32_t>(number()));
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection->AddEnumValue(&message, field, static_cast<int>(draw(12)));
      default:
        break;  // the API has no lists of others
    }
  }

  void set(Message& message, const FieldDescriptor* field, int at) {
    const Reflection* const reflection = message.GetReflection();
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      reflection->SetRepeatedString(&message, field, at, text());
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_UINT32) {
      reflection->SetRepeatedUInt32(&message, field, at, static_cast<std::uint32_t>(number()));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      reflection->SetRepeatedEnumValue(&message, field, at, static_cast<int>(draw(12)));
    }
  }

  void set(Message& message, const FieldDescriptor* field) {
    const Reflection* const reflection = message.GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection->SetString(&message, field, text());
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection->SetBool(&message, field, chance(50));
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection->SetEnumValue(&message, field,
                                        chance(90) ? static_cast<int>(draw(12)) : static_cast<int>(number()));
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection->SetInt32(&message, field, static_cast<std::int32_t>(number()));
      case FieldDescriptor::CPPTYPE_UINT32:
        return reflection->SetUInt32(&message, field, static_cast<std::uint32_t>(number()));
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection->SetInt64(&message, field, number());
      case FieldDescriptor::CPPTYPE_UINT64:
        return reflection->SetUInt64(&message, field, static_cast<std::uint64_t>(number()));
      case FieldDescriptor::CPPTYPE_DOUBLE:
        return reflection->SetDouble(&message, field, static_cast<double>(number()));
      default:
        return;
    }
  }

  // Mostly small; around the limits of the engine and of the types.
  std::int64_t number() {
    static constexpr std::int64_t kEdges[] = {0,
                                              -1,
                                              100,
                                              101,
                                              1'000,
                                              1'001,
                                              -1'000,
                                              -1'001,
                                              999'999'999,
                                              1'000'000'000,
                                              std::numeric_limits<std::int32_t>::max(),
                                              std::numeric_limits<std::int32_t>::min(),
                                              std::numeric_limits<std::int64_t>::max(),
                                              std::numeric_limits<std::int64_t>::min()};
    if (chance(60)) return draw(12);
    if (chance(50)) return draw(30'000);
    return kEdges[draw(std::size(kEdges))];
  }

  std::string text() {
    if (words_.empty() || chance(5)) return std::string(static_cast<std::size_t>(draw(300)), 'x');
    std::string text(words_[static_cast<std::size_t>(draw(static_cast<std::int64_t>(words_.size())))]);
    if (chance(5)) text += words_[static_cast<std::size_t>(draw(static_cast<std::int64_t>(words_.size())))];
    if (chance(3)) text.push_back(static_cast<char>(draw(128)));
    return text;
  }

  Rng rng_;
  std::span<const std::string_view> words_;
};

}  // namespace

bool read_message(std::string_view text, Message& message) {
  be_quiet();
  Silence silence;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&silence);
  parser.SetRecursionLimit(50);
  return parser.ParseFromString(std::string(text), &message) && survives_the_wire(message);
}

bool survives_the_wire(const Message& message) {
  be_quiet();
  const std::unique_ptr<Message> received(message.New());
  return received->ParseFromString(message.SerializeAsString());
}

std::size_t mutate_text(Message& message, std::uint8_t* data, std::size_t size, std::size_t max_size,
                        std::uint32_t seed, std::span<const std::string_view> words) {
  if (!read_message({reinterpret_cast<const char*>(data), size}, message)) message.Clear();
  Mutator mutator(seed, words);
  do {
    mutator.change(message);
  } while (mutator.chance(60));
  std::string text;
  google::protobuf::TextFormat::PrintToString(message, &text);
  if (text.size() > max_size) return size;  // as it was
  std::memcpy(data, text.data(), text.size());
  return text.size();
}

}  // namespace cordboard::testing
