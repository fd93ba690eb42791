// The promise of a Watch: snapshot plus deltas is what a new snapshot would say.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <sstream>

#include "router/codec/api_delta.h"
#include "router/codec/delta_merge.h"
#include "tests/codec/played_tape.h"

namespace cordboard::testing {
namespace {

constexpr int kTapes = 100;
constexpr int kCommands = 120;

// What a client of a Watch keeps.
class Client {
 public:
  void take(const v1::Snapshot& chunk) {
    for (const auto& row : chunk.queues()) put(row);
    for (const auto& row : chunk.agents()) put(row);
    for (const auto& row : chunk.contacts()) put(row);
  }

  void take(const v1::Delta& delta) {
    for (const auto& name : delta.removed_queues()) rows_.erase("queue " + name);
    for (const auto& id : delta.removed_contact_ids()) rows_.erase("contact " + id);
    for (const auto& row : delta.queues()) put(row);
    for (const auto& row : delta.agents()) put(row);
    for (const auto& row : delta.contacts()) put(row);
  }

  using Rows = std::map<std::string, std::shared_ptr<const google::protobuf::Message>>;
  const Rows& rows() const { return rows_; }

 private:
  // Ages and the sums of durations run on by themselves; the receiver adds the time since the row.
  void put(v1::Queue row) {
    row.clear_longest_wait_now();
    row.clear_waiting_late();
    row.mutable_kpis()->clear_service_level_strict();
    put("queue " + row.queue(), std::move(row));
  }
  void put(v1::Agent row) {
    v1::AgentCounters* counters = row.mutable_counters();
    counters->clear_logged_in();
    counters->clear_ready_idle();
    counters->clear_busy();
    counters->clear_not_ready();
    counters->clear_complete_until();
    put("agent " + row.agent_id(), std::move(row));
  }
  void put(v1::Contact row) {
    row.clear_total_age();
    row.clear_wait();
    row.clear_step_age();
    put("contact " + row.contact_id(), std::move(row));
  }

  template <class Row>
  void put(const std::string& name, Row&& row) {
    rows_[name] = std::make_shared<Row>(std::move(row));
  }

