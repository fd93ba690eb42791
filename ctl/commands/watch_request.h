// What `watch` and `top` ask for.

#pragma once

#include <string>
#include <vector>

#include "cordboard/v1/supervisor_service.pb.h"
#include "router/core/types.h"

namespace cordboard::ctl {

inline v1::WatchRequest watch_request(const std::vector<std::string>& queues, Duration interval) {
  v1::WatchRequest request;
  for (const std::string& queue : queues) request.mutable_filter()->add_queues(queue);
  if (interval > Duration::zero()) {
    request.mutable_update_interval()->set_seconds(interval.count() / 1'000'000);
    request.mutable_update_interval()->set_nanos(static_cast<int>(interval.count() % 1'000'000 * 1'000));
  }
  return request;
}

}  // namespace cordboard::ctl
