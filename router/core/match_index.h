// Answers two questions for the engine: which agent takes this contact, and which contact goes to this agent?
//
// Contacts are ordered by tier, then by what they have gained by waiting, ending in a sequence
// (contact_key.h). Agents are ordered by the queue's strategy, ending in a sequence. Both orders are total,
// so the same history gives the same answer on every run and machine.
//
// Waiting contacts are kept by requirement class (queue, channel, own requirement, widening), agents with
// capacity by profile class (skill set) and channel. Who may serve whom is computed once per pair of classes
// and kept as bits, so a match looks at the heads of classes, never at every agent or contact.
//
// Holds references and sort keys, never pointers into the engine's state. Not thread-safe. Derived: rebuilt
// after a restore, and no decision depends on the numbers of the classes.

#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "router/core/bits.h"
#include "router/core/config.h"
#include "router/core/contact_key.h"
#include "router/core/indexed_heap.h"
#include "router/core/line.h"
#include "router/core/name_table.h"
#include "router/core/requirement.h"
#include "router/core/types.h"

namespace cordboard {

// The bytes of a number, highest first, on every machine.
template <class Number>
void append_bytes(std::string& text, Number number) {
  for (int shift = 8 * (static_cast<int>(sizeof number) - 1); shift >= 0; shift -= 8) {
    text += static_cast<char>(static_cast<unsigned char>(number >> shift));
  }
}

// What the strategies sort agents by; the smallest goes first.
struct AgentKeys {
  Time idle_since;
  std::uint64_t idle_sequence = 0;        // order of becoming idle; ends every order
  std::uint64_t occupancy_ppm = 0;        // least_occupied
  std::uint64_t contacts = 0;             // fewest_contacts
  std::uint64_t last_offer_sequence = 0;  // round_robin
  std::uint64_t random_draw = 0;          // random; the highest bit is 0
  // Bit i: something would have to give way to a contact of ChannelRef{i}. Such agents go after all others.
  std::uint32_t interrupting = 0;
};

class MatchIndex {
 public:
  using ChannelMask = std::uint32_t;  // bit i: ChannelRef{i}
  static constexpr std::size_t kMaxChannels = 32;

  // Forgets everything. `strategies`: those that the queues use; only their orders are maintained.
  void reset(std::size_t channel_count, const std::vector<AgentStrategy>& strategies);

  // What the queues ask of agents, by QueueRef; one that is removed or drained has none. For scarce_first
  // only, right after a reset.
  bool weighs_needs() const { return weighs_needs_; }
  void set_needs(std::vector<std::optional<Requirement>> needs);

  // How much the agents of a profile are needed by queues other than this one: the sum, over those that they
  // may serve, of kScarcityUnit / (logged-in agents who may serve it), each rounded down. A function of the
  // queues and of the profiles of who is logged in, whatever their channels and state.
  static constexpr std::uint64_t kScarcityUnit = 1'000'000'000;
  std::uint64_t scarcity(ProfileClass profile, QueueRef queue) const {
    const Need& own = needs_[queue.value];
    return scarcity_[profile.value] - (own.profiles.test(profile.value) ? own.weight() : 0);
  }

  // ---- Requirement classes: one reference per unanswered contact ----
  // A class without references is kept for a while, because the next contact is likely to need it again; no
  // answer depends on whether it still is.
  struct RequirementKey {
    QueueRef queue;
    ChannelRef channel;
    std::string_view own;            // canonical text of the contact's own requirement
    std::string_view widening = {};  // by what the queue's is wider than at first; any bytes
  };
  RequirementClass find_requirement(const RequirementKey& key) const;
  // The class of `key`, made on first use from `requirement` (queue's and own together), one reference more.
  RequirementClass acquire_requirement(const RequirementKey& key, const Requirement& requirement,
                                       AgentStrategy strategy);
  void acquire_requirement(RequirementClass known);
  void release_requirement(RequirementClass requirement);
  // Whether it has a reference, and how many have.
  bool in_use(RequirementClass requirement) const { return requirements_[requirement.value].references > 0; }
  std::size_t requirement_count() const { return requirements_in_use_; }

