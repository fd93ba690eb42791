#include "router/core/redials.h"

#include <algorithm>

#include "router/core/hash.h"
#include "router/core/mutation.h"

namespace cordboard::redials {
namespace {

using Key = std::pair<std::uint64_t, QueueRef>;

Key key_of(QueueRef queue, const std::string& customer) {
  Hasher hasher;
  hasher.add(std::string_view(customer));
  return {hasher.result(), queue};
}

bool takes_part(const State& state, QueueRef queue, const std::string& customer) {
  return state[queue].config.redial_within > Duration::zero() && !customer.empty();
}

bool is_old(const State& state, const RememberedPlace& place, Time now) {
  return place.left_at + state[place.queue].config.redial_within < now;
}

void erase(State& state, std::uint64_t number) {
  const auto place = state.places.find(number);
  state.places_by_customer.erase({place->second.customer, place->second.queue});
  state.places.erase(place);
}

void make_room(State& state, Time now) {
  const std::size_t limit = state.config.limits.redials;
  while (!state.places.empty()) {
    const auto& [number, oldest] = *state.places.begin();
    if (state.places.size() < limit && !is_old(state, oldest, now)) return;
    erase(state, number);
  }
}

}  // namespace

void remember(State& state, const Contact& contact, Time now) {
  if (!takes_part(state, contact.queue, contact.customer)) return;
  const Key key = key_of(contact.queue, contact.customer);
  Time place_at = contact.place_at;
  if (const auto known = state.places_by_customer.find(key); known != state.places_by_customer.end()) {
    const RememberedPlace& before = state.places.at(known->second);
    if (!is_old(state, before, now)) place_at = std::min(place_at, before.place_at);
    erase(state, known->second);
  }
  make_room(state, now);
  if (state.config.limits.redials == 0) return;
  const std::uint64_t number = state.next_place++;
  state.places.emplace(number, RememberedPlace{key.first, key.second, place_at, now});
  state.places_by_customer.emplace(key, number);
}

std::optional<Time> take(State& state, QueueRef queue, const std::string& customer, Time now) {
  if (!takes_part(state, queue, customer)) return std::nullopt;
  const auto known = state.places_by_customer.find(key_of(queue, customer));
  if (known == state.places_by_customer.end()) return std::nullopt;
  const RememberedPlace place = state.places.at(known->second);
  erase(state, known->second);
  if (is_old(state, place, now) || mutated("redial_starts_anew")) return std::nullopt;
  return std::min(place.place_at, now);
}

void forget(State& state, const Contact& contact) {
  if (!takes_part(state, contact.queue, contact.customer)) return;
  const auto known = state.places_by_customer.find(key_of(contact.queue, contact.customer));
  if (known != state.places_by_customer.end()) erase(state, known->second);
}

void forget_customer(State& state, const std::string& customer) {
  const std::uint64_t known = key_of(QueueRef{0}, customer).first;
  for (auto at = state.places_by_customer.lower_bound({known, QueueRef{0}});
       at != state.places_by_customer.end() && at->first.first == known;) {
    state.places.erase(at->second);
    at = state.places_by_customer.erase(at);
  }
}

void rebuild(State& state) {
  state.places_by_customer.clear();
  for (const auto& [number, place] : state.places) {
    state.places_by_customer.emplace(Key{place.customer, place.queue}, number);
  }
}

}  // namespace cordboard::redials
