#include "router/grpc/config_history.h"

#include <algorithm>
#include <utility>

namespace cordboard {

ConfigHistory::ConfigHistory(std::vector<ConfigVersion> versions) {
  for (ConfigVersion& version : versions) add(std::move(version));
}

void ConfigHistory::add(ConfigVersion version) {
  const std::lock_guard lock(mutex_);
  bytes_ += version.text.size();
  versions_.push_back(std::make_shared<const ConfigVersion>(std::move(version)));
  forget();
}

void ConfigHistory::forget() {
  while (versions_.size() > 1 &&
         (versions_.size() > kConfigVersionsKept || bytes_ > kMaxConfigHistoryBytes)) {
    bytes_ -= versions_.front()->text.size();
    versions_.pop_front();
  }
}

ConfigHistory::Version ConfigHistory::find(std::uint64_t version) const {
  const std::lock_guard lock(mutex_);
  if (versions_.empty()) return nullptr;
  if (version == 0) return versions_.back();
  const auto found = std::find_if(versions_.begin(), versions_.end(),
                                  [&](const Version& candidate) { return candidate->version == version; });
  return found == versions_.end() ? nullptr : *found;
}

ConfigHistory::Version ConfigHistory::find_request(const std::string& request_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(versions_.rbegin(), versions_.rend(),
                                  [&](const Version& version) { return version->request_id == request_id; });
  return found == versions_.rend() ? nullptr : *found;
}

std::vector<ConfigHistory::Version> ConfigHistory::list(std::uint64_t before, std::size_t limit) const {
  const std::lock_guard lock(mutex_);
  std::vector<Version> found;
  for (auto it = versions_.rbegin(); it != versions_.rend() && found.size() < limit; ++it) {
    if (before == 0 || (*it)->version < before) found.push_back(*it);
  }
  return found;
}

}  // namespace cordboard
