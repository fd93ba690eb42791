// What cordboardctl says when it is refused, when nobody answers, and when what it was given cannot be used.

#include <gmock/gmock.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "cordboard/v1/gateway_requests.pb.h"
#include "tests/access/token_issuer.h"
#include "tests/ctl/answering_router.h"
#include "tests/ctl/said.h"
#include "tests/grpc/server_under_test.h"
#include "tests/store/store_testing.h"

namespace cordboard::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Answers = AnsweringRouter::Answers;

class Refusals : public ::testing::Test {
 protected:
  Refusals() = default;
  explicit Refusals(const ServerUnderTest::Options& options) : router_(options) {}

  Said ctl(std::vector<std::string> words) {
    words.insert(words.end(), {"--target", router_.server().grpc_address()});
    return run_ctl(words);
  }
  std::string write(const std::string& name, const std::string& text) {
    const std::string path = router_.folder() / name;
    write_file(path, text);
    return path;
  }

  ServerUnderTest router_;
};

grpc::ByteBuffer garbage() {
  const grpc::Slice slice("\xff");
  return {&slice, 1};
}

struct HasIssuer {
  PublishedIssuer issuer;
};

// A router that wants tokens.
class TokenRefusals : protected HasIssuer, public Refusals {
 protected:
  TokenRefusals() : Refusals(options(issuer)) {}

 private:
  static ServerUnderTest::Options options(const PublishedIssuer& keys) {
    ServerUnderTest::Options options;
    options.server.access.tokens = keys.config();
    return options;
  }
};

TEST_F(Refusals, AMisspeltNameComesWithTheNearest) {
  const Said queue = ctl({"queues", "slaes"});
  EXPECT_EQ(queue.code, ExitCode::NotFound);
  EXPECT_THAT(queue.err, AllOf(HasSubstr("UNKNOWN_QUEUE"), HasSubstr("did you mean sales?")));
  EXPECT_THAT(ctl({"submit", "c1", "slaes"}).err, HasSubstr("did you mean sales?"));
  EXPECT_THAT(ctl({"agent", "release", "anna", "--as", "sue"}).err, HasSubstr("did you mean ana?"));
  EXPECT_THAT(ctl({"quees"}).err, HasSubstr("no command 'quees': did you mean queues?"));
  EXPECT_EQ(ctl({"quees"}).code, ExitCode::BadConfig);
  EXPECT_THAT(ctl({"status", "--tenant", "none"}).err,
              AllOf(HasSubstr("UNKNOWN_TENANT"), HasSubstr("check --tenant")));
  EXPECT_THAT(ctl({"status", "-o", "jsn"}).err, HasSubstr("did you mean json?"));
  EXPECT_THAT(ctl({"status", "--timeout", "5"}).err, HasSubstr("did you mean 5s?"));
  EXPECT_THAT(ctl({"status", "--tagret", "x"}).err,
              HasSubstr("no option '--tagret': did you mean --target?"));
  EXPECT_THAT(ctl({"status", "--tagret=x"}).err, HasSubstr("no option '--tagret': did you mean --target?"));
}

TEST_F(Refusals, ARouterThatIsNotThereIsSaidSo) {
  const Said nobody = run_ctl({"status", "--target", "127.0.0.1:1"});
  EXPECT_EQ(nobody.code, ExitCode::Unreachable);
  EXPECT_THAT(nobody.err, StartsWith("cordboardctl: 127.0.0.1:1: nobody answers there: check --target"));
  EXPECT_EQ(run_ctl({"watch", "--target", "127.0.0.1:1"}).code, ExitCode::Unreachable);
  EXPECT_THAT(run_ctl({"status", "--target", router_.server().http_address()}).err,
              HasSubstr("that port speaks HTTP: give the address of the router's --grpc-listen"));
}

