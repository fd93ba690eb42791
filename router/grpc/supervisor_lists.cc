#include "router/grpc/supervisor_lists.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "router/codec/api_agent.h"
#include "router/codec/api_contact.h"
#include "router/codec/api_enums.h"
#include "router/codec/api_queue.h"
#include "router/core/assignments.h"
#include "router/grpc/rpc_status.h"
#include "router/kpi/late_waiting.h"

namespace cordboard {
namespace {

grpc::Status refuse(v1::RejectionDetail::Reason reason, std::string detail) {
  return to_status(Refusal{reason, std::move(detail)});
}

struct Page {
  std::uint64_t start = 0;  // position or sequence of the first that may be on it
  std::size_t size = kMaxPageSize;
  std::size_t rows = 0;  // on it by now
  std::size_t bytes = 0;

  bool is_full() const { return rows >= size || bytes >= kMaxPageBytes; }
  template <class Row>
  void count(const Row& row) {
    ++rows;
    bytes += row.ByteSizeLong();
  }
};

// Reads the page of a request, or says what is wrong with it.
template <class Request>
grpc::Status read_page(const Request& request, Page& page) {
  if (request.page_size() < 0 || request.page_size() > kMaxPageSize) {
    return to_status(malformed("page_size: 1 to " + std::to_string(kMaxPageSize) + ", or 0"));
  }
  if (request.page_size() > 0) page.size = static_cast<std::size_t>(request.page_size());
  const std::string& token = request.page_token();
  if (token.empty()) return grpc::Status::OK;
  const char* const end = token.data() + token.size();
  const auto [stop, error] = std::from_chars(token.data(), end, page.start);
  if (error == std::errc{} && stop == end) return grpc::Status::OK;
  return refuse(v1::RejectionDetail::INVALID_PAGE_TOKEN, "page_token: use the one of the page before");
}

// The queues named, sorted; each must exist.
template <class Names>
grpc::Status read_queues(const State& state, const Names& names, std::vector<QueueRef>& queues) {
  for (const std::string& name : names) {
    const QueueRef queue = state.find_queue(name);
    if (!queue || state[queue].removed) {
      return to_status(
          Rejection{RejectReason::UnknownQueue, "queues: no queue '" + name + "' in the configuration"});
    }
    queues.push_back(queue);
  }
  std::sort(queues.begin(), queues.end());
  queues.erase(std::unique(queues.begin(), queues.end()), queues.end());
  return grpc::Status::OK;
}

bool selects(const std::vector<QueueRef>& wanted, QueueRef queue) {
  return wanted.empty() || std::binary_search(wanted.begin(), wanted.end(), queue);
}

// Values of an enum of the API. A client may name one a million times; that costs nothing later.
class EnumSet {
 public:
  bool empty() const { return bits_ == 0; }
  bool contains(int value) const { return (bits_ >> value & 1) != 0; }
  bool selects(int value) const { return empty() || contains(value); }
  // False when one of `values` is unspecified or `is_valid` says no.
  template <class Values, class IsValid>
  bool read(const Values& values, IsValid&& is_valid) {
    for (const int value : values) {
      if (value == 0 || !is_valid(value)) return false;
      bits_ |= std::uint64_t{1} << value;
    }
    return true;
  }

 private:
  std::uint64_t bits_ = 0;
};
static_assert(v1::Contact::State_MAX < 64 && v1::Agent::State_MAX < 64 && v1::Agent::Activity_MAX < 64);

bool has_skill(const Agent& agent, const std::string& skill) {
  if (skill.empty()) return true;
  const auto& skills = agent.profile.skills;
  return std::any_of(skills.begin(), skills.end(), [&](const SkillLevel& s) { return s.skill == skill; });
}

// What a list of contacts is filtered by.
struct ContactFilter {
  std::vector<QueueRef> queues;
  EnumSet states;
  std::optional<AgentRef> agent;
  std::optional<GatewayRef> gateway;

  bool accepts(const State& state, ContactRef ref, const Contact& contact) const {
    const bool state_fits =
        states.empty() ? !is_final(contact.state) : states.contains(to_api(contact.state));
    return state_fits && selects(queues, contact.queue) && (!gateway || contact.gateway == *gateway) &&
           (!agent || concerns(state, ref, *agent));
  }

