// What the store reads before it believes its files. The first byte says which reader: of each the fuzzer
// builds the file itself, with the damage that the bytes ask for, and so knows what must come out.

#include <algorithm>
#include <array>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "router/store/durable_mark.h"
#include "router/store/log_batch.h"
#include "router/store/wal_check.h"
#include "tests/fuzz/fuzz_input.h"

using namespace cordboard;
using cordboard::testing::MemoryFile;
using cordboard::testing::take_byte;

namespace {

// ---- The write-ahead log ----

void put_word(std::string& out, std::uint32_t word) {
  for (int shift = 24; shift >= 0; shift -= 8) out.push_back(static_cast<char>(word >> shift));
}

class WalWriter {
 public:
  explicit WalWriter(bool big) : big_(big) {
    put_word(bytes_, 0x377f0682u | (big ? 1u : 0u));
    for (const std::uint32_t word : {3007000u, kPage, 7u, kSalt, kSalt}) put_word(bytes_, word);
    add(bytes_);
    put_word(bytes_, s1_);
    put_word(bytes_, s2_);
  }

  struct Frame {
    bool damaged = false;
    bool foreign = false;  // of the generation before
    bool no_page = false;
    bool commit = false;
  };
  void write(const Frame& frame) {
    std::string head;
    put_word(head, frame.no_page ? 0 : 1);
    put_word(head, frame.commit ? 9 : 0);
    const std::string page(kPage, static_cast<char>('a' + written_++ % 26));
    add(head);
    add(page);
    bytes_ += head;
    for (int i = 0; i < 2; ++i) put_word(bytes_, frame.foreign ? kSalt - 1 : kSalt);
    put_word(bytes_, frame.damaged ? ~s1_ : s1_);
    put_word(bytes_, s2_);
    bytes_ += page;
  }
  std::string& bytes() { return bytes_; }

  static constexpr std::uint32_t kPage = 512;

 private:
  static constexpr std::uint32_t kSalt = 0x5a17c0de;

  std::uint32_t word_at(std::string_view bytes, std::size_t at) const {
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const auto byte = static_cast<unsigned char>(bytes[at + i]);
      word |= static_cast<std::uint32_t>(byte) << (8 * (big_ ? 3 - i : i));
    }
    return word;
  }
  void add(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
      s1_ += word_at(bytes, at) + s2_;
      s2_ += word_at(bytes, at + 4) + s1_;
    }
  }

  bool big_;
  std::uint32_t s1_ = 0;
  std::uint32_t s2_ = 0;
  unsigned written_ = 0;
  std::string bytes_;
};

// A commit of this generation behind the intact frames, and something of this generation behind it.
bool has_lost_a_commit(const std::vector<WalWriter::Frame>& frames) {
  const auto bad = std::find_if(frames.begin(), frames.end(), [](const WalWriter::Frame& frame) {
    return frame.damaged || frame.foreign || frame.no_page;
  });
  std::vector<WalWriter::Frame> behind;
  std::copy_if(bad, frames.end(), std::back_inserter(behind), [](const auto& f) { return !f.foreign; });
  for (std::size_t i = 0; i + 1 < behind.size(); ++i) {
    if (behind[i].commit) return true;
  }
  return false;
}

void check_built_wal(std::string_view script) {
  const std::uint8_t options = take_byte(script);
  WalWriter wal((options & 1) != 0);
  std::vector<WalWriter::Frame> frames;
  for (const char flags : script.substr(0, 64)) {
    frames.push_back({(flags & 1) != 0, (flags & 2) != 0, (flags & 4) != 0, (flags & 8) != 0});
    wal.write(frames.back());
  }
  const std::size_t cut = std::min<std::size_t>(options >> 1, frames.empty() ? 0 : WalWriter::kPage);
  wal.bytes().resize(wal.bytes().size() - cut);
  if (cut > 0) frames.pop_back();
  const auto whole = sqlite::wal_is_whole(MemoryFile(wal.bytes()).path());
  CB_ASSERT(whole.ok(), "a log that was written cannot be read");
  CB_ASSERT(*whole == !has_lost_a_commit(frames), "whole: %d", static_cast<int>(*whole));
}

// ---- The mark ----

void check_mark(std::string_view script) {
  const std::array<std::uint64_t, 2> sequences = {1u + take_byte(script), 1u + take_byte(script)};
  const MemoryFile file;
  {
    DurableMark mark{file.path()};
    for (const std::uint64_t sequence : sequences) mark.set({sequence, 2 * sequence});
  }
  std::uint64_t newest = 0;
  std::fstream bytes(file.path(), std::ios::in | std::ios::out | std::ios::binary);
  for (std::size_t slot = 0; slot < 2; ++slot) {
    const std::uint8_t place = take_byte(script);
    const std::uint8_t damage = take_byte(script);
    if (place < 32 && damage != 0) {
      const auto at = static_cast<std::streamoff>(512 * slot + place);
      bytes.seekg(at);
      const int byte = bytes.get();
      bytes.seekp(at);
      bytes.put(static_cast<char>(byte ^ damage));
    } else {
      newest = std::max(newest, sequences[slot]);
    }
  }
  bytes.close();
  const DurableMark::Ends expected{newest, 2 * newest};
  CB_ASSERT(DurableMark::read(file.path()) == expected, "another mark than the newest whole one");
}

// ---- Rows of the log ----

void check_row(std::string_view script) {
  LogRow row{1, take_byte(script), 1, 0, script};
  std::vector<LogRecord> records;
  if (split_records(row, records)) {
    CB_ASSERT(records.size() == row.count, "%zu records", records.size());
    std::string again;
    for (const LogRecord& record : records) add_record(again, record.payload);
    CB_ASSERT(again == row.records, "the records are not those of the row");
  }
  row.checksum = chained_checksum(7, row);
  ChainLink link{0, 1, 7};
  CB_ASSERT(follow(link, row) == (row.count > 0), "a good row does not follow");
  ChainLink other{0, 1, 8};
  CB_ASSERT(!follow(other, row) && other.last_sequence == 0, "a row follows another than its own");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view script = cordboard::testing::text_of(data, size);
  switch (take_byte(script)) {
    case 'w':
      check_built_wal(script);
      break;
    case 'm':
      check_mark(script);
      break;
    case 'r':
      check_row(script);
      break;
    default:  // any file
      CB_ASSERT(sqlite::wal_is_whole(MemoryFile(script).path()).ok(), "a file cannot be read");
      DurableMark::read(MemoryFile(script).path());
  }
  return 0;
}
