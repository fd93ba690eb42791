#include "router/grpc/fragments.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <algorithm>

namespace cordboard {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

constexpr std::size_t kMaxHeaderBytes = 15;  // two varints: a key of up to 5 bytes, a length of up to 10

std::size_t write_header(std::uint32_t field, std::size_t size, std::uint8_t* out) {
  std::uint8_t* end = WireFormatLite::WriteTagToArray(static_cast<int>(field),
                                                      WireFormatLite::WIRETYPE_LENGTH_DELIMITED, out);
  end = CodedOutputStream::WriteVarint64ToArray(size, end);
  return static_cast<std::size_t>(end - out);
}

}  // namespace

void append_header(std::string& out, std::uint32_t field, std::size_t size) {
  std::uint8_t header[kMaxHeaderBytes];
  out.append(reinterpret_cast<const char*>(header), write_header(field, size, header));
}

void append_element(std::string& out, std::uint32_t field, const google::protobuf::MessageLite& message) {
  const std::size_t size = message.ByteSizeLong();
  append_header(out, field, size);
  const std::size_t start = out.size();
  out.resize(start + size);
  message.SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(out.data() + start));
}

void Fragments::mark(std::uint64_t revision) {
  if (!marks_.empty() && marks_.back().revision == revision) {
    const std::size_t start = marks_.size() > 1 ? marks_[marks_.size() - 2].end : 0;
    if (bytes_.size() - start <= kRunBytes) {
      marks_.back().end = bytes_.size();
      return;
    }
  }
  marks_.push_back({bytes_.size(), revision});
}

void Fragments::take_until(std::uint64_t revision, Fragments& out) {
  const auto later = std::upper_bound(marks_.begin(), marks_.end(), revision,
                                      [](std::uint64_t r, const Mark& mark) { return r < mark.revision; });
  if (later == marks_.begin()) return;
  if (later == marks_.end()) {
    std::swap(*this, out);
    return;
  }
  const std::size_t end = std::prev(later)->end;
  out.bytes_.assign(bytes_, 0, end);
  out.marks_.assign(marks_.begin(), later);
  bytes_.erase(0, end);
  marks_.erase(marks_.begin(), later);
  for (Mark& mark : marks_) mark.end -= end;
}

}  // namespace cordboard
