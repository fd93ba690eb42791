#include "router/loop/presence.h"

#include <algorithm>
#include <utility>

namespace cordboard {

void Presence::watch(std::string_view agent, AgentSession session, Time now) {
  if (const auto found = agents_.find(agent); found != agents_.end()) {
    return refresh(found->second, session, now);
  }
  const auto added = heard_.insert(heard_.end(), Watched{std::string(agent), session, now});
  agents_.emplace(agent, added);
}

void Presence::forget(std::string_view agent) {
  const auto found = agents_.find(agent);
  if (found == agents_.end()) return;
  heard_.erase(found->second);
  agents_.erase(found);
}

void Presence::heard(std::string_view agent, AgentSession session, Time now) {
  const auto found = agents_.find(agent);
  if (found == agents_.end()) return;
  refresh(found->second, std::max(session, found->second->session), now);
}

bool Presence::lost(std::string_view agent, AgentSession session) {
  const auto found = agents_.find(agent);
  if (found == agents_.end() || found->second->session != session) return false;
  forget(agent);
  return true;
}

Time Presence::next_deadline() const {
  if (heard_.empty()) return kNever;
  // The first moment at which the silence is longer than the timeout.
  const Time silent_at = heard_.front().last_heard + heartbeat_timeout_ + Duration{1};
  return std::max(silent_at, excused_until_);
}

std::optional<std::string> Presence::take_silent(Time now) {
  if (next_deadline() > now) return std::nullopt;
  std::string agent = std::move(heard_.front().agent);
  heard_.pop_front();
  agents_.erase(agents_.find(agent));
  return agent;
}

void Presence::excuse_all(Time now) { excused_until_ = now + heartbeat_timeout_ + Duration{1}; }

bool Presence::opened(std::string_view gateway) {
  const auto found = sessions_.find(gateway);
  if (found != sessions_.end()) return ++found->second, false;
  sessions_.emplace(gateway, 1);
  return true;
}

bool Presence::closed(std::string_view gateway) {
  const auto found = sessions_.find(gateway);
  if (found == sessions_.end() || --found->second > 0) return false;
  sessions_.erase(found);
  return true;
}

void Presence::refresh(std::list<Watched>::iterator watched, AgentSession session, Time now) {
  watched->session = session;
  watched->last_heard = now;
  heard_.splice(heard_.end(), heard_, watched);
}

}  // namespace cordboard
