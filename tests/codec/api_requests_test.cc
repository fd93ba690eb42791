#include "router/codec/api_requests.h"

#include <gtest/gtest.h>

namespace cordboard::testing {
namespace {

using Detail = v1::RejectionDetail;

// The command of a request that must convert.
template <class Command, class Request>
Command converted(const Request& request) {
  CommandBody body = AdvanceTime{};
  const Refused refused = to_command(request, body);
  EXPECT_FALSE(refused) << refused->detail;
  EXPECT_TRUE(std::holds_alternative<Command>(body)) << name_of(body);
  return std::get<Command>(body);
}

template <class Request>
Detail::Reason refusal(const Request& request) {
  CommandBody body = AdvanceTime{};
  const Refused refused = to_command(request, body);
  return refused ? refused->reason : Detail::REASON_UNSPECIFIED;
}

v1::SubmitContactRequest submission() {
  v1::SubmitContactRequest request;
  request.set_contact_id("c1");
  request.set_gateway("pbx");
  request.set_queue("sales");
  request.set_channel("chat");
  request.set_priority(-3);
  request.set_tier(4);
  request.set_requirement("english");
  request.set_customer("cust");
  request.set_attributes("{}");
  request.add_preferred_agent_ids("ana");
  request.add_preferred_agent_ids("ben");
  request.mutable_preferred_for()->set_seconds(20);
  request.set_preferred_first(true);
  auto* step = request.add_relax();
  step->mutable_after()->set_seconds(30);
  step->mutable_after()->set_nanos(500'000);
  step->set_requirement("french");
  return request;
}

TEST(ApiRequests, ASubmitKeepsEveryField) {
  const auto command = converted<SubmitContact>(submission());
  EXPECT_EQ(command.contact, "c1");
  EXPECT_EQ(command.gateway, "pbx");
  EXPECT_EQ(command.queue, "sales");
  EXPECT_EQ(command.channel, "chat");
  EXPECT_EQ(command.priority, -3);
  EXPECT_EQ(command.tier, 4);
  EXPECT_EQ(command.requirement, "english");
  EXPECT_EQ(command.customer, "cust");
  EXPECT_EQ(command.attributes, "{}");
  EXPECT_EQ(command.preferred_agents, (std::vector<std::string>{"ana", "ben"}));
  EXPECT_EQ(command.preferred_for, 20s);
  EXPECT_TRUE(command.preferred_first);
  EXPECT_EQ(command.relax, (std::vector<RelaxStep>{{30'000'500us, "french"}}));
}

TEST(ApiRequests, AnUpdateTellsNoStepsFromNoWordAboutSteps) {
  v1::UpdateContactRequest request;
  request.set_contact_id("c1");
  EXPECT_FALSE(converted<UpdateContact>(request).relax);
  request.mutable_relax();
  EXPECT_EQ(converted<UpdateContact>(request).relax, std::vector<RelaxStep>{});
}

TEST(ApiRequests, AnUpdateTellsAbsentFromEmpty) {
  v1::UpdateContactRequest request;
  request.set_contact_id("c1");
  request.set_requirement("");
  request.set_priority(0);
  const auto command = converted<UpdateContact>(request);
  EXPECT_EQ(command.priority, 0);
  EXPECT_EQ(command.requirement, "");
  EXPECT_FALSE(command.tier);
  EXPECT_FALSE(command.attributes);
}

TEST(ApiRequests, AGatewayEndsContactsAsNobody) {
  v1::EndContactRequest request;
  request.set_contact_id("c1");
  EXPECT_EQ(converted<EndContact>(request).agent, "");
}

TEST(ApiRequests, AnAgentCannotSpeakAsNobody) {
  EXPECT_EQ(refusal(v1::LoginRequest()), Detail::INVALID_ID);
  EXPECT_EQ(refusal(v1::LogoutRequest()), Detail::INVALID_ID);
  EXPECT_EQ(refusal(v1::SetReadyRequest()), Detail::INVALID_ID);
  EXPECT_EQ(refusal(v1::SetNotReadyRequest()), Detail::INVALID_ID);
  EXPECT_EQ(refusal(v1::AcceptRequest()), Detail::INVALID_ID);
  EXPECT_EQ(refusal(v1::DeclineRequest()), Detail::INVALID_ID);
  EXPECT_EQ(refusal(v1::EndRequest()), Detail::INVALID_ID);
  EXPECT_EQ(refusal(v1::FinishWrapUpRequest()), Detail::INVALID_ID);
  EXPECT_EQ(refusal(v1::TransferRequest()), Detail::INVALID_ID);
}

TEST(ApiRequests, ATransferNeedsATarget) {
  v1::TransferRequest request;
  request.set_agent_id("ana");
  request.set_contact_id("c1");
  EXPECT_EQ(refusal(request), Detail::MALFORMED_REQUEST);
  request.set_to_queue("");
  EXPECT_EQ(refusal(request), Detail::MALFORMED_REQUEST);
  request.set_to_agent_id("");
  EXPECT_EQ(refusal(request), Detail::MALFORMED_REQUEST);
  request.set_to_queue("sales");
  request.set_to_back(true);
  const auto command = converted<TransferContact>(request);
  EXPECT_EQ(command.agent, "ana");
  EXPECT_EQ(command.queue, "sales");
  EXPECT_EQ(command.to_agent, "");
  EXPECT_TRUE(command.to_back);
}

TEST(ApiRequests, AGatewayMayTransferForWhoeverHandlesTheContact) {
  v1::TransferContactRequest request;
  request.set_contact_id("c1");
  request.set_to_agent_id("ben");
  const auto command = converted<TransferContact>(request);
  EXPECT_EQ(command.agent, "");
  EXPECT_EQ(command.to_agent, "ben");
}

TEST(ApiRequests, ALoginWithoutAProfileIsNotALoginWithAnEmptyOne) {
  v1::LoginRequest request;
  request.set_agent_id("ana");
  EXPECT_FALSE(converted<Login>(request).profile);
  request.mutable_profile();
  EXPECT_TRUE(converted<Login>(request).profile);
}

TEST(ApiRequests, AProfileKeepsSkillsAndChannels) {
  v1::LoginRequest request;
  request.set_agent_id("ana");
  request.set_ready(true);
  auto* skill = request.mutable_profile()->add_skills();
  skill->set_skill("english");
  skill->set_level(80);
  auto* channel = request.mutable_profile()->add_channels();
  channel->set_channel("chat");
  channel->set_units(20);
  channel->set_max_contacts(4);
  const auto command = converted<Login>(request);
  EXPECT_TRUE(command.ready);
  ASSERT_TRUE(command.profile);
  EXPECT_EQ(command.profile->skills, (std::vector<SkillLevel>{{"english", 80}}));
  ASSERT_EQ(command.profile->channels.size(), 1u);
  EXPECT_EQ(command.profile->channels[0].name, "chat");
  EXPECT_EQ(command.profile->channels[0].units, 20u);
  EXPECT_EQ(command.profile->channels[0].max_contacts, 4u);
}

// 256 + 80 must not become 80.
TEST(ApiRequests, ALevelThatIsFarTooHighStaysTooHigh) {
  v1::LoginRequest request;
  request.set_agent_id("ana");
  request.mutable_profile()->add_skills()->set_level(336);
  EXPECT_GT(converted<Login>(request).profile->skills[0].level, 100);
}

TEST(ApiRequests, OffersAreNamedByTheirNumber) {
  v1::AcceptRequest accept;
  accept.set_agent_id("ana");
  accept.set_offer_id(7);
  EXPECT_EQ(converted<AcceptOffer>(accept).offer, OfferId{7});
  v1::DeclineRequest decline;
  decline.set_agent_id("ana");
  decline.set_offer_id(8);
  EXPECT_EQ(converted<DeclineOffer>(decline).offer, OfferId{8});
}

TEST(ApiRequests, ASessionSubmitsForItsOwnGatewayOnly) {
  v1::GatewayRequest request;
  *request.mutable_submit() = submission();
  CommandBody body;
  EXPECT_FALSE(to_command(request, "pbx", body));
  EXPECT_EQ(std::get<SubmitContact>(body).gateway, "pbx");
  request.mutable_submit()->clear_gateway();
  EXPECT_FALSE(to_command(request, "pbx", body));
  EXPECT_EQ(std::get<SubmitContact>(body).gateway, "pbx");
  request.mutable_submit()->set_gateway("web");
  const Refused refused = to_command(request, "pbx", body);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->reason, Detail::MALFORMED_REQUEST);
}

TEST(ApiRequests, AnEmptySessionRequestIsRefused) {
  CommandBody body;
  EXPECT_EQ(to_command(v1::GatewayRequest(), "pbx", body)->reason, Detail::MALFORMED_REQUEST);
  EXPECT_EQ(to_command(v1::AgentRequest(), body)->reason, Detail::MALFORMED_REQUEST);
}

// Sets each alternative of the oneof `request` in turn by reflection, so that none is forgotten.
template <class Request, class Convert>
void expect_every_kind_converts(Convert&& convert, int heartbeats) {
  const auto* kinds = Request::descriptor()->FindOneofByName("request");
  int commands = 0;
  for (int i = 0; i < kinds->field_count(); ++i) {
    Request request;
    auto* inner = request.GetReflection()->MutableMessage(&request, kinds->field(i));
    const auto set = [&](const char* name, const char* value) {
      const auto* field = inner->GetDescriptor()->FindFieldByName(name);
      if (field != nullptr) inner->GetReflection()->SetString(inner, field, value);
    };
    set("request_id", "r1");
    set("agent_id", "ana");
    set("to_queue", "sales");
    CommandBody body = AdvanceTime{};
    const bool is_heartbeat = kinds->field(i)->name() == "heartbeat";
    EXPECT_EQ(convert(request, body).has_value(), is_heartbeat) << kinds->field(i)->name();
    EXPECT_EQ(request_id_of(request), is_heartbeat ? "" : "r1") << kinds->field(i)->name();
    commands += is_heartbeat ? 0 : 1;
  }
  EXPECT_EQ(commands, kinds->field_count() - heartbeats);
}

TEST(ApiRequests, EveryKindOfSessionRequestConverts) {
  expect_every_kind_converts<v1::GatewayRequest>(
      [](const auto& request, CommandBody& body) { return to_command(request, "pbx", body); }, 1);
  expect_every_kind_converts<v1::AgentRequest>(
      [](const auto& request, CommandBody& body) { return to_command(request, body); }, 1);
}

TEST(ApiRequests, AnAgentRequestNamesItsAgent) {
  v1::AgentRequest request;
  request.mutable_set_ready()->set_agent_id("ana");
  EXPECT_EQ(agent_id_of(request), "ana");
  request.mutable_heartbeat()->add_agent_ids("ana");
  EXPECT_EQ(agent_id_of(request), "");
}

}  // namespace
}  // namespace cordboard::testing
