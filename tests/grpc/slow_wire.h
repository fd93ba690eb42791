// A wire on which nothing arrives until the test says so, by Outbox::written().

#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "router/grpc/outbox.h"

namespace cordboard::testing {

class SlowWire : public Outbox::Wire {
 public:
  void start_write(const grpc::ByteBuffer* message) override {
    std::vector<grpc::Slice> slices;
    ASSERT_TRUE(message->Dump(&slices).ok());
    std::string bytes;
    for (const grpc::Slice& slice : slices)
      bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
    sent.push_back(bytes);
  }
  void finish(const grpc::Status& status) override { ended.push_back(status); }
  void closing() override { ++closings; }
  void room() override { ++rooms; }

  std::vector<std::string> sent;
  std::vector<grpc::Status> ended;
  int closings = 0;
  int rooms = 0;
};

// What the end of the stream says.
inline std::uint64_t resume_revision(const SlowWire& wire) {
  v1::ErrorStatus packed;
  v1::StreamClosedDetail detail;
  EXPECT_TRUE(packed.ParseFromString(wire.ended.at(0).error_details()));
  EXPECT_TRUE(packed.details(0).UnpackTo(&detail));
  return detail.resume_revision();
}

}  // namespace cordboard::testing