 private:
  // Offered to the agent, among others perhaps; or handled, now or last.
  static bool concerns(const State& state, ContactRef ref, AgentRef agent) {
    const Contact& contact = state[ref];
    if (contact.state == ContactState::Offered) {
      return static_cast<bool>(assignments::offer_to(state, ref, agent));
    }
    return (contact.assignment ? state[contact.assignment].agent : contact.agent) == agent;
  }
};

grpc::Status read_filter(const State& state, const v1::ListContactsRequest& request, ContactFilter& filter) {
  if (!filter.states.read(request.states(), v1::Contact::State_IsValid)) {
    return to_status(malformed("states: not a state of a contact"));
  }
  if (!request.agent_id().empty()) {
    filter.agent = state.find_agent(request.agent_id());
    if (!*filter.agent) return to_status(Rejection{RejectReason::UnknownAgent, "no such agent"});
  }
  if (!request.gateway().empty()) filter.gateway = state.find_gateway(request.gateway());
  return read_queues(state, request.queues(), filter.queues);
}

using BySequence = std::pair<std::uint64_t, ContactRef>;

// The `count` contacts with the lowest sequences from `start` on, in order.
std::vector<BySequence> first_contacts(const State& state, const ContactFilter& filter, std::uint64_t start,
                                       std::size_t count) {
  std::vector<BySequence> found;  // a heap with the highest on top
  state.contacts.for_each([&](ContactRef ref, const Contact& contact) {
    if (contact.sequence < start || !filter.accepts(state, ref, contact)) return;
    if (found.size() == count) {
      if (contact.sequence >= found.front().first) return;
      std::pop_heap(found.begin(), found.end());
      found.pop_back();
    }
    found.emplace_back(contact.sequence, ref);
    std::push_heap(found.begin(), found.end());
  });
  std::sort_heap(found.begin(), found.end());
  return found;
}

}  // namespace

grpc::Status list_queues(const State& state, Time now, const v1::ListQueuesRequest& request,
                         v1::ListQueuesResponse* response) {
  Page page;
  if (auto status = read_page(request, page); !status.ok()) return status;
  std::vector<QueueRef> wanted;
  if (auto status = read_queues(state, request.queues(), wanted); !status.ok()) return status;
  const std::vector<QueueConfig>& configured = state.config.queues;
  for (std::uint64_t i = page.start; i < configured.size(); ++i) {
    const QueueRef queue = state.find_queue(configured[i].name);
    if (!selects(wanted, queue)) continue;
    if (page.is_full()) {
      response->set_next_page_token(std::to_string(i));
      break;
    }
    v1::Queue& row = *response->add_queues();
    fill_queue(state, queue, now, count_late(state, queue, now), &row);
    fill_forecast(state, queue, now, &row);
    page.count(row);
  }
  return grpc::Status::OK;
}

grpc::Status list_agents(const State& state, const v1::ListAgentsRequest& request,
                         v1::ListAgentsResponse* response) {
  Page page;
  if (auto status = read_page(request, page); !status.ok()) return status;
  EnumSet states;
  EnumSet activities;
  if (!states.read(request.states(), v1::Agent::State_IsValid) ||
      !activities.read(request.activities(), v1::Agent::Activity_IsValid)) {
    return to_status(malformed("states, activities: not a state or an activity of an agent"));
  }
  for (std::uint64_t i = page.start; i < state.agents.size(); ++i) {
    const Agent& agent = state.agents[i];
    const bool fits = states.selects(to_api(agent.state)) && activities.selects(to_api(agent.activity)) &&
                      has_skill(agent, request.skill());
    if (!fits) continue;
    if (page.is_full()) {
      response->set_next_page_token(std::to_string(i));
      break;
    }
    v1::Agent& row = *response->add_agents();
    fill_agent(state, AgentRef{static_cast<std::uint32_t>(i)}, &row);
    page.count(row);
  }
  return grpc::Status::OK;
}

grpc::Status list_contacts(const State& state, Time now, const v1::ListContactsRequest& request,
                           v1::ListContactsResponse* response) {
  Page page;
  ContactFilter filter;
  if (auto status = read_page(request, page); !status.ok()) return status;
  if (auto status = read_filter(state, request, filter); !status.ok()) return status;
  const bool unknown_gateway = filter.gateway && !*filter.gateway;
  if (unknown_gateway) return grpc::Status::OK;
  const CustomerData data = request.include_customer_data() ? CustomerData::With : CustomerData::Without;
  for (const auto& [sequence, contact] : first_contacts(state, filter, page.start, page.size + 1)) {
    if (page.is_full()) {
      response->set_next_page_token(std::to_string(sequence));
      break;
    }
    v1::Contact& row = *response->add_contacts();
    fill_contact(state, contact, now, data, &row);
    page.count(row);
  }
  return grpc::Status::OK;
}

}  // namespace cordboard
