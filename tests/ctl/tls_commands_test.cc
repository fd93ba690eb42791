// cordboardctl and a router with server.tls: what each of them has to bring, and what is said when it does
// not.

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/access/test_certificates.h"
#include "tests/ctl/said.h"
#include "tests/grpc/server_under_test.h"
#include "tests/store/store_testing.h"

namespace cordboard::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kSue = "spiffe://test/sue";

class TlsCommands : public ::testing::Test {
 protected:
  // A router with a certificate for these names; it wants one of its clients, too, if asked for.
  std::unique_ptr<ServerUnderTest> router(const std::string& names, bool asks_clients = false) {
    const KeyAndCertificate made = authority_.issue(names);
    ServerUnderTest::Options options;
    options.server.tls.certificate = write("router.crt", made.certificate);
    options.server.tls.key = write("router.key", made.key);
    if (asks_clients) {
      options.server.tls.client_ca = write("clients.pem", authority_.certificate());
      CertificateGrant sue;
      sue.san = kSue;
      sue.name = "sue";
      sue.roles = {Role::Observer};
      options.server.access.certificates.push_back(sue);
    }
    return std::make_unique<ServerUnderTest>(options);
  }
  static Said status(ServerUnderTest& router, const std::vector<std::string>& more) {
    std::vector<std::string> words = {"status", "--target", router.server().grpc_address()};
    words.insert(words.end(), more.begin(), more.end());
    return run_ctl(words);
  }
  std::string write(const std::string& name, const std::string& text) {
    const std::string path = folder_.path() / name;
    write_file(path, text);
    return path;
  }

  TempDirectory folder_{memory_directory()};
  TestAuthority authority_;
  const std::string ca_ = write("ca.pem", authority_.certificate());
};

TEST_F(TlsCommands, TheRoutersAuthorityIsNeeded) {
  const auto tls = router("IP:127.0.0.1");
  EXPECT_EQ(status(*tls, {"--ca", ca_}).code, ExitCode::Ok);
  const Said plain = status(*tls, {});
  EXPECT_EQ(plain.code, ExitCode::Unreachable);
  EXPECT_THAT(plain.err, HasSubstr("one with server.tls needs --ca"));
  const TestAuthority stranger;
  const std::string other = write("other.pem", stranger.certificate());
  EXPECT_THAT(
      status(*tls, {"--ca", other}).err,
      HasSubstr("TLS: the router's certificate is not signed by an authority in " + other + ": check --ca"));
  EXPECT_THAT(status(*tls, {"--tls"}).err, HasSubstr("is not signed by an authority in the system's list"));
}

TEST_F(TlsCommands, TheCertificateHasToBeForThisHost) {
  const auto tls = router("DNS:router.test");
  const Said said = status(*tls, {"--ca", ca_});
  EXPECT_EQ(said.code, ExitCode::Unreachable);
  EXPECT_THAT(said.err,
              HasSubstr("TLS: the router's certificate is for another host: give --target the name in it"));
}

TEST_F(TlsCommands, TheClientsCertificateIsSentWhereItIsWanted) {
  const auto tls = router("IP:127.0.0.1", true);
  const KeyAndCertificate mine = authority_.issue(std::string("URI:") + kSue);
  const std::string certificate = write("mine.crt", mine.certificate);
  const std::string key = write("mine.key", mine.key);
  EXPECT_EQ(status(*tls, {"--ca", ca_, "--cert", certificate, "--key", key}).code, ExitCode::Ok);
  const Said without = status(*tls, {"--ca", ca_});
  EXPECT_EQ(without.code, ExitCode::NotAllowed);
  EXPECT_THAT(without.err, HasSubstr("give --token-file, or --cert and --key"));
  const std::string other_key = write("other.key", authority_.issue("URI:spiffe://test/eve").key);
  EXPECT_THAT(status(*tls, {"--ca", ca_, "--cert", certificate, "--key", other_key}).err,
              HasSubstr("TLS failed: check --ca, --cert and --key"));
}

}  // namespace
}  // namespace cordboard::testing
