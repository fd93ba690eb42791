// What is told of commands that never became durable, when the log fails: nothing.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <future>

#include "tests/grpc/held_loop.h"

namespace cordboard::testing {
namespace {

// From its beginning to its end no file of this process grows, as if the disk were full.
class NoRoomOnDisk {
 public:
  NoRoomOnDisk() : before_(std::signal(SIGXFSZ, SIG_IGN)) {
    EXPECT_EQ(getrlimit(RLIMIT_FSIZE, &limit_), 0);
    const rlimit none{0, limit_.rlim_max};
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &none), 0);
  }
  ~NoRoomOnDisk() {
    EXPECT_EQ(setrlimit(RLIMIT_FSIZE, &limit_), 0);
    (void)std::signal(SIGXFSZ, before_);
  }
  NoRoomOnDisk(const NoRoomOnDisk&) = delete;
  NoRoomOnDisk& operator=(const NoRoomOnDisk&) = delete;

 private:
  void (*const before_)(int);
  rlimit limit_{};
};

TEST(FailedLog, ALookIsNotAnsweredWithWhatNeverBecameDurable) {
  ServerUnderTest::Options options;
  options.ends_with = ExitCode::LogFailed;
  ServerUnderTest router(options);
  std::future<grpc::Status> submitted;
  std::future<grpc::Status> looked;
  std::future<grpc::Status> missed;
  std::future<grpc::Status> history;
  v1::GetQueueResponse queue;
  HeldLoop hold(router);
  submitted = std::async(std::launch::async, [&] {
    v1::SubmitContactRequest request;
    request.set_contact_id("c1");
    request.set_queue("sales");
    v1::SubmitContactResponse response;
    return call(&v1::GatewayService::Stub::SubmitContact, router.gateway(), request, &response);
  });
  hold.wait_for_mail(2);  // the command, and the look at what it left
  looked = std::async(std::launch::async, [&] {
    v1::GetQueueRequest request;
    request.set_queue("sales");
    return call(&v1::SupervisorService::Stub::GetQueue, router.supervisor(), request, &queue);
  });
  missed = std::async(std::launch::async, [&] {
    v1::GetContactRequest request;
    request.set_contact_id("c2");
    v1::GetContactResponse response;
    return call(&v1::GatewayService::Stub::GetContact, router.gateway(), request, &response);
  });
  history = std::async(std::launch::async, [&] {
    v1::GetQueueHistoryRequest request;
    request.set_queue("sales");
    request.set_interval(v1::GetQueueHistoryRequest::HOUR);
    v1::GetQueueHistoryResponse response;
    return call(&v1::SupervisorService::Stub::GetQueueHistory, router.supervisor(), request, &response);
  });
  hold.wait_for_mail(5);
  const NoRoomOnDisk full;
  hold.go_on();
  EXPECT_EQ(submitted.get().error_code(), grpc::UNAVAILABLE);
  EXPECT_EQ(looked.get().error_code(), grpc::UNAVAILABLE);
  EXPECT_FALSE(queue.has_queue()) << queue.ShortDebugString();
  EXPECT_EQ(missed.get().error_code(), grpc::UNAVAILABLE) << "that it is not there was seen after the submit";
  EXPECT_EQ(history.get().error_code(), grpc::UNAVAILABLE) << "not known is not nothing";
}

}  // namespace
}  // namespace cordboard::testing