  // ---- Profile classes: one reference per logged-in agent ----
  // `skills` is sorted by name.
  ProfileClass find_profile(const std::vector<SkillLevel>& skills) const;
  ProfileClass acquire_profile(const std::vector<SkillLevel>& skills);
  void release_profile(ProfileClass profile);
  // A logged-in agent of the class takes contacts of these channels, or no longer does.
  void begin_serving(ProfileClass profile, ChannelMask channels);
  void stop_serving(ProfileClass profile, ChannelMask channels);
  bool uses(AgentStrategy strategy) const { return order_rank_[order_of(strategy)] != kUnused; }
  std::size_t profile_count() const { return profile_names_.size(); }

  bool eligible(RequirementClass requirement, ProfileClass profile) const {
    return requirements_[requirement.value].profiles.test(profile.value);
  }

  // ---- Can anybody logged in serve it? Whatever they are doing just now ----
  bool is_servable(RequirementClass requirement) const { return requirements_[requirement.value].servable; }
  const Requirement& requirement_of(RequirementClass requirement) const {
    return requirements_[requirement.value].requirement;
  }
  // Contacts that wait in the class for anybody.
  std::uint32_t waiting_in(RequirementClass requirement) const {
    return static_cast<std::uint32_t>(requirements_[requirement.value].waiting.size());
  }
  // What the class is known by; the same text means the same class also after a restore, and on any machine.
  const std::string& name_of(RequirementClass requirement) const {
    return requirements_[requirement.value].name;
  }
  RequirementClass find_requirement(std::string_view name) const;
  // The names of the classes for which the answer to "contacts wait that nobody logged in can serve" may have
  // changed since they were last taken, in no order, some repeated.
  bool has_unsettled() const { return !unsettled_.empty(); }
  std::vector<std::string> take_unsettled() { return std::exchange(unsettled_, {}); }

  // ---- Agents with capacity ----
  // Most channels that an agent could serve never see a contact. Agents are kept only for the open ones:
  // those of the classes made since the reset. Whoever makes a class opens its channel before, and then adds
  // the agents with capacity on it.
  bool is_open(ChannelRef channel) const { return (open_channels_ >> channel.value & 1) != 0; }
  void open(ChannelRef channel) { open_channels_ |= ChannelMask{1} << channel.value; }
  // Channels that are not open are passed over. REQUIRES: the agent is not in the index for `channels`.
  void add_agent(AgentRef agent, ProfileClass profile, ChannelMask channels, const AgentKeys& keys);
  // REQUIRES: the agent was added with these.
  void remove_agent(AgentRef agent, ProfileClass profile, ChannelMask channels);

  // ---- Waiting contacts ----
  // O(log n) in the contacts waiting in the class. REQUIRES: the contact is not in the index, and has the
  // same rate as the others of its class.
  void add_contact(ContactRef contact, RequirementClass requirement, const ContactKey& key);
  void remove_contact(ContactRef contact, RequirementClass requirement);
  // A contact that waits for these agents only, whatever their skills. REQUIRES: at least one, each once; the
  // same when it is removed.
  void add_targeted(ContactRef contact, std::span<const AgentRef> targets, const ContactKey& key);
  void remove_targeted(ContactRef contact, std::span<const AgentRef> targets);
  // Those that wait for this agent, in the order of `now`.
  std::vector<ContactRef> targeted_at(AgentRef target, Time now) const;
  bool contains(ContactRef contact) const;

  // ---- Staff: agents at work, with or without capacity left, by profile and channel ----
  struct Staff {
    std::uint32_t agents = 0;
    std::uint32_t slots = 0;  // contacts of the channel that they take at once
    friend bool operator==(const Staff&, const Staff&) = default;
  };
  // One agent more or less, with `slots` > 0. O(classes that the profile may serve).
  void add_staff(ProfileClass profile, ChannelRef channel, std::uint32_t slots);
  void remove_staff(ProfileClass profile, ChannelRef channel, std::uint32_t slots);
  // Who may serve the class.
  const Staff& staff_of(RequirementClass requirement) const { return requirements_[requirement.value].staff; }
  Staff staff_of(const Bits& profiles, ChannelRef channel) const;
  // Agents of `profiles` at work on `channel` who are among `others` at work on theirs, too. O(profiles).
  std::uint32_t shared_agents(const Bits& profiles, ChannelRef channel, const Bits& others,
                              ChannelRef others_channel) const;
  // Profiles that may serve the class, or would meet a requirement that has none.
  const Bits& profiles_of(RequirementClass requirement) const {
    return requirements_[requirement.value].profiles;
  }
  Bits profiles_meeting(const Requirement& requirement) const;
  // Whether one of them has capacity. False for a channel that is not open.
  bool has_available(const Bits& profiles, ChannelRef channel) const;

