#include "agents-sim/clients/watch_client.h"

#include <algorithm>

namespace cordboard::sim {

void WatchClient::open() {
  retry_ = EventLoop::kNoTimer;
  in_snapshot_ = false;
  call_ = std::make_unique<Call>();
  connection_.prepare(call_->context);
  v1::WatchRequest request;
  request.mutable_filter()->add_kinds(v1::WatchRequest::QUEUES);
  request.mutable_filter()->add_kinds(v1::WatchRequest::AGENTS);
  const auto stub = v1::SupervisorService::NewStub(connection_.channel());
  call_->reader = stub->AsyncWatch(&call_->context, request, &loop_.queue(), start_done_.tag());
}

void WatchClient::reopen() {
  if (finishing_) return;
  loop_.cancel(retry_);
  if (call_ == nullptr) return open();
  at_once_ = true;
  call_->context.TryCancel();
}

void WatchClient::finish() {
  finishing_ = true;
  loop_.cancel(retry_);
  if (call_ != nullptr) call_->context.TryCancel();
}

void WatchClient::started(bool ok) {
  if (ok) {
    call_->reader->Read(&call_->response, read_done_.tag());
  } else {
    call_->reader->Finish(&call_->status, finish_done_.tag());
  }
}

void WatchClient::have_read(bool ok) {
  if (!ok) return call_->reader->Finish(&call_->status, finish_done_.tag());
  backoff_.reset();
  const v1::WatchResponse& response = call_->response;
  if (response.has_snapshot()) on_snapshot(response.snapshot());
  for (const v1::Delta& delta : response.deltas().deltas()) on_delta(delta);
  call_->reader->Read(&call_->response, read_done_.tag());
}

void WatchClient::finished(bool) {
  call_.reset();
  if (finishing_) return;
  if (std::exchange(at_once_, false)) return open();
  retry_ = loop_.after(backoff_.next(), [this] { open(); });
}

void WatchClient::on_snapshot(const v1::Snapshot& snapshot) {
  if (!std::exchange(in_snapshot_, !snapshot.last_chunk())) {
    queues_.clear();
    agents_.clear();
  }
  for (const v1::Queue& queue : snapshot.queues()) keep(queue);
  for (const v1::Agent& agent : snapshot.agents()) keep(agent);
}

void WatchClient::on_delta(const v1::Delta& delta) {
  for (const v1::Queue& queue : delta.queues()) keep(queue);
  for (const v1::Agent& agent : delta.agents()) keep(agent);
}

void WatchClient::keep(const v1::Queue& queue) {
  const auto known = std::find_if(queues_.begin(), queues_.end(),
                                  [&](const v1::Queue& q) { return q.queue() == queue.queue(); });
  if (known == queues_.end()) {
    queues_.push_back(queue);
  } else {
    *known = queue;
  }
}

WatchClient::Activities WatchClient::activities() const {
  Activities counts;
  for (const auto& [id, what] : agents_) {
    const auto [state, activity] = what;
    if (state == v1::Agent::LOGGED_OUT) continue;
    ++counts.logged_in;
    if (state == v1::Agent::NOT_READY && activity == v1::Agent::IDLE) {
      ++counts.not_ready;
    } else {
      ++counts.by_activity[static_cast<std::size_t>(activity)];
    }
  }
  return counts;
}

}  // namespace cordboard::sim
