// The files of server.tls: what is wrong is said before anything listens.

#include "router/access/certificate.h"

#include <gmock/gmock.h>

#include <chrono>
#include <fstream>

#include "tests/access/test_certificates.h"

namespace cordboard::testing {
namespace {

using ::testing::HasSubstr;

class CertificateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "cordboard-tls-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string file(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return (folder_ / name).string();
  }

  std::filesystem::path folder_;
  TestAuthority authority_;
};

TEST_F(CertificateTest, SaysWhichFileIsWrong) {
  const KeyAndCertificate one = authority_.issue("DNS:a.test");
  const KeyAndCertificate two = authority_.issue("DNS:b.test");
  const TlsConfig good{file("one.crt", one.certificate), file("one.key", one.key),
                       file("ca.crt", authority_.certificate())};
  EXPECT_EQ(check_tls_files(good), std::nullopt);
  TlsConfig wrong = good;
  wrong.certificate = file("none.crt", "nothing");
  EXPECT_THAT(*check_tls_files(wrong), HasSubstr("server.tls.certificate"));
  wrong = good;
  wrong.key = (folder_ / "absent").string();
  EXPECT_THAT(*check_tls_files(wrong), HasSubstr("no private key"));
  wrong.key = file("two.key", two.key);
  EXPECT_THAT(*check_tls_files(wrong), HasSubstr("not the key of"));
  wrong = good;
  wrong.client_ca = file("empty", "");
  EXPECT_THAT(*check_tls_files(wrong), HasSubstr("server.tls.client_ca"));
}

TEST_F(CertificateTest, TellsWhenItEnds) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto ends = certificate_expiry(file("one.crt", authority_.issue("DNS:a.test", 7200).certificate));
  ASSERT_TRUE(ends);
  const auto left = ends->time_since_epoch() - now;
  EXPECT_GT(left, std::chrono::seconds(7100));
  EXPECT_LE(left, std::chrono::seconds(7200));
  EXPECT_EQ(certificate_expiry(folder_ / "absent"), std::nullopt);
}

}  // namespace
}  // namespace cordboard::testing