  // ---- Lines: the contacts that wait in a class, in key order ----
  QueueRef queue_of(RequirementClass requirement) const { return requirements_[requirement.value].queue; }
  ChannelRef channel_of(RequirementClass requirement) const {
    return requirements_[requirement.value].channel;
  }
  std::size_t count_before(RequirementClass requirement, const ContactKey& key) const {
    return requirements_[requirement.value].waiting.count_before(key);
  }
  // none() when nobody waits.
  ContactRef head(RequirementClass requirement) const;
  // function(requirement) for each class in which somebody waits.
  template <class Function>
  void for_each_line(Function&& function) const;

  // ---- Contacts that ring and want further offers ----
  // In the index instead of waiting there. REQUIRES: as add_contact and remove_contact.
  void add_ringing(ContactRef contact, RequirementClass requirement, const ContactKey& key);
  void remove_ringing(ContactRef contact, RequirementClass requirement);
  bool anybody_rings() const { return ringing_ > 0; }

  // ---- Matches ----
  // The first agent in the class's order for whom `allowed(agent)` holds; none() when there is none.
  // O(classes that fit), plus O(k log k) for k agents passed over.
  template <class Allowed>
  AgentRef best_agent(RequirementClass requirement, Allowed&& allowed) const;

  // Agents in the index who may serve the class on its channel. O(classes that fit).
  std::size_t count_available(RequirementClass requirement) const;

  // The first contact in the order of `now`, over all that `profile` may serve on `channels` and those
  // waiting for `agent`, for which `allowed(contact)` holds.
  template <class Allowed>
  ContactRef best_contact(AgentRef agent, ProfileClass profile, ChannelMask channels, Time now,
                          Allowed&& allowed) const;

  // The same among those that ring and want further offers; nobody rings for one agent only.
  template <class Allowed>
  ContactRef best_ringing(ProfileClass profile, ChannelMask channels, Time now, Allowed&& allowed) const;
  // function(contact) for the first contacts that wait in the class, at most `count` of them, in key order.
  template <class Function>
  void for_first(RequirementClass requirement, std::size_t count, Function&& function) const;
  // Waiting contacts with before(key), in no order: of a class, or of those that wait for `target`.
  template <class Before, class Function>
  void for_each_before(RequirementClass requirement, Before&& before, Function&& function) const;
  template <class Before, class Function>
  void for_each_targeted_before(AgentRef target, Before&& before, Function&& function) const;

  // Waiting contacts of a class, in no order; for audits.
  template <class Function>
  void for_each_waiting(Function&& function) const;
  template <class Function>
  void for_each_ringing(Function&& function) const;

 private:
  // In which agents are kept; by idle time last, whatever comes first.
  enum Order : std::size_t { kByIdleTime, kByOccupancy, kByContacts, kByLastOffer, kByDraw };
  static constexpr std::size_t kOrders = kByDraw + 1;
  static constexpr std::size_t kUnused = kOrders;
  static constexpr std::size_t kIdleRequirements = 256;

  struct AgentKey {
    static constexpr std::uint64_t kInterrupts = std::uint64_t{1} << 63;
    std::uint64_t primary = 0;  // of the order; above it, kInterrupts
    Time idle_since;
    std::uint64_t idle_sequence = 0;
    bool interrupts() const { return (primary & kInterrupts) != 0; }
    friend bool operator<(const AgentKey& a, const AgentKey& b) {
      return std::tie(a.primary, a.idle_since, a.idle_sequence) <
             std::tie(b.primary, b.idle_since, b.idle_sequence);
    }
  };
  using AgentHeap = IndexedHeap<AgentKey>;
  using ContactLine = Line<ContactKey>;

  struct RequirementEntry {
    std::string name;
    std::uint32_t references = 0;
    bool exists = false;
    bool servable = false;
    bool is_idle = false;  // in idle_requirements_, where it may have been since before its last use
    QueueRef queue;
    ChannelRef channel;
    AgentStrategy strategy = AgentStrategy::LongestIdle;
    Requirement requirement;
    Bits profiles;                      // that may serve it
    std::vector<std::uint64_t> scores;  // by profile: skill score, lowest first; for skill strategies
    ContactLine waiting;
    Staff staff;          // over `profiles`
    ContactLine ringing;  // and wanting further offers
  };
  struct Need {
    std::optional<Requirement> requirement;
    Bits profiles;             // that may serve it
    std::uint64_t agents = 0;  // of these profiles
    std::uint64_t weight() const { return agents == 0 ? 0 : kScarcityUnit / agents; }
  };
  struct ProfileEntry {
    std::string name;
    std::uint32_t references = 0;
    std::vector<SkillLevel> skills;
    Bits requirements;                   // that it may serve
    std::vector<std::uint32_t> serving;  // logged-in agents of the class who take contacts, by channel
    std::vector<AgentHeap> heaps;        // by heap_of
    std::vector<Staff> staff;            // by channel
  };

