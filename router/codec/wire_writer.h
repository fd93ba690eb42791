// Writes protobuf's wire format field by field, for the few messages of which every contact needs several.
//
// Field numbers are the generated constants (v1::Event::kOfferCreatedFieldNumber), so a renamed field does
// not compile. Like proto3, a scalar or text with its default value is left out, and a message never is.

#pragma once

#include <google/protobuf/message_lite.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

#include "google/protobuf/timestamp.pb.h"
#include "router/core/types.h"

namespace cordboard {

class WireWriter {
 public:
  explicit WireWriter(std::string& out) : out_(out) {}

  // Any integer, bool or enum that is not a sint or fixed.
  void number(int field, std::uint64_t value) {
    Bytes bytes;
    bytes.number(field, value);
    out_ += bytes.view();
  }
  template <class Enum>
  requires std::is_enum_v<Enum>
  void number(int field, Enum value) { number(field, static_cast<std::uint64_t>(value)); }
  void text(int field, std::string_view value) {
    if (!value.empty()) message(field, value);
  }
  // One that is encoded already.
  void message(int field, std::string_view encoded) {
    header(field, encoded.size());
    out_ += encoded;
  }
  void message(int field, const google::protobuf::MessageLite& message) {
    const std::size_t size = message.ByteSizeLong();
    header(field, size);
    const std::size_t start = out_.size();
    out_.resize(start + size);
    message.SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(out_.data() + start));
  }
  // One whose fields `write` writes.
  template <class Write>
  requires std::is_invocable_v<Write>
  void message(int field, Write&& write) {
    header(field, 0);  // the length is one byte for most
    const std::size_t start = out_.size();
    write();
    const std::size_t size = out_.size() - start;
    if (size < 0x80) {
      out_[start - 1] = static_cast<char>(size);
    } else {
      make_room_for_length(start, size);
    }
  }
  // What goes before `size` bytes of a message.
  void header(int field, std::size_t size) {
    Bytes bytes;
    bytes.key(field, kLengthDelimited);
    bytes.varint(size);
    out_ += bytes.view();
  }
  // Exact to the microsecond, as google.protobuf.Timestamp and Duration.
  void time(int field, Time time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time.time_since_epoch());
    seconds_and_rest(field, seconds, time.time_since_epoch() - seconds);
  }
  void duration(int field, Duration duration) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
    seconds_and_rest(field, seconds, duration - seconds);
  }

 private:
  static constexpr std::uint32_t kVarint = 0;
  static constexpr std::uint32_t kLengthDelimited = 2;

  // Gathered first: a string that grows byte by byte takes several times as long.
  class Bytes {
   public:
    void varint(std::uint64_t value) {
      for (; value >= 0x80; value >>= 7) bytes_[size_++] = static_cast<char>(value | 0x80);
      bytes_[size_++] = static_cast<char>(value);
    }
    void key(int field, std::uint32_t type) { varint(static_cast<std::uint32_t>(field) << 3 | type); }
    void number(int field, std::uint64_t value) {
      if (value == 0) return;
      key(field, kVarint);
      varint(value);
    }
    std::string_view view() const { return {bytes_, size_}; }

   private:
    std::size_t size_ = 0;
    char bytes_[32];  // two numbers with their keys: 30 at most
  };

  void make_room_for_length(std::size_t start, std::size_t size) {
    Bytes length;
    length.varint(size);
    out_.replace(start - 1, 1, length.view());
  }

  void seconds_and_rest(int field, std::chrono::seconds seconds, Duration rest) {
    using google::protobuf::Timestamp;
    Bytes content;
    content.number(Timestamp::kSecondsFieldNumber, static_cast<std::uint64_t>(seconds.count()));
    content.number(Timestamp::kNanosFieldNumber,
                   static_cast<std::uint64_t>(std::chrono::nanoseconds(rest).count()));
    message(field, content.view());
  }

  std::string& out_;
};

}  // namespace cordboard
