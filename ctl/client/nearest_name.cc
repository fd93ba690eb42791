#include "ctl/client/nearest_name.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "cordboard/v1/supervisor_service.pb.h"
#include "ctl/client/refusal_text.h"
#include "router/config/diagnostics.h"

namespace cordboard::ctl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using Reason = v1::RejectionDetail::Reason;

// The values of all string fields with this name, at any depth.
void collect_names(const Message& message, std::string_view name, std::vector<std::string>& values) {
  std::vector<const FieldDescriptor*> fields;
  const auto* reflection = message.GetReflection();
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const bool text = field->type() == FieldDescriptor::TYPE_STRING;
    const int count = field->is_repeated() ? reflection->FieldSize(message, field) : 0;
    if (text && field->is_repeated() && field->name() == std::string(name) + "s") {
      for (int i = 0; i < count; ++i) values.push_back(reflection->GetRepeatedString(message, field, i));
    } else if (text && !field->is_repeated() && field->name() == name) {
      values.push_back(reflection->GetString(message, field));
    } else if (field->type() == FieldDescriptor::TYPE_MESSAGE && !field->is_repeated()) {
      collect_names(reflection->GetMessage(message, field), name, values);
    }
  }
}

// Those on all pages of a list, as far as the router tells; `add` takes them from a page.
template <class Request, class Response>
std::vector<std::string> names_in(const Ask& ask, const std::string& rpc,
                                  void (*add)(const Response& page, std::vector<std::string>& names)) {
  std::vector<std::string> names;
  Request request;
  do {
    Response page;
    if (!ask(rpc, request, page).ok()) break;
    add(page, names);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return names;
}

void add_queues_of(const v1::ListQueuesResponse& page, std::vector<std::string>& names) {
  for (const v1::Queue& row : page.queues()) names.push_back(row.queue());
}

void add_agents_of(const v1::ListAgentsResponse& page, std::vector<std::string>& names) {
  for (const v1::Agent& row : page.agents()) names.push_back(row.agent_id());
}

}  // namespace

std::string did_you_mean_of(const grpc::Status& status, const Message& request, const Ask& ask) {
  const Reason reason = rejection_of(status).reason();
  const bool queue = reason == v1::RejectionDetail::UNKNOWN_QUEUE;
  if (!queue && reason != v1::RejectionDetail::UNKNOWN_AGENT) return {};
  std::vector<std::string> asked;
  collect_names(request, queue ? "queue" : "agent_id", asked);
  const std::vector<std::string> known =
      queue ? names_in<v1::ListQueuesRequest>(ask, "SupervisorService/ListQueues", add_queues_of)
            : names_in<v1::ListAgentsRequest>(ask, "SupervisorService/ListAgents", add_agents_of);
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  for (const std::string& name : asked)
    if (std::find(known.begin(), known.end(), name) == known.end())
      if (std::string found = did_you_mean(name, candidates); !found.empty()) return found;
  return {};
}

}  // namespace cordboard::ctl