  static std::size_t order_of(AgentStrategy strategy);
  static AgentKey key_of(std::size_t order, std::size_t channel, const AgentKeys& keys);
  // In a buffer that the next call reuses: a class is looked up with every contact.
  const std::string& name_of(const RequirementKey& key) const;
  static std::string name_of(const std::vector<SkillLevel>& skills);
  // Of a channel and an order that a queue uses: 0, 1, 2, ...
  std::size_t heap_of(std::size_t channel, std::size_t order) const {
    return channel * orders_.size() + order_rank_[order];
  }
  std::size_t heap_count() const { return channel_count_ * orders_.size(); }
  void relate(RequirementClass requirement, ProfileClass profile);
  void drop_oldest_idle();
  void note_head(RequirementClass requirement);
  void note_rate(AgeingRate rate);
  void join_needs(ProfileClass profile);
  void count_agents(ProfileClass profile, bool more);
  // best_contact; `worth(key)` gives what contacts are compared by.
  template <class Worth, class Allowed>
  ContactRef first_contact(AgentRef agent, ProfileClass profile, ChannelMask channels, Worth&& worth,
                           Allowed&& allowed) const;
  bool has_server(const RequirementEntry& requirement) const;
  void set_servable(RequirementEntry& requirement, bool servable);

  auto agent_position(std::size_t heap) {
    return [this, heap](std::uint32_t agent) -> std::uint32_t& {
      return agent_positions_[agent * heap_count() + heap];
    };
  }
  std::vector<ContactRef> all_targeted() const;  // each once, in no order that matters
  void note_key(ContactRef contact, const ContactKey& key);
  ContactKey take_key(ContactRef contact);

  mutable std::string name_buffer_;
  std::size_t channel_count_ = 0;
  ChannelMask open_channels_ = 0;
  // Since the reset. While all contacts have one rate, keys compare without the time.
  AgeingRate last_rate_ = 0;
  bool several_rates_ = false;
  std::vector<std::size_t> orders_;  // that the queues use
  // Place in orders_, or kUnused.
  std::array<std::size_t, kOrders> order_rank_ = {kUnused, kUnused, kUnused, kUnused, kUnused};
  std::vector<RequirementEntry> requirements_;
  std::vector<std::uint32_t> free_requirements_;
  std::deque<std::uint32_t> idle_requirements_;
  std::size_t requirements_in_use_ = 0;
  std::vector<ProfileEntry> profiles_;
  bool weighs_needs_ = false;            // a queue uses scarce_first
  std::vector<Need> needs_;              // by queue; empty unless a queue uses scarce_first
  std::vector<std::uint64_t> scarcity_;  // by profile class: the sum over all queues that it may serve
  std::vector<std::uint32_t> free_profiles_;
  NameTable requirement_names_;
  NameTable profile_names_;
  std::vector<Bits> serving_profiles_;  // by channel: profiles with a logged-in agent who takes contacts
  std::vector<std::string> unsettled_;
  std::vector<Bits> available_profiles_;    // by channel: profiles with an agent in the index
  std::vector<Bits> waiting_requirements_;  // by channel: classes with a waiting contact
  std::vector<Bits> ringing_requirements_;  // by channel: classes with one that wants further offers
  std::size_t ringing_ = 0;                 // such contacts
  // Copies of the tops of the heaps, side by side, so that a match over many classes reads one array instead
  // of one heap each. Of an empty heap: whatever was there last.
  std::vector<ContactLine::Entry> waiting_heads_;               // by requirement class
  std::vector<std::vector<AgentHeap::Entry>> available_heads_;  // by heap_of, profile class
  std::vector<std::vector<ContactLine>> targeted_;              // by agent: a line for each rate, none empty
  // By ContactRef, of those in a line; the others have the rate 0, which no queue has.
  std::vector<ContactKey> contact_keys_;
  std::vector<std::uint32_t> agent_positions_;
};

}  // namespace cordboard

#include "router/core/match_index_inl.h"
