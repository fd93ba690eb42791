#include "router/codec/wire_writer.h"

#include <gtest/gtest.h>

#include "cordboard/v1/event.pb.h"
#include "cordboard/v1/offer.pb.h"
#include "router/codec/api_time.h"

namespace cordboard {
namespace {

// What protobuf itself writes is the rule.
template <class Message, class Write>
void expect_same(const Message& message, Write&& write) {
  std::string bytes;
  WireWriter writer(bytes);
  write(writer);
  EXPECT_EQ(bytes, message.SerializeAsString()) << message.DebugString();
}

v1::Offer offer_with(std::size_t attributes, std::int64_t at_us, std::int64_t waited_us) {
  v1::Offer offer;
  offer.set_offer_id(at_us == 0 ? 0 : ~std::uint64_t{0});
  offer.set_attributes(std::string(attributes, 'x'));
  fill_time(time_from_us(at_us), offer.mutable_created_at());
  fill_duration(Duration{waited_us}, offer.mutable_waited());
  offer.set_segment(300);
  return offer;
}

TEST(WireWriter, WritesWhatProtobufWrites) {
  for (const std::size_t size : {0u, 1u, 100u, 127u, 128u, 16'383u, 16'384u, 3'000'000u}) {
    for (const std::int64_t us : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1},
                                  std::int64_t{1'700'000'000'123'456}, std::int64_t{-1'500'001}}) {
      const v1::Offer offer = offer_with(size, us, us);
      const auto write = [&](WireWriter& out) {
        out.number(v1::Offer::kOfferIdFieldNumber, offer.offer_id());
        out.text(v1::Offer::kAttributesFieldNumber, offer.attributes());
        out.time(v1::Offer::kCreatedAtFieldNumber, time_from_us(us));
        out.duration(v1::Offer::kWaitedFieldNumber, Duration{us});
        out.number(v1::Offer::kSegmentFieldNumber, offer.segment());
      };
      expect_same(offer, write);
    }
  }
}

TEST(WireWriter, WritesMessagesInMessagesOfAnySize) {
  for (const std::size_t size : {0u, 125u, 126u, 127u, 128u, 20'000u}) {
    v1::Event event;
    auto& queued = *event.mutable_contact_queued();
    queued.set_contact_id(std::string(size, 'c'));
    expect_same(event, [&](WireWriter& out) {
      out.message(v1::Event::kContactQueuedFieldNumber,
                  [&] { out.text(v1::ContactQueued::kContactIdFieldNumber, queued.contact_id()); });
    });
    expect_same(event, [&](WireWriter& out) { out.message(v1::Event::kContactQueuedFieldNumber, queued); });
    expect_same(event, [&](WireWriter& out) {
      out.message(v1::Event::kContactQueuedFieldNumber, std::string_view(queued.SerializeAsString()));
    });
  }
}

}  // namespace
}  // namespace cordboard
