// Each container against the simplest model that could be right, on random tapes.

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "router/core/deadline_queue.h"
#include "router/core/indexed_heap.h"
#include "router/core/name_table.h"
#include "router/core/request_memory.h"
#include "router/core/rng.h"
#include "router/core/slab.h"

namespace cordboard {
namespace {

TEST(IndexedHeap, AgreesWithASortedSet) {
  using Key = std::pair<std::uint64_t, std::uint64_t>;
  Rng rng{1};
  std::vector<std::uint32_t> positions(200, kNotInHeap);
  const auto position = [&](std::uint32_t item) -> std::uint32_t& { return positions[item]; };
  IndexedHeap<Key> heap;
  std::set<std::pair<Key, std::uint32_t>> model;
  std::map<std::uint32_t, Key> keys;
  for (std::uint64_t i = 0; i < 200'000; ++i) {
    const auto item = static_cast<std::uint32_t>(rng.next() % positions.size());
    if (keys.contains(item)) {
      heap.erase(item, position);
      model.erase({keys[item], item});
      keys.erase(item);
      ASSERT_EQ(positions[item], kNotInHeap);
    } else {
      keys[item] = {rng.next() % 50, i};
      heap.push(keys[item], item, position);
      model.insert({keys[item], item});
    }
    ASSERT_EQ(heap.size(), model.size());
    if (model.empty()) continue;
    ASSERT_EQ(heap.top().item, model.begin()->second);
    const auto odd = [](std::uint32_t candidate) { return candidate % 7 == 3; };
    const auto expected =
        std::find_if(model.begin(), model.end(), [&](const auto& e) { return odd(e.second); });
    const auto* found = heap.first_where(odd);
    ASSERT_EQ(found == nullptr, expected == model.end());
    if (found != nullptr) {
      ASSERT_EQ(found->item, expected->second);
    }
  }
}

TEST(NameTable, AgreesWithAMap) {
  Rng rng{2};
  std::vector<std::string> names(300);
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = "name" + std::to_string(i);
  const auto name_of = [&](std::uint32_t i) { return std::string_view(names[i]); };
  NameTable table;
  std::set<std::uint32_t> model;
  for (int i = 0; i < 100'000; ++i) {
    const auto pick = static_cast<std::uint32_t>(rng.next() % names.size());
    if (model.erase(pick) > 0) {
      table.erase(names[pick], pick);
    } else {
      model.insert(pick);
      table.insert(names[pick], pick);
    }
    const auto probe = static_cast<std::uint32_t>(rng.next() % names.size());
    ASSERT_EQ(table.find(names[probe], name_of), model.contains(probe) ? probe : NameTable::kAbsent);
    ASSERT_EQ(table.size(), model.size());
  }
}

TEST(Slab, ReusesReferencesInTheSameOrderAfterReset) {
  using Item = Ref<struct ItemTag>;
  Rng rng{3};
  Slab<int, Item> slab;
  std::map<std::uint32_t, int> model;
  for (int i = 0; i < 20'000; ++i) {
    if (model.empty() || rng.next() % 2 == 0) {
      const Item ref = slab.insert(i);
      ASSERT_TRUE(model.emplace(ref.value, i).second) << "a live reference was given out again";
    } else {
      const auto victim = std::next(model.begin(), static_cast<long>(rng.next() % model.size()));
      slab.erase(Item{victim->first});
      model.erase(victim);
    }
    ASSERT_EQ(slab.size(), model.size());
  }
  Slab<int, Item> copy;
  ASSERT_TRUE(copy.reset(slab.extent(), slab.free_list()));
  for (const auto& [ref, value] : model) {
    ASSERT_TRUE(copy.contains(Item{ref}));
    ASSERT_EQ(slab[Item{ref}], value);
  }
  for (int i = 0; i < 100; ++i) ASSERT_EQ(slab.insert(i), copy.insert(i));
}

TEST(Slab, RefusesAFreeListThatDoesNotFit) {
  Slab<int, Ref<struct ItemTag>> slab;
  EXPECT_FALSE(slab.reset(2, {2}));
  EXPECT_FALSE(slab.reset(2, {1, 1}));
  EXPECT_TRUE(slab.reset(2, {1}));
}

TEST(DeadlineQueue, FiresInOrderOfTimeThenScheduling) {
  Rng rng{4};
  DeadlineQueue queue;
  std::map<std::uint32_t, std::pair<DeadlineRef, std::pair<Time, int>>> live;  // by owner
  Time now;
  for (int i = 0; i < 50'000; ++i) {
    const auto owner = static_cast<std::uint32_t>(rng.next() % 100);
    if (const auto known = live.find(owner); known != live.end()) {
      queue.cancel(known->second.first);
      EXPECT_FALSE(known->second.first);
      live.erase(known);
    } else {
      const Time due = now + Duration{static_cast<std::int64_t>(rng.next() % 20)};
      live[owner] = {queue.schedule(due, static_cast<DeadlineKind>(owner % kDeadlineKinds), owner), {due, i}};
    }
    now += Duration{static_cast<std::int64_t>(rng.next() % 3)};
    while (queue.next_due() <= now) {
      const auto first = std::min_element(live.begin(), live.end(), [](const auto& a, const auto& b) {
        return a.second.second < b.second.second;
      });
      const Deadline fired = queue.take_next();
      ASSERT_EQ(fired.owner, first->first);
      ASSERT_EQ(fired.due, first->second.second.first);
      live.erase(first);
    }
    ASSERT_EQ(queue.size(), live.size());
  }
}

TEST(RequestMemory, RemembersTheLatestUpToTheLimit) {
  RequestMemory memory;
  for (std::uint64_t i = 0; i < 1000; ++i) memory.remember({"r" + std::to_string(i), i, OfferId{i}}, 10);
  EXPECT_EQ(memory.size(), 10u);
  EXPECT_EQ(memory.find("r989"), nullptr);
  for (std::uint64_t i = 990; i < 1000; ++i) {
    ASSERT_NE(memory.find("r" + std::to_string(i)), nullptr);
    EXPECT_EQ(memory.find("r" + std::to_string(i))->fingerprint, i);
  }
}

}  // namespace
}  // namespace cordboard
