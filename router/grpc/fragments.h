// Pieces of a message that can be put together in any number: elements of one repeated field, encoded.
//
// The bytes of elements one after the other are the bytes of a message that holds them all, so whatever has
// gathered while a message was on its way goes with the next one, without encoding anything again.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "router/codec/wire_writer.h"

namespace cordboard {

// Whether the limit of an Outbox counts it. What the client asked for, a state or replies, is not counted: it
// may be larger than what a slow reader may leave behind.
enum class Counted : bool { No, Yes };

// Elements in order of their revision.
class Fragments {
 public:
  // Where a run of elements of one revision ends, which are all counted or all not.
  struct Mark {
    std::size_t end;
    std::uint64_t revision;
    Counted counted;
  };

  // REQUIRES: `revision` is not below that of the element before.
  // `content`: of the element, which is in the repeated field number `field`; a message, its bytes, or what
  // writes its fields.
  template <class Content>
  void add(std::uint64_t revision, int field, Content&& content, Counted counted = Counted::Yes) {
    WireWriter writer(bytes_);
    if constexpr (std::is_invocable_v<Content, WireWriter&>) {
      writer.message(field, [&] { content(writer); });
    } else {
      writer.message(field, content);
    }
    mark(revision, counted);
  }
  // The element as a whole.
  void add(std::uint64_t revision, std::string_view element) {
    bytes_ += element;
    mark(revision, Counted::Yes);
  }

  bool empty() const { return marks_.empty(); }
  std::string_view bytes() const { return bytes_; }
  const std::vector<Mark>& marks() const { return marks_; }
  void clear() {
    bytes_.clear();
    marks_.clear();
  }
  // Moves the elements up to `revision` into `out`, which is empty.
  void take_until(std::uint64_t revision, Fragments& out);

 private:
  // Runs are kept short, so that a message can end between them.
  static constexpr std::size_t kRunBytes = 16u << 10;
  void mark(std::uint64_t revision, Counted counted);

  std::string bytes_;
  std::vector<Mark> marks_;
};

}  // namespace cordboard