  Rows rows_;
};

Client snapshot_of(const State& state, const WatchFilter& filter, LateWaiting& late) {
  Client client;
  SnapshotChunks chunks(1, state.now, state, filter, late);
  bool last = false;
  for (v1::Snapshot chunk; chunks.next(&chunk); chunk.Clear()) {
    EXPECT_FALSE(last);
    last = chunk.last_chunk();
    client.take(chunk);
  }
  EXPECT_TRUE(last);
  return client;
}

// The lines in which two rows differ.
std::string differing_lines(const std::string& mine, const std::string& fresh) {
  std::istringstream mine_lines(mine);
  std::istringstream fresh_lines(fresh);
  std::string text;
  std::string a;
  std::string b;
  while (std::getline(mine_lines, a) && std::getline(fresh_lines, b)) {
    if (a != b) text += "  is " + a + ", should be " + b + "\n";
  }
  return text;
}

std::string difference(const Client& client, const Client& fresh) {
  std::string text;
  for (const auto& [name, row] : fresh.rows()) {
    const auto mine = client.rows().find(name);
    if (mine == client.rows().end()) {
      text += name + " is missing\n";
    } else if (mine->second->SerializeAsString() != row->SerializeAsString()) {
      text += name + "\n" + differing_lines(mine->second->DebugString(), row->DebugString());
    }
  }
  for (const auto& [name, row] : client.rows()) {
    if (!fresh.rows().contains(name)) text += name + " should be gone\n";
  }
  return text;
}

class Watch : public ::testing::Test {
 protected:
  // Plays tapes and compares after every command.
  void play(const v1::WatchRequest& request) {
    for (std::uint64_t seed = 1; seed <= kTapes; ++seed) {
      PlayedTape tape(seed);
      const State& state = tape.state();
      LateWaiting late;
      late.rebuild(state, state.now);
      WatchFilter filter;
      ASSERT_FALSE(to_filter(request, state, filter));
      Client client = snapshot_of(state, filter, late);
      for (int i = 0; i < kCommands; ++i) {
        tape.next();
        const Time at = tape.command().at;
        late.observe(state, tape.events(), at);
        v1::Delta delta;
        if (fill_delta({2, at, state, tape.events()}, filter, late, &delta)) client.take(delta);
        ASSERT_EQ(difference(client, snapshot_of(state, filter, late)), "")
            << "seed " << seed << ", command " << i << " (" << name_of(tape.command().body) << ")\n"
            << delta.ShortDebugString();
        for (std::uint32_t q = 0; q < state.queues.size(); ++q) {
          ASSERT_EQ(late.count(state, QueueRef{q}, at), count_late(state, QueueRef{q}, at))
              << "seed " << seed << ", command " << i << ", queue " << q;
        }
      }
    }
  }
};

TEST_F(Watch, DeltasLeadToWhatAFreshSnapshotSays) { play({}); }

TEST_F(Watch, MergedDeltasLeadWhereTheyLeadOneByOne) {
  for (std::uint64_t seed = 1; seed <= kTapes; ++seed) {
    PlayedTape tape(seed);
    const State& state = tape.state();
    LateWaiting late;
    late.rebuild(state, state.now);
    Client client = snapshot_of(state, {}, late);
    std::uint64_t revision = 0;
    for (int run = 1; run < 20; ++run) {
      google::protobuf::Arena arena;
      std::vector<v1::Delta*> deltas;
      std::vector<std::string> events;
      for (int i = 0; i < run; ++i) {
        tape.next();
        const Time at = tape.command().at;
        late.observe(state, tape.events(), at);
        auto& delta = *google::protobuf::Arena::CreateMessage<v1::Delta>(&arena);
        if (!fill_delta({++revision, at, state, tape.events()}, {}, late, &delta)) continue;
        deltas.push_back(&delta);
        for (const v1::Event& event : delta.events()) events.push_back(event.SerializeAsString());
      }
      if (deltas.empty()) continue;
      const std::uint64_t last = deltas.back()->revision();
      auto& merged = *google::protobuf::Arena::CreateMessage<v1::Delta>(&arena);
      merge_deltas(deltas, &merged);
      client.take(merged);
      ASSERT_EQ(difference(client, snapshot_of(state, {}, late)), "") << "seed " << seed << ", run " << run;
      EXPECT_EQ(merged.revision(), last);
      ASSERT_EQ(merged.events_size(), static_cast<int>(events.size()));
      for (int i = 0; i < merged.events_size(); ++i) {
        ASSERT_EQ(merged.events(i).SerializeAsString(), events[static_cast<std::size_t>(i)]);
      }
      std::set<std::string> agents;
      for (const v1::Agent& agent : merged.agents()) EXPECT_TRUE(agents.insert(agent.agent_id()).second);
    }
  }
}

TEST_F(Watch, DeltasOfOneQueueLeadToItsSnapshot) {
  TapeWriter writer(1);
  v1::WatchRequest request;
  request.mutable_filter()->add_queues(writer.config().queues.front().name);
  play(request);
}

TEST_F(Watch, CustomerDataIsShownOnlyWhenAskedFor) {
  Engine engine;
  std::vector<Event> events;
  TenantConfig config;
  config.queues.push_back({.name = "sales"});
  engine.apply({time_from_us(1), {}, ApplyConfig{1, config}}, events);
  events.clear();
  engine.apply({time_from_us(2),
                {},
                SubmitContact{.contact = "c1", .queue = "sales", .customer = "cust", .attributes = "attr"}},
               events);
  LateWaiting late;
  for (const CustomerData data : {CustomerData::Without, CustomerData::With}) {
    WatchFilter filter;
    filter.data = data;
    v1::Delta delta;
    ASSERT_TRUE(fill_delta({2, time_from_us(2), engine.state(), events}, filter, late, &delta));
    const bool shown = delta.DebugString().find("attr") != std::string::npos;
    EXPECT_EQ(shown, data == CustomerData::With);
  }
}

TEST_F(Watch, AFilterSelectsKinds) {
  Engine engine;
  std::vector<Event> events;
  TenantConfig config;
  config.queues.push_back({.name = "sales"});
  engine.apply({time_from_us(1), {}, ApplyConfig{1, config}}, events);
  events.clear();
  engine.apply({time_from_us(2), {}, SubmitContact{.contact = "c1", .queue = "sales"}}, events);
  LateWaiting late;
  v1::WatchRequest request;
  request.mutable_filter()->add_kinds(v1::WatchRequest::QUEUES);
  WatchFilter filter;
  ASSERT_FALSE(to_filter(request, engine.state(), filter));
  v1::Delta delta;
  ASSERT_TRUE(fill_delta({2, time_from_us(2), engine.state(), events}, filter, late, &delta));
  EXPECT_EQ(delta.queues_size(), 1);
  EXPECT_EQ(delta.events_size() + delta.contacts_size() + delta.agents_size(), 0);
  request.mutable_filter()->set_kinds(0, v1::WatchRequest::AGENTS);
  ASSERT_FALSE(to_filter(request, engine.state(), filter));
  delta.Clear();
  EXPECT_FALSE(fill_delta({2, time_from_us(2), engine.state(), events}, filter, late, &delta));
  EXPECT_EQ(delta.ByteSizeLong(), 0u);
}

TEST_F(Watch, AFilterThatNamesNothingIsRefused) {
  Engine engine;
  WatchFilter filter;
  v1::WatchRequest request;
  request.mutable_filter()->add_queues("nowhere");
  EXPECT_EQ(to_filter(request, engine.state(), filter)->reason, v1::RejectionDetail::UNKNOWN_QUEUE);
  request.mutable_filter()->clear_queues();
  request.mutable_filter()->add_kinds(v1::WatchRequest::KIND_UNSPECIFIED);
  EXPECT_EQ(to_filter(request, engine.state(), filter)->reason, v1::RejectionDetail::MALFORMED_REQUEST);
}

TEST_F(Watch, ASnapshotComesInChunksOfBoundedSize) {
  Engine engine;
  std::vector<Event> events;
  TenantConfig config;
  config.queues.push_back({.name = "sales"});
  engine.apply({time_from_us(1), {}, ApplyConfig{1, config}}, events);
  constexpr int kContacts = 2 * SnapshotChunks::kRowsPerChunk;
  for (int i = 0; i < kContacts; ++i) {
    engine.apply({time_from_us(2), {}, SubmitContact{.contact = "c" + std::to_string(i), .queue = "sales"}},
                 events);
  }
  LateWaiting late;
  const WatchFilter filter;
  SnapshotChunks chunks(1, time_from_us(2), engine.state(), filter, late);
  std::vector<int> sizes;
  for (v1::Snapshot chunk; chunks.next(&chunk); chunk.Clear()) {
    sizes.push_back(chunk.queues_size() + chunk.contacts_size());
  }
  EXPECT_EQ(sizes, (std::vector<int>{1000, 1000, 1}));
}

TEST_F(Watch, ASnapshotOfLargeRowsComesInChunksOfBoundedBytes) {
  Engine engine;
  std::vector<Event> events;
  TenantConfig config;
  config.queues.push_back({.name = "sales"});
  engine.apply({time_from_us(1), {}, ApplyConfig{1, config}}, events);
  for (int i = 0; i < 900; ++i) {
    engine.apply(
        {time_from_us(2),
         {},
         SubmitContact{
             .contact = "c" + std::to_string(i), .queue = "sales", .attributes = std::string(4'000, 'x')}},
        events);
  }
  LateWaiting late;
  WatchFilter filter;
  filter.data = CustomerData::With;
  SnapshotChunks chunks(1, time_from_us(2), engine.state(), filter, late);
  int rows = 0;
  int count = 0;
  for (v1::Snapshot chunk; chunks.next(&chunk); chunk.Clear()) {
    EXPECT_LT(chunk.ByteSizeLong(), SnapshotChunks::kBytesPerChunk + 8'192);
    rows += chunk.contacts_size();
    ++count;
  }
  EXPECT_EQ(rows, 900);
  EXPECT_EQ(count, 53);
}

}  // namespace
}  // namespace cordboard::testing
