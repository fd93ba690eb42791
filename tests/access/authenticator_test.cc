// Who calls: tokens and certificates, and keys that change while the router runs.

#include "router/access/authenticator.h"

#include <gmock/gmock.h>

#include <fstream>

#include "tests/access/token_issuer.h"

namespace cordboard::testing {
namespace {

using ::testing::HasSubstr;

class AuthenticatorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "cordboard-keys-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    config_.tokens.jwks = (folder_ / "jwks.json").string();
    config_.tokens.issuer = kIssuer;
    config_.tokens.audience = kAudience;
    config_.certificates.push_back({"spiffe://test/gateway", "gateway.east", "acme", {Role::Gateway}, ""});
    issuer_.add_key("one");
    publish(issuer_.key_set());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Each time with a later time of writing, however fast the test is.
  void publish(const std::string& text) {
    std::ofstream(config_.tokens.jwks) << text;
    std::filesystem::last_write_time(config_.tokens.jwks,
                                     std::filesystem::file_time_type(std::chrono::seconds(++written_)));
  }
  void start() {
    auto created =
        Authenticator::create(config_, [this](const std::string& problem) { problems_.push_back(problem); });
    ASSERT_TRUE(std::holds_alternative<std::unique_ptr<Authenticator>>(created))
        << std::get<std::string>(created);
    authenticator_ = std::move(std::get<std::unique_ptr<Authenticator>>(created));
  }
  // The name, or "refused: ...".
  std::string who(const Credentials& credentials, Time now = kNow) {
    const auto result = authenticator_->authenticate(credentials, now);
    const auto* const identity = std::get_if<std::shared_ptr<const Identity>>(&result);
    return identity != nullptr ? (*identity)->name : "refused: " + std::get<std::string>(result);
  }
  std::string with_token(const std::string& token, Time now = kNow) {
    const std::string header = "Bearer " + token;
    return who({header, {}}, now);
  }
  std::string token(const std::string& subject) const {
    return issuer_.sign(claims(subject, R"(["agent"])", kLater));
  }

  std::filesystem::path folder_;
  AccessConfig config_;
  TokenIssuer issuer_;
  std::unique_ptr<Authenticator> authenticator_;
  std::vector<std::string> problems_;
  int written_ = 0;
};

TEST_F(AuthenticatorTest, TokensAndCertificatesNameTheCaller) {
  start();
  EXPECT_EQ(with_token(token("ana")), "ana");
  EXPECT_EQ(with_token(token("ana")), "ana");  // remembered
  EXPECT_EQ(who({"", {"other", "spiffe://test/gateway"}}), "gateway.east");
  const std::string header = "bEARER " + token("ben");
  EXPECT_EQ(who({header, {"spiffe://test/gateway"}}), "ben");  // the token goes first
}

TEST_F(AuthenticatorTest, CustomersDataAreForGatewaysAndAdminsAndForSupervisorsIfConfigured) {
  const auto sees = [&](const std::string& role) {
    const std::string header = "Bearer " + issuer_.sign(claims(role, "[\"" + role + "\"]", kLater));
    return std::get<std::shared_ptr<const Identity>>(authenticator_->authenticate({header, {}}, kNow))
        ->sees_customer_data;
  };
  start();
  for (const char* role : {"gateway", "admin"}) EXPECT_TRUE(sees(role)) << role;
  for (const char* role : {"supervisor", "observer", "agent"}) EXPECT_FALSE(sees(role)) << role;
  config_.supervisors_see_customer_data = true;
  start();
  EXPECT_TRUE(sees("supervisor"));
  for (const char* role : {"observer", "agent"}) EXPECT_FALSE(sees(role)) << role;
}

TEST_F(AuthenticatorTest, OthersAreToldWhatToDo) {
  start();
  EXPECT_THAT(who({}), HasSubstr("authorization: Bearer"));
  EXPECT_THAT(who({"Basic YTpi", {}}), HasSubstr("not a bearer token"));
  EXPECT_THAT(who({"Bearer ", {}}), HasSubstr("not a bearer token"));
  EXPECT_THAT(who({"", {"spiffe://test/other"}}), HasSubstr("server.access.certificates"));
  EXPECT_THAT(who({"Bearer x", {"spiffe://test/gateway"}}),
              HasSubstr("token is refused"));  // not by certificate then
}

TEST_F(AuthenticatorTest, ARememberedTokenExpires) {
  start();
  EXPECT_EQ(with_token(token("ana")), "ana");
  const std::string same = token("cleo");
  EXPECT_EQ(with_token(same), "cleo");
  EXPECT_THAT(with_token(same, kLater), HasSubstr("expired"));
}

TEST_F(AuthenticatorTest, KeysRotateWhileItRuns) {
  start();
  const std::string old = token("ana");
  EXPECT_EQ(with_token(old), "ana");
  issuer_.add_key("two");
  publish(issuer_.key_set());
  const Time next = kNow + kKeyFileCheck;
  EXPECT_EQ(with_token(token("ben"), next), "ben");
  EXPECT_EQ(with_token(old, next), "ana");
  issuer_.remove_key("one");
  publish(issuer_.key_set());
  EXPECT_THAT(with_token(old, next + kKeyFileCheck), HasSubstr("no key"));  // remembered or not
}

TEST_F(AuthenticatorTest, ABrokenFileOfKeysChangesNothing) {
  start();
  publish("{");
  EXPECT_EQ(with_token(token("ana"), kNow + kKeyFileCheck), "ana");
  ASSERT_EQ(problems_.size(), 1u);
  EXPECT_THAT(problems_.front(), HasSubstr("the keys before stay in force"));
  EXPECT_EQ(with_token(token("ben"), kNow + 2 * kKeyFileCheck), "ben");
  EXPECT_EQ(problems_.size(), 1u);
}

TEST_F(AuthenticatorTest, ItDoesNotStartWithoutKeys) {
  std::filesystem::remove(config_.tokens.jwks);
  const auto created = Authenticator::create(config_, nullptr);
  ASSERT_TRUE(std::holds_alternative<std::string>(created));
  EXPECT_THAT(std::get<std::string>(created), HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace cordboard::testing
