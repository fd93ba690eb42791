#include "router/store/log_batch.h"

#include "router/store/checksum.h"

namespace cordboard {
namespace {

constexpr size_t kLengthBytes = 4;

uint32_t read_length(const char* bytes) {
  uint32_t length = 0;
  for (size_t i = 0; i < kLengthBytes; ++i) {
    length |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return length;
}

}  // namespace

uint64_t chained_checksum(uint64_t previous, const LogRow& row) {
  return checksum({previous, row.first_sequence, row.count, row.epoch}, row.records);
}

bool follow(ChainLink& link, const LogRow& row) {
  bool in_place = row.first_sequence == link.last_sequence + 1 && row.count > 0 && row.epoch >= link.epoch;
  if (!in_place || row.checksum != chained_checksum(link.checksum, row)) return false;
  link = {link.last_sequence + row.count, row.epoch, row.checksum};
  return true;
}

void add_record(std::string& records, std::string_view payload) {
  char length[kLengthBytes];
  for (size_t i = 0; i < kLengthBytes; ++i) length[i] = static_cast<char>(payload.size() >> (8 * i));
  records.append(length, kLengthBytes);
  records.append(payload);
}

bool split_records(const LogRow& row, std::vector<LogRecord>& records) {
  records.clear();
  std::string_view rest = row.records;
  while (rest.size() >= kLengthBytes) {
    uint32_t length = read_length(rest.data());
    rest.remove_prefix(kLengthBytes);
    if (length > rest.size()) return false;
    records.push_back({row.first_sequence + records.size(), rest.substr(0, length)});
    rest.remove_prefix(length);
  }
  return rest.empty() && records.size() == row.count;
}

}  // namespace cordboard
