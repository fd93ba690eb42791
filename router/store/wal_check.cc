#include "router/store/wal_check.h"

#include <bit>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace cordboard::sqlite {
namespace {

// https://sqlite.org/fileformat2.html#walformat
constexpr size_t kHeaderBytes = 32;
constexpr size_t kFrameHeaderBytes = 24;
constexpr uint32_t kMagic = 0x377f0682;  // the lowest bit says that checksums read big-endian words

uint32_t big_endian(const char* bytes) {
  uint32_t word = 0;
  for (int i = 0; i < 4; ++i) word = word << 8 | static_cast<unsigned char>(bytes[i]);
  return word;
}

uint32_t little_endian(const char* bytes) {
  uint32_t word = 0;
  for (int i = 3; i >= 0; --i) word = word << 8 | static_cast<unsigned char>(bytes[i]);
  return word;
}

struct WalChecksum {
  bool big = false;
  uint32_t s1 = 0;
  uint32_t s2 = 0;

  void add(std::string_view bytes) {
    for (size_t i = 0; i + 8 <= bytes.size(); i += 8) {
      s1 += (big ? big_endian(&bytes[i]) : little_endian(&bytes[i])) + s2;
      s2 += (big ? big_endian(&bytes[i + 4]) : little_endian(&bytes[i + 4])) + s1;
    }
  }
  bool matches(const char* stored) const { return big_endian(stored) == s1 && big_endian(stored + 4) == s2; }
};

// The header of a generation: its checksum and the salt that each of its frames repeats.
struct WalHeader {
  WalChecksum checksum;
  std::string salt;
  size_t page_bytes = 0;
};

std::optional<WalHeader> parse_header(std::string_view bytes) {
  uint32_t magic = big_endian(&bytes[0]);
  if ((magic & ~1u) != kMagic) return std::nullopt;
  WalHeader header{{(magic & 1) != 0, 0, 0}, std::string(bytes.substr(16, 8)), big_endian(&bytes[8])};
  header.checksum.add(bytes.substr(0, 24));
  bool sane =
      header.page_bytes >= 512 && header.page_bytes <= 65536 && std::has_single_bit(header.page_bytes);
  return sane && header.checksum.matches(&bytes[24]) ? std::optional(header) : std::nullopt;
}

// Follows the frames of one generation.
class FrameScan {
 public:
  explicit FrameScan(const WalHeader& header) : checksum_(header.checksum), salt_(header.salt) {}

  // False when this frame proves that something durable was lost.
  bool add(std::string_view frame) {
    bool same_generation = frame.substr(8, 8) == salt_;
    if (intact_) {
      checksum_.add(frame.substr(0, 8));
      checksum_.add(frame.substr(kFrameHeaderBytes));
      intact_ = same_generation && big_endian(&frame[0]) != 0 && checksum_.matches(&frame[16]);
      if (intact_) return true;
    }
    if (!same_generation) return true;  // left over from the generation before
    if (lost_commit_) return false;
    lost_commit_ = big_endian(&frame[4]) != 0;  // a commit names the size of the database
    return true;
  }

 private:
  WalChecksum checksum_;
  std::string salt_;
  bool intact_ = true;
  bool lost_commit_ = false;
};

StoreError cannot_read(const std::filesystem::path& wal) {
  return {StoreErrorKind::Io,
          "cannot read " + wal.string() + ": " + std::generic_category().message(errno) +
              "; check the directory's permissions and the disk, then start again",
          0};
}

}  // namespace

Result<bool> wal_is_whole(const std::filesystem::path& wal) {
  std::error_code missing;
  uint64_t size = std::filesystem::file_size(wal, missing);
  // Without a frame there is nothing to lose. SQLite syncs the header before it writes the first frame.
  if (missing || size <= kHeaderBytes) return true;

  std::ifstream file(wal, std::ios::binary);
  std::string bytes(kHeaderBytes, '\0');
  if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) return cannot_read(wal);
  std::optional<WalHeader> header = parse_header(bytes);
  if (!header) return false;

  FrameScan scan(*header);
  bytes.resize(kFrameHeaderBytes + header->page_bytes);
  while (file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
    if (!scan.add(bytes)) return false;
  }
  return file.bad() ? Result<bool>(cannot_read(wal)) : true;
}

}  // namespace cordboard::sqlite
