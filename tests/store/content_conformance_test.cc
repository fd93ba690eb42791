// What every Store must do: configuration versions, keys, the audit trail and history, durable with their
// records.

#include "tests/store/store_conformance.h"

namespace cordboard::testing {

TEST_P(StoreConformance, ConfigVersionsAreKeptInOrder) {
  std::string text("queues:\n  - {name: sales}\n# \0 \xc3\xa9", 33);
  ASSERT_OK(store_->append_config_version({1, 1'700'000'000'000'000, "file", text}));
  ASSERT_OK(store_->append_config_version({2, -1, "rpc", ""}));
  ASSERT_OK(store_->sync());
  reopen();
  auto versions = store_->config_versions(kAnyBytes);
  ASSERT_OK(versions);
  ASSERT_EQ(versions->size(), 2u);
  EXPECT_EQ((*versions)[0].version, 1u);
  EXPECT_EQ((*versions)[0].applied_at_us, 1'700'000'000'000'000);
  EXPECT_EQ((*versions)[0].source, "file");
  EXPECT_EQ((*versions)[0].text, text);
  EXPECT_EQ((*versions)[1].applied_at_us, -1);
  EXPECT_EQ((*versions)[1].source, "rpc");
  EXPECT_EQ((*versions)[1].text, "");
  auto gap = store_->append_config_version({4, 0, "rpc", ""});
  ASSERT_FALSE(gap.ok());
  EXPECT_EQ(gap.error().kind, StoreErrorKind::OutOfSequence);
  EXPECT_EQ(gap.error().position, 3u);
}

TEST_P(StoreConformance, TheNewestConfigVersionsAreReadUpToALimitOfBytes) {
  for (uint64_t version = 1; version <= 4; ++version) {
    ASSERT_OK(store_->append_config_version({version, 0, "file", "0123456789"}));
  }
  const auto numbers = [&](uint64_t most_bytes) {
    std::vector<uint64_t> found;
    const auto versions = store_->config_versions(most_bytes);
    for (const ConfigVersion& version : *versions) found.push_back(version.version);
    return found;
  };
  EXPECT_EQ(numbers(0), (std::vector<uint64_t>{4}));
  EXPECT_EQ(numbers(29), (std::vector<uint64_t>{3, 4}));
  EXPECT_EQ(numbers(30), (std::vector<uint64_t>{2, 3, 4}));
}

TEST_P(StoreConformance, TheStartFileAndWhereVersionsComeFromAreKept) {
  EXPECT_EQ(*store_->start_file(), 0u);
  ASSERT_OK(store_->set_start_file(5));
  ASSERT_OK(store_->append_config_version({1, 0, "file", "", ConfigOrigin::File}));
  ASSERT_OK(store_->sync());
  ASSERT_OK(store_->set_start_file(~uint64_t{0}));
  ASSERT_OK(store_->append_config_version({2, 0, "rpc", "", ConfigOrigin::Request}));
  EXPECT_EQ(*store_->start_file(), ~uint64_t{0});
  reopen();  // as after a crash
  EXPECT_EQ(*store_->start_file(), 5u);
  EXPECT_EQ(store_->config_versions(kAnyBytes)->back().origin, ConfigOrigin::File);
  ASSERT_OK(store_->set_start_file(~uint64_t{0}));
  ASSERT_OK(store_->append_config_version({2, 0, "rpc", "", ConfigOrigin::Request, "r1"}));
  ASSERT_OK(store_->sync());
  reopen();
  EXPECT_EQ(*store_->start_file(), ~uint64_t{0});
  EXPECT_EQ(store_->config_versions(kAnyBytes)->back().origin, ConfigOrigin::Request);
  EXPECT_EQ(store_->config_versions(kAnyBytes)->back().request_id, "r1");
}

TEST_P(StoreConformance, ConfigVersionsAreDurableInOnePieceWithTheirRecords) {
  auto stage_two = [&] {
    ASSERT_OK(append_records(*store_, 2));
    ASSERT_OK(store_->append_config_version({1, 0, "rpc", "one"}));
    ASSERT_OK(store_->append_config_version({2, 0, "rpc", "two"}));
  };
  auto expect_stored = [&](uint64_t records, size_t configs) {
    reopen();
    expect_records(*store_, 1, records);
    auto versions = store_->config_versions(kAnyBytes);
    ASSERT_OK(versions);
    EXPECT_EQ(versions->size(), configs);
    EXPECT_EQ(store_->newest_config_version(), configs);
  };
  stage_two();
  EXPECT_EQ(store_->durable_sequence(), 0u);
  EXPECT_EQ(store_->newest_config_version(), 2u);
  expect_stored(0, 0);  // as after a crash: nothing was synced
  stage_two();
  ASSERT_OK(store_->sync());
  EXPECT_EQ(store_->durable_sequence(), 2u);
  expect_stored(2, 2);
}

TEST_P(StoreConformance, OldConfigVersionsAreDropped) {
  for (uint64_t version = 1; version <= kConfigVersionsKept + 5; ++version) {
    ASSERT_OK(store_->append_config_version({version, 0, "rpc", "text"}));
  }
  ASSERT_OK(store_->sync());
  reopen();
  auto versions = store_->config_versions(kAnyBytes);
  ASSERT_OK(versions);
  EXPECT_EQ(versions->size(), kConfigVersionsKept);
  EXPECT_EQ(store_->newest_config_version(), kConfigVersionsKept + 5);
  EXPECT_EQ(versions->front().version, 6u);
  ASSERT_OK(store_->append_config_version({kConfigVersionsKept + 6, 0, "rpc", "text"}));
}

KeySlot key_slot(std::uint32_t slot, std::uint64_t id) {
  KeySlot made{.slot = slot, .id = id};
  made.key.fill(static_cast<unsigned char>(id));
  return made;
}

TEST_P(StoreConformance, KeysAreKeptBySlot) {
  EXPECT_TRUE(store_->keys()->empty());
  const std::vector<KeySlot> first = {key_slot(0, 1), key_slot(700, 2), key_slot(3, 3)};
  ASSERT_OK(store_->write_keys(first));
  ASSERT_OK(store_->sync());
  reopen();
  ASSERT_OK(store_->keys());
  EXPECT_EQ(*store_->keys(), (std::vector{key_slot(0, 1), key_slot(3, 3), key_slot(700, 2)}));
  const std::vector<KeySlot> second = {{.slot = 3}, {.slot = 700}, key_slot(700, 4)};
  ASSERT_OK(store_->write_keys(second));
  ASSERT_OK(store_->sync());
  ASSERT_OK(store_->scrub());
  reopen();
  EXPECT_EQ(*store_->keys(), (std::vector{key_slot(0, 1), key_slot(700, 4)}));
}

TEST_P(StoreConformance, KeysAreDurableInOnePieceWithTheirRecords) {
  const std::vector<KeySlot> keys = {key_slot(1, 1)};
  ASSERT_OK(append_records(*store_, 2));
  ASSERT_OK(store_->write_keys(keys));
  reopen();  // as after a crash: nothing was synced
  expect_records(*store_, 1, 0);
  EXPECT_TRUE(store_->keys()->empty());
  ASSERT_OK(append_records(*store_, 2));
  ASSERT_OK(store_->write_keys(keys));
  ASSERT_OK(store_->sync());
  reopen();
  expect_records(*store_, 1, 2);
  EXPECT_EQ(*store_->keys(), keys);
}

TEST_P(StoreConformance, SizeGrowsWithWhatIsStored) {
  uint64_t before = store_->size_bytes();
  ASSERT_OK(append_and_sync(*store_, 20'000));
  EXPECT_GT(store_->size_bytes(), before + 20'000 * 20);
}

// Each row as it was read, and where the chain ends.
std::pair<std::vector<std::string>, AuditLink> read_trail(Store& store) {
  std::vector<std::string> entries;
  AuditLink link;
  auto end = store.read_audit([&](const AuditRow& row) {
    link = next_link(link, row.entry);
    EXPECT_EQ(row.number, link.number);
    EXPECT_EQ(to_hex(row.hash), to_hex(link.hash));
    entries.emplace_back(row.entry);
  });
  EXPECT_TRUE(end.ok());
  EXPECT_EQ(*end, link);
  return {entries, *end};
}

TEST_P(StoreConformance, RowsOfTheAuditTrailAreDurableWithTheRecordsAndChained) {
  using Rows = std::vector<std::string>;
  EXPECT_EQ(read_trail(*store_).second, AuditLink{});
  ASSERT_OK(store_->append_audit("one"));
  ASSERT_OK(append_records(*store_, 2));
  ASSERT_OK(store_->append_audit(""));
  EXPECT_EQ(read_trail(*store_).first, Rows()) << "only what is durable is read";
  ASSERT_OK(store_->sync());
  EXPECT_EQ(read_trail(*store_).first, (Rows{"one", ""}));
  ASSERT_OK(store_->append_audit("never synced"));
  reopen();
  EXPECT_EQ(read_trail(*store_).first, (Rows{"one", ""}));
  expect_records(*store_, 1, 2);
  // Without any record.
  ASSERT_OK(store_->append_audit(std::string(kMaxAuditBytes, 'x')));
  ASSERT_OK(store_->sync());
  reopen();
  EXPECT_EQ(read_trail(*store_).second.number, 3u);
}

TEST_P(StoreConformance, ARowOfTheAuditTrailThatIsTooLargeIsRefusedForGood) {
  const auto refused = store_->append_audit(std::string(kMaxAuditBytes + 1, 'x'));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, StoreErrorKind::TooLarge);
  EXPECT_FALSE(store_->append_audit("small").ok());
  EXPECT_FALSE(store_->sync().ok());
}

// Of the queues 1 and 3, at 100, 200 and 300 us.
std::vector<HistoryRow> history_rows() {
  return {{1, 100, "1 at 100"}, {1, 200, "1 at 200"}, {1, 300, "1 at 300"}, {3, 200, ""}};
}

using HistoryTexts = std::vector<std::string>;

HistoryTexts read_sums(Store& store, uint32_t queue, const std::vector<int64_t>& instants_us) {
  const auto answer = store.read_history(queue, instants_us);
  HistoryTexts texts;
  EXPECT_TRUE(answer.ok());
  for (const auto& row : answer->rows) texts.push_back(row ? row->sums : "none");
  return texts;
}

TEST_P(StoreConformance, RowsOfHistoryAreDurableInOnePieceWithTheirRecords) {
  ASSERT_OK(append_records(*store_, 2));
  ASSERT_OK(store_->append_history(history_rows()));
  reopen();  // as after a crash: nothing was synced
  EXPECT_TRUE(store_->newest_history()->empty());
  ASSERT_OK(append_records(*store_, 2));
  ASSERT_OK(store_->append_history(history_rows()));
  ASSERT_OK(store_->sync());
  reopen();
  expect_records(*store_, 1, 2);
  const std::vector<HistoryRow> rows = history_rows();
  EXPECT_EQ(*store_->newest_history(), (std::vector{rows[2], rows[3]}));
  std::vector<HistoryRow> visited;
  ASSERT_OK(store_->visit_history([&](const HistoryRow& row) { visited.push_back(row); }));
  EXPECT_EQ(visited, rows);
}

TEST_P(StoreConformance, TheNewestRowOfHistoryAtOrBeforeAnInstantIsRead) {
  ASSERT_OK(store_->append_history(history_rows()));
  ASSERT_OK(store_->sync());
  EXPECT_EQ(read_sums(*store_, 1, {300, 99, 100, 199, 1000}),
            (HistoryTexts{"1 at 300", "none", "1 at 100", "1 at 100", "1 at 300"}));
  EXPECT_EQ(read_sums(*store_, 2, {1000}), HistoryTexts{"none"});
  EXPECT_EQ(read_sums(*store_, 3, {199, 200}), (HistoryTexts{"none", ""}));
  EXPECT_EQ(store_->read_history(1, std::vector<int64_t>{})->since_us, kHistoryComplete);
}

TEST_P(StoreConformance, PruningHistoryKeepsWhatTellsTheSumsAtItsBeginning) {
  ASSERT_OK(store_->append_history(history_rows()));
  ASSERT_OK(store_->sync());
  for (bool more = true; more;) {
    const auto pruned = store_->prune_history(250);
    ASSERT_OK(pruned);
    more = *pruned;
  }
  reopen();
  EXPECT_EQ(store_->read_history(1, std::vector<int64_t>{})->since_us, 250);
  EXPECT_EQ(read_sums(*store_, 1, {249, 250, 300}), (HistoryTexts{"none", "1 at 200", "1 at 300"}));
  EXPECT_EQ(read_sums(*store_, 3, {249, 250}), (HistoryTexts{"none", ""}));
  EXPECT_EQ(store_->newest_history()->size(), 2u);
}

}  // namespace cordboard::testing
