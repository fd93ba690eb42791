// What went wrong while a stored message was turned into the engine's types? Used by the decoders only.
//
// Nothing unknown is ever skipped: whoever wrote it meant something by it, and replaying without it would
// give another state (see the rules in proto/cordboard/storage/v1/command.proto).

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "google/protobuf/message.h"
#include "google/protobuf/unknown_field_set.h"

namespace cordboard {

class StorageReader {
 public:
  // Every message at every depth goes through here.
  template <class Message>
  Message& known(Message& message) {
    const auto& unknown = message.GetReflection()->GetUnknownFields(message);
    if (!unknown.empty()) {
      fail("field " + std::to_string(unknown.field(0).number()) + " of " + message.GetTypeName() +
           " is unknown: written by a newer router");
    }
    return message;
  }

  void fail(std::string what) {
    if (error_.empty()) error_ = std::move(what);
  }

  // The first failure.
  std::optional<std::string> take_error() {
    if (error_.empty()) return std::nullopt;
    return std::exchange(error_, {});
  }

 private:
  std::string error_;  // empty: none. Not an optional: g++ 12 warns of its destructor
};

}  // namespace cordboard
