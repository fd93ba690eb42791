// Which record and which row of the audit trail were durable last? Kept beside the database, so that a log or
// a trail that lost its end shows it.
//
// Whatever the database's own files say, they are whole as far as they go: a write-ahead log that was cut
// off, or whose last transaction was damaged, looks like one that a crash tore. The mark is the second place
// that tells the two apart. It is written after every sync, without a sync of its own: a kill loses nothing
// of it, and a power cut leaves an older mark, which claims less. So it never claims more than what was
// durable.
//
// Two slots are written in turn, each with a checksum: a torn or damaged one does not count. Nothing depends
// on the mark being there; what cannot be written or read is as if there were none.
#pragma once

#include <cstdint>
#include <filesystem>

namespace cordboard {

class DurableMark {
 public:
  // Both only grow.
  struct Ends {
    uint64_t sequence = 0;    // of the log
    uint64_t audit_rows = 0;  // refused attempts have rows, and no record

    friend bool operator==(const Ends&, const Ends&) = default;
  };

  DurableMark() = default;  // keeps nothing
  explicit DurableMark(const std::filesystem::path& file);
  ~DurableMark();
  DurableMark(DurableMark&& other) noexcept;
  DurableMark& operator=(DurableMark&& other) noexcept;

  // The newest that were set; 0 when none can be read.
  static Ends read(const std::filesystem::path& file);

  // One write of 32 bytes into the page cache.
  void set(const Ends& ends);

 private:
  int descriptor_ = -1;
  uint64_t slot_ = 0;  // the next one
};

}  // namespace cordboard