TEST_F(Refusals, AddressesAndTenantsThatCannotBeAreSaidSo) {
  for (const char* target :
       {"", "router", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", "http://router:7070", ":7070"}) {
    const Said said = run_ctl({"status", "--target", target});
    EXPECT_EQ(said.code, ExitCode::BadConfig) << target;
    EXPECT_THAT(said.err, HasSubstr("expected HOST:PORT, like 127.0.0.1:7070"));
  }
  const Said tenant = ctl({"status", "--tenant", "\xc3\xbc"});
  EXPECT_EQ(tenant.code, ExitCode::BadConfig);
  EXPECT_THAT(tenant.err, HasSubstr("expected 1 to 64 letters, digits, '_' and '-'"));
}

TEST_F(Refusals, WhatIsRefusedPrintsNothing) {
  for (const char* format : {"table", "json", "yaml", "csv"}) {
    EXPECT_EQ(ctl({"queues", "slaes", "-o", format}).out, "") << format;
    EXPECT_EQ(ctl({"watch", "slaes", "-o", format}).out, "") << format;
  }
}

TEST_F(Refusals, FilesThatCannotBeUsedAreNamed) {
  const std::string nothing = write("ca.pem", "nothing");
  const std::string broken =
      write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  EXPECT_THAT(ctl({"status", "--ca", "/nowhere.pem"}).err,
              HasSubstr("--ca /nowhere.pem: No such file or directory"));
  EXPECT_THAT(ctl({"status", "--ca", nothing}).err, HasSubstr(nothing + ": has no CERTIFICATE in PEM"));
  EXPECT_THAT(ctl({"status", "--cert", broken, "--key", nothing}).err,
              HasSubstr(nothing + ": has no PRIVATE KEY in PEM"));
  EXPECT_EQ(ctl({"status", "--cert", broken}).code, ExitCode::BadConfig) << "a certificate without its key";
  EXPECT_THAT(ctl({"status", "--ca", broken}).err, HasSubstr("TLS failed: check --ca, --cert and --key"));
  EXPECT_THAT(ctl({"status", "--tls"}).err, HasSubstr("TLS: the router answers without it"));
  const Said folder = ctl({"config", "validate", router_.folder()});
  EXPECT_EQ(folder.code, ExitCode::BadConfig);
  EXPECT_THAT(folder.err, HasSubstr(": Is a directory"));
}

TEST_F(Refusals, AConfigurationWithErrorsEndsAsItsCheckDoes) {
  const std::string bad = write("bad.yaml", "queues:\n  - name: sales\n    offer_timout: 5s\n");
  const Said apply = ctl({"config", "apply", bad, "--as", "sue"});
  EXPECT_EQ(apply.code, ExitCode::BadConfig);
  EXPECT_THAT(apply.err, AllOf(HasSubstr("INVALID_CONFIGURATION"), HasSubstr("`config validate` shows")));
  EXPECT_EQ(ctl({"config", "validate", bad}).code, ExitCode::BadConfig);
}

TEST(LostAnswers, ComeWithTheIdThatMakesRepeatingSafe) {
  AnsweringRouter cut(Answers{{{}, {grpc::StatusCode::UNAVAILABLE, "Socket closed"}}});
  const Said submit = run_ctl({"submit", "c1", "sales", "--target", cut.address()});
  EXPECT_EQ(submit.code, ExitCode::Unreachable);
  EXPECT_THAT(submit.err,
              AllOf(HasSubstr("the connection was cut (Socket closed)"),
                    HasSubstr("it may have been done; to be sure, repeat it with --request-id ctl-")));
  EXPECT_THAT(run_ctl({"cancel", "c1", "--request-id", "r1", "--target", cut.address()}).err,
              HasSubstr("repeat it with --request-id r1\n"));
  EXPECT_THAT(run_ctl({"status", "--target", cut.address()}).err, Not(HasSubstr("request-id")));
  AnsweringRouter silent(Answers{{{}, grpc::Status::OK, true}});
  EXPECT_THAT(run_ctl({"act", "cancel", "c1", "--timeout", "1ms", "--target", silent.address()}).err,
              AllOf(HasSubstr("no answer within 1ms"), HasSubstr("repeat it with --request-id ctl-")));
  EXPECT_THAT(run_ctl({"submit", "c1", "sales", "--target", "127.0.0.1:1"}).err, Not(HasSubstr("request-id")))
      << "nobody got it";
}

TEST(OtherReleases, AreUnderstoodAsFarAsCanBe) {
  AnsweringRouter older(Answers{{{}, {grpc::StatusCode::UNIMPLEMENTED, ""}}});
  const Said unknown = run_ctl({"act", "list", "--target", older.address()});
  EXPECT_EQ(unknown.code, ExitCode::RequestRefused);
  EXPECT_THAT(unknown.err,
              HasSubstr("it does not know this request: is the router older than this cordboardctl?"));

  v1::SubmitContactResponse response;
  response.mutable_contact()->set_contact_id("c1");
  response.mutable_contact()->set_state(static_cast<v1::Contact::State>(99));
  AnsweringRouter newer(Answers{{{encoded(response)}}});
  const auto submit = [&](const char* format) {
    return run_ctl({"submit", "c1", "sales", "-o", format, "--target", newer.address()});
  };
  EXPECT_THAT(submit("table").out, HasSubstr("c1 is 99 in "));
  EXPECT_THAT(submit("json").out, HasSubstr("\"state\": 99"));
  EXPECT_EQ(submit("csv").code, ExitCode::Ok);
  EXPECT_EQ(submit("yaml").code, ExitCode::Ok);

  AnsweringRouter broken(Answers{{{garbage()}}});
  EXPECT_THAT(run_ctl({"status", "--target", broken.address()}).err,
              HasSubstr("the answer is not what this version of cordboardctl knows"));
}

TEST_F(TokenRefusals, ATokenIsReadAndSent) {
  const std::string token = write("token", issuer.sign(claims("olga", R"(["observer"])", kLater)) + "\n");
  EXPECT_EQ(ctl({"status", "--token-file", token}).code, ExitCode::Ok);
  const Said nobody = ctl({"status"});
  EXPECT_EQ(nobody.code, ExitCode::NotAllowed);
  EXPECT_THAT(nobody.err, AllOf(HasSubstr("NOT_AUTHENTICATED"), HasSubstr("give --token-file")));
  const Said no_role = ctl({"queue", "closed", "sales", "--token-file", token});
  EXPECT_EQ(no_role.code, ExitCode::NotAllowed);
  EXPECT_THAT(no_role.err, HasSubstr("NOT_ALLOWED"));
}

TEST_F(TokenRefusals, ATokenLeavesTheMachineEncryptedOnly) {
  const std::string token = write("token", "abc");
  // `127.example` is the name of a host somewhere.
  for (const char* target :
       {"router.example:7070", "127.example:7070", "localhost.example:7070", "10.0.0.1:7070"}) {
    const Said said = run_ctl({"status", "--target", target, "--token-file", token});
    EXPECT_EQ(said.code, ExitCode::BadConfig) << target;
    EXPECT_THAT(said.err, HasSubstr(std::string("a token is not sent to ") + target + " unencrypted"));
  }
  for (const char* target : {"127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1"})
    EXPECT_EQ(run_ctl({"status", "--target", target, "--token-file", token}).code, ExitCode::Unreachable)
        << target;
}

TEST_F(TokenRefusals, WhatIsNoTokenIsNotSentAndNotShown) {
  for (const char* wrong : {"geheim\nnis", "geheim nis", "geheim\xc3\xa9", "geheim\x7f"}) {
    const Said said = ctl({"status", "--token-file", write("token", wrong)});
    EXPECT_EQ(said.code, ExitCode::BadConfig) << wrong;
    EXPECT_THAT(said.err, AllOf(HasSubstr("is no part of a bearer token"), Not(HasSubstr("geheim"))));
  }
  EXPECT_THAT(ctl({"status", "--token-file", write("token", "\n")}).err, HasSubstr("is empty"));
  ::setenv("CORDBOARD_TOKEN", "geheim\nnis", 1);
  EXPECT_THAT(ctl({"status"}).err, HasSubstr("CORDBOARD_TOKEN: byte 7 is no part of a bearer token"));
  ::unsetenv("CORDBOARD_TOKEN");
}

}  // namespace
}  // namespace cordboard::testing
