#include "router/store/sqlite_keys.h"

#include <algorithm>

#include "router/store/checksum.h"

namespace cordboard::sqlite {
namespace {

constexpr size_t kSlotBytes = 40;    // id, key
constexpr uint64_t kPageSlots = 96;  // fit into one page of the database, without overflow pages

void put(std::string& page, const KeySlot& slot) {
  const size_t position = slot.slot % kPageSlots * kSlotBytes;
  for (int i = 0; i < 8; ++i) page[position + i] = static_cast<char>(slot.id >> (8 * i));
  std::copy(slot.key.begin(), slot.key.end(), page.begin() + static_cast<std::ptrdiff_t>(position) + 8);
}

KeySlot get(std::string_view page, uint32_t slot) {
  const std::string_view bytes = page.substr(slot % kPageSlots * kSlotBytes, kSlotBytes);
  KeySlot to{.slot = slot};
  for (int i = 7; i >= 0; --i) to.id = to.id << 8 | static_cast<unsigned char>(bytes[i]);
  std::copy(bytes.begin() + 8, bytes.end(), to.key.begin());
  return to;
}

Result<void> store_page_count(Database& database, uint64_t pages) {
  Result<Statement> update = database.prepare("REPLACE INTO meta VALUES ('key_pages', ?1)");
  if (!update.ok()) return update.error();
  return update->bind(pages).run();
}

}  // namespace

Result<SqliteKeys> SqliteKeys::open(Database& database) {
  Result<uint64_t> pages = database.integer("SELECT value FROM meta WHERE key = 'key_pages'");
  Result<uint64_t> there = database.integer("SELECT count(*) FROM key_page");
  if (!pages.ok()) return pages.error();
  if (!there.ok()) return there.error();
  if (*pages != *there) {
    return database.damaged(
        "there are " + std::to_string(*there) + " pages of keys, and were " + std::to_string(*pages), 0);
  }
  SqliteKeys keys(database);
  keys.pages_ = *pages;
  return keys;
}

void SqliteKeys::stage(std::span<const KeySlot> slots) {
  for (const KeySlot& slot : slots) staged_[slot.slot / kPageSlots].push_back(slot);
}

Result<void> SqliteKeys::flush() {
  if (staged_.empty()) return {};
  if (auto added = add_pages(staged_.rbegin()->first + 1); !added.ok()) return added;
  for (const auto& [page, slots] : staged_) {
    Result<std::string> bytes = load(page);
    if (!bytes.ok()) return bytes.error();
    for (const KeySlot& slot : slots) put(*bytes, slot);
    if (auto saved = save(page, *bytes); !saved.ok()) return saved;
  }
  staged_.clear();
  return {};
}

Result<void> SqliteKeys::add_pages(uint64_t end) {
  if (end <= pages_) return {};
  Result<Statement> insert = database_->prepare("INSERT INTO key_page VALUES (?1, ?2, ?3)");
  if (!insert.ok()) return insert.error();
  const std::string empty(kPageSlots * kSlotBytes, '\0');
  for (; pages_ < end; ++pages_) {
    if (auto done = insert->bind(pages_, checksum({pages_}, empty), Blob{empty}).run(); !done.ok())
      return done;
  }
  return store_page_count(*database_, pages_);
}

Result<std::string> SqliteKeys::load(uint64_t page) const {
  Result<Statement> query = database_->prepare("SELECT slots, checksum FROM key_page WHERE page = ?1");
  if (!query.ok()) return query.error();
  Result<bool> row = query->bind(page).step();
  if (!row.ok()) return row.error();
  if (*row) {
    std::string slots(query->bytes(0));
    if (slots.size() == kPageSlots * kSlotBytes && checksum({page}, slots) == query->integer(1)) return slots;
  }
  return database_->damaged("page " + std::to_string(page) + " of its keys does not match its checksum",
                            page);
}

Result<void> SqliteKeys::save(uint64_t page, const std::string& slots) {
  Result<Statement> update =
      database_->prepare("UPDATE key_page SET checksum = ?2, slots = ?3 WHERE page = ?1");
  if (!update.ok()) return update.error();
  return update->bind(page, checksum({page}, slots), Blob{slots}).run();
}

Result<std::vector<KeySlot>> SqliteKeys::read() const {
  std::vector<KeySlot> keys;
  for (uint64_t page = 0; page < pages_; ++page) {
    Result<std::string> bytes = load(page);
    if (!bytes.ok()) return bytes.error();
    const auto first = static_cast<uint32_t>(page * kPageSlots);
    for (uint32_t slot = first; slot < first + kPageSlots; ++slot) {
      if (const KeySlot key = get(*bytes, slot); key.id != 0) keys.push_back(key);
    }
  }
  return keys;
}

}  // namespace cordboard::sqlite
