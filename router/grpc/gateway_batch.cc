#include "router/grpc/gateway_batch.h"

#include <algorithm>
#include <utility>

#include "router/codec/api_errors.h"
#include "router/codec/api_events.h"
#include "router/codec/api_requests.h"
#include "router/grpc/caller.h"
#include "router/grpc/session_stream.h"

namespace cordboard {

GatewayBatch::GatewayBatch(std::shared_ptr<SessionStream> session)
    : session_(std::move(session)),
      message_(google::protobuf::Arena::CreateMessage<v1::GatewaySessionRequest>(&arena_)) {}

std::vector<Request> GatewayBatch::to_requests(std::string_view gateway, const Caller& caller) {
  std::vector<Request> commands;
  const int count = message_->requests_size();
  commands.reserve(static_cast<std::size_t>(count));
  replies_.resize(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    const v1::GatewayRequest& request = message_->requests(i);
    if (request.has_heartbeat()) continue;
    Request command;
    const auto index = static_cast<std::size_t>(i);
    Refused refused = to_command(request, gateway, command.body);
    if (!refused) refused = caller.intake(class_of(command.body));
    if (refused) {
      replies_[index].rejection = std::make_unique<v1::RejectionDetail>();
      fill_rejection(*refused, replies_[index].rejection.get());
      continue;
    }
    command.request_id = request_id_of(request);
    command.reply = [self = shared_from_this(), index](const Answer& given) { self->answer(index, given); };
    replies_[index].command = true;
    commands.push_back(std::move(command));
  }
  waiting_ = commands.size();
  return commands;
}

bool GatewayBatch::is_refused() const {
  return std::all_of(replies_.begin(), replies_.end(),
                     [](const Reply& reply) { return reply.rejection != nullptr; });
}

void GatewayBatch::refuse_all(const Refusal& refusal) {
  for (Reply& reply : replies_) {
    if (reply.rejection) continue;
    reply.rejection = std::make_unique<v1::RejectionDetail>();
    fill_rejection(refusal, reply.rejection.get());
  }
  finish();
}

void GatewayBatch::answer(std::size_t index, const Answer& given) {
  Reply& reply = replies_[index];
  reply.revision = given.revision;
  reply.at = given.at;
  reply.repeated = given.outcome.repeated;
  if (given.outcome.rejection) {
    reply.rejection = std::make_unique<v1::RejectionDetail>();
    fill_rejection(*given.outcome.rejection, reply.rejection.get());
  } else if (!reply.repeated) {
    mark_revision(given.revision);
  }
  if (--waiting_ == 0) finish();
}

void GatewayBatch::answer_now(std::uint64_t revision, Time at) {
  for (Reply& reply : replies_) {
    reply.revision = revision;
    reply.at = at;
  }
  finish();
}

// What is no command, and not refused, is a heartbeat: it is answered by where the engine was at the command
// before it, or else at the one after it, so that revisions do not go back.
void GatewayBatch::finish() {
  const auto is_command = [](const Reply& reply) { return reply.command; };
  auto nearest = std::find_if(replies_.begin(), replies_.end(), is_command);
  for (auto reply = replies_.begin(); nearest != replies_.end() && reply != replies_.end(); ++reply) {
    if (reply->command) nearest = reply;
    reply->revision = nearest->revision;
    reply->at = nearest->at;
  }
  mark_complete();
  session_->flush();
}

void GatewayBatch::encode(std::uint64_t revision, Fragments& out) {
  using v1::GatewayReply;
  for (std::size_t i = 0; i < replies_.size(); ++i) {
    const v1::GatewayRequest& request = message_->requests(static_cast<int>(i));
    const Reply& from = replies_[i];
    const auto write_reply = [&](WireWriter& writer) {
      writer.number(GatewayReply::kTagFieldNumber, request.tag());
      writer.text(GatewayReply::kRequestIdFieldNumber, request_id_of(request));
      if (from.rejection) {
        writer.message(GatewayReply::kRejectionFieldNumber, *from.rejection);
      } else {
        write_receipt(GatewayReply::kOkFieldNumber, from.revision, from.at, from.repeated, writer);
      }
    };
    out.add(revision, v1::GatewaySessionResponse::kResponsesFieldNumber, [&](WireWriter& writer) {
      writer.message(v1::GatewayResponse::kReplyFieldNumber, [&] { write_reply(writer); });
    });
  }
}

}  // namespace cordboard
