#include "tests/grpc/watch_client.h"

#include <utility>

namespace cordboard::testing {
namespace {

std::string to_row(v1::Queue queue) {
  queue.clear_longest_wait_now();
  queue.clear_waiting_late();
  queue.mutable_kpis()->clear_service_level_strict();
  queue.clear_expected_wait();  // in lists only
  return queue.ShortDebugString();
}
std::string to_row(v1::Agent agent) { return agent.ShortDebugString(); }
std::string to_row(v1::Contact contact) {
  contact.clear_total_age();
  contact.clear_wait();
  contact.clear_step_age();
  return contact.ShortDebugString();
}

template <class Message>
void add_rows(const Message& from, Rows& rows) {
  for (const v1::Queue& queue : from.queues()) EXPECT_FALSE(queue.has_expected_wait()) << queue.queue();
  for (const v1::Queue& queue : from.queues()) rows.queues[queue.queue()] = to_row(queue);
  for (const v1::Agent& agent : from.agents()) rows.agents[agent.agent_id()] = to_row(agent);
  for (const v1::Contact& contact : from.contacts()) rows.contacts[contact.contact_id()] = to_row(contact);
}

}  // namespace

grpc::ChannelArguments reads_ahead_little() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, 64 << 10);
  return arguments;
}

v1::WatchRequest watch_with_data() {
  v1::WatchRequest request;
  request.set_include_customer_data(true);
  return request;
}

Rows list_rows(ServerUnderTest& server, const std::string& tenant) {
  using Supervisor = v1::SupervisorService::Stub;
  Rows rows;
  v1::ListQueuesRequest queues;
  v1::ListQueuesResponse queue_page;
  EXPECT_TRUE(call(&Supervisor::ListQueues, server.supervisor(), queues, &queue_page, tenant).ok());
  for (const v1::Queue& queue : queue_page.queues()) rows.queues[queue.queue()] = to_row(queue);
  v1::ListAgentsRequest agents;
  agents.set_page_size(1);  // so that pages are joined
  do {
    v1::ListAgentsResponse page;
    EXPECT_TRUE(call(&Supervisor::ListAgents, server.supervisor(), agents, &page, tenant).ok());
    for (const v1::Agent& agent : page.agents()) rows.agents[agent.agent_id()] = to_row(agent);
    agents.set_page_token(page.next_page_token());
  } while (!agents.page_token().empty());
  v1::ListContactsRequest contacts;
  contacts.set_page_size(7);
  do {
    v1::ListContactsResponse page;
    EXPECT_TRUE(call(&Supervisor::ListContacts, server.supervisor(), contacts, &page, tenant).ok());
    for (const v1::Contact& contact : page.contacts()) rows.contacts[contact.contact_id()] = to_row(contact);
    contacts.set_page_token(page.next_page_token());
  } while (!contacts.page_token().empty());
  return rows;
}

WatchClient::WatchClient(ServerUnderTest& server, v1::WatchRequest request, const std::string& tenant)
    : context_(context(tenant)), stream_(server.supervisor().Watch(context_.get(), request)) {}

WatchClient::~WatchClient() {
  if (!stream_) return;
  context_->TryCancel();
  stream_->Finish();
}

std::optional<v1::WatchResponse> WatchClient::read() {
  v1::WatchResponse response;
  if (!stream_->Read(&response)) return std::nullopt;
  if (response.has_snapshot()) apply(response.snapshot());
  if (response.has_deltas()) apply(response.deltas());
  if (response.has_heartbeat()) revision_ = response.heartbeat().revision();
  if (response.has_reset()) building_ = {};
  return response;
}

void WatchClient::apply(const v1::Snapshot& snapshot) {
  add_rows(snapshot, building_);
  if (!snapshot.last_chunk()) return;
  rows_ = std::exchange(building_, {});
  revision_ = snapshot.revision();
}

void WatchClient::apply(const v1::DeltaBatch& batch) {
  for (const v1::Delta& delta : batch.deltas()) {
    EXPECT_GT(delta.revision(), revision_);
    revision_ = delta.revision();
    add_rows(delta, rows_);
    for (const std::string& contact : delta.removed_contact_ids()) rows_.contacts.erase(contact);
    for (const std::string& queue : delta.removed_queues()) rows_.queues.erase(queue);
    for (const v1::Event& event : delta.events()) events_.push_back(event);
  }
}

void WatchClient::read_until(std::uint64_t revision) {
  while (revision_ < revision) {
    if (read()) continue;
    ADD_FAILURE() << "ended at revision " << revision_ << ": " << finish().error_message();
    return;
  }
}

grpc::Status WatchClient::finish() {
  while (read()) {
  }
  const grpc::Status status = stream_->Finish();
  stream_.reset();
  return status;
}

}  // namespace cordboard::testing
