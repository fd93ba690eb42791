// All sessions of agents of one run, as one: each agent's verbs go to the session that speaks for it.

#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agents-sim/clients/agent_client.h"

namespace cordboard::sim {

class AgentDesk {
 public:
  AgentDesk(const AgentClient::Shared& shared, std::uint32_t sessions, AgentListener& listener) {
    const auto agents = static_cast<AgentNo>(shared.agents.size());
    sessions = std::clamp<std::uint32_t>(sessions, 1, std::max<AgentNo>(agents, 1));
    per_client_ = (agents + sessions - 1) / sessions;
    for (AgentNo first = 0; first < agents; first += per_client_) {
      const AgentNo end = std::min(first + per_client_, agents);
      clients_.push_back(std::make_unique<AgentClient>(shared, first, end, listener));
    }
  }

  AgentClient& of(AgentNo agent) { return *clients_[agent / per_client_]; }

  template <class Function>
  void for_each(Function&& function) {
    for (const auto& client : clients_) function(*client);
  }

  std::uint64_t outstanding() const {
    std::uint64_t sum = 0;
    for (const auto& client : clients_) sum += client->outstanding();
    return sum;
  }
  std::uint64_t breaks() const {
    std::uint64_t sum = 0;
    for (const auto& client : clients_) sum += client->breaks();
    return sum;
  }
  std::uint64_t repeated() const {
    std::uint64_t sum = 0;
    for (const auto& client : clients_) sum += client->repeated();
    return sum;
  }
  std::uint64_t foreign() const {
    std::uint64_t sum = 0;
    for (const auto& client : clients_) sum += client->foreign();
    return sum;
  }
  bool is_closed() const {
    return std::all_of(clients_.begin(), clients_.end(),
                       [](const auto& client) { return client->is_closed(); });
  }
  void add_refusals(std::map<std::string, std::uint64_t>& sums) const {
    for (const auto& client : clients_) {
      for (const auto& [reason, count] : client->refusals()) sums[reason] += count;
    }
  }

 private:
  AgentNo per_client_ = 1;
  std::vector<std::unique_ptr<AgentClient>> clients_;
};

}  // namespace cordboard::sim
