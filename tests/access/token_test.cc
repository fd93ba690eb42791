// Which tokens are taken, and which not.

#include "router/access/token.h"

#include <gmock/gmock.h>

#include "tests/access/token_issuer.h"

namespace cordboard::testing {
namespace {

using ::testing::HasSubstr;

class TokenTest : public ::testing::Test {
 protected:
  TokenTest() {
    issuer_.add_key("one");
    config_.issuer = kIssuer;
    config_.audience = kAudience;
  }

  std::variant<Identity, std::string> verify(const std::string& token, Time now = kNow) {
    auto keys = parse_key_set(issuer_.key_set());
    if (const auto* wrong = std::get_if<std::string>(&keys)) return "keys: " + *wrong;
    return verify_token(token, std::get<KeySet>(keys), config_, now);
  }
  // Empty = it was taken.
  std::string refusal(const std::string& token, Time now = kNow) {
    const auto result = verify(token, now);
    const auto* const wrong = std::get_if<std::string>(&result);
    return wrong == nullptr ? "" : *wrong;
  }

  TokenIssuer issuer_;
  TokenConfig config_;
};

TEST_F(TokenTest, AGoodTokenSaysWhoItSpeaksOf) {
  const auto result = verify(issuer_.sign(claims("mona", R"(["supervisor","observer"])", kLater,
                                                 R"(,"cordboard_tenant":"acme","cordboard_agent":"m1")")));
  ASSERT_TRUE(std::holds_alternative<Identity>(result)) << std::get<std::string>(result);
  const auto& identity = std::get<Identity>(result);
  EXPECT_EQ(identity.name, "mona");
  EXPECT_EQ(identity.tenant, "acme");
  EXPECT_EQ(identity.agent_id, "m1");
  EXPECT_EQ(identity.roles, (Roles{Role::Supervisor, Role::Observer}));
  EXPECT_EQ(identity.expires_at, kLater);
}

TEST_F(TokenTest, TheSubjectIsTheAgentUnlessItSaysOtherwise) {
  const auto result = verify(issuer_.sign(claims("ana", R"(["agent"])", kLater)));
  ASSERT_TRUE(std::holds_alternative<Identity>(result));
  EXPECT_EQ(std::get<Identity>(result).agent_id, "ana");
  EXPECT_EQ(std::get<Identity>(result).tenant, "default");
}

TEST_F(TokenTest, AnRsaKeySignsToo) {
  issuer_.add_key("two", TokenIssuer::Kind::Rsa);
  EXPECT_EQ(refusal(issuer_.sign(claims("ana", R"(["agent"])", kLater), "RS256")), "");
}

TEST_F(TokenTest, ItEndsWithItsTime) {
  const std::string token = issuer_.sign(claims("ana", R"(["agent"])", kLater));
  EXPECT_EQ(refusal(token, kLater - std::chrono::seconds(1)), "");
  EXPECT_THAT(refusal(token, kLater), HasSubstr("expired"));
}

TEST_F(TokenTest, ItBeginsWithItsTime) {
  const std::string token = issuer_.sign(claims("ana", R"(["agent"])", kLater, R"(,"nbf":1700000060)"));
  EXPECT_THAT(refusal(token), HasSubstr("nbf"));
  EXPECT_EQ(refusal(token, kNow + std::chrono::seconds(31)), "");
}

TEST_F(TokenTest, ClaimsThatAreWrongAreNamed) {
  const std::string agent = R"(["agent"])";
  const auto with = [&](const std::string& text) { return refusal(issuer_.sign(text)); };
  EXPECT_THAT(with(R"({"iss":"https://other"})"), HasSubstr("iss"));
  EXPECT_THAT(with(R"({"iss":"https://id.test","aud":["x","y"]})"), HasSubstr("aud"));
  EXPECT_THAT(with(R"({"iss":"https://id.test","aud":"cordboard"})"), HasSubstr("exp"));
  EXPECT_THAT(with(R"({"iss":"https://id.test","aud":"cordboard","exp":"soon"})"), HasSubstr("exp"));
  EXPECT_THAT(with(R"({"iss":"https://id.test","aud":"cordboard","exp":1e300})"), HasSubstr("exp"));
  EXPECT_THAT(with(claims("", agent, kLater)), HasSubstr("sub"));
  EXPECT_THAT(with(claims("a b", agent, kLater)), HasSubstr("sub"));
  EXPECT_THAT(with(claims("ana", "[]", kLater)), HasSubstr("cordboard_roles"));
  EXPECT_THAT(with(claims("ana", R"("agent")", kLater)), HasSubstr("cordboard_roles"));
  EXPECT_THAT(with(claims("ana", R"(["agent","root"])", kLater)), HasSubstr("cordboard_roles"));
  EXPECT_THAT(with(claims("ana", agent, kLater, R"(,"cordboard_tenant":7)")), HasSubstr("cordboard_tenant"));
  EXPECT_THAT(with(claims("ana", agent, kLater, R"(,"iss":"https://other")")), HasSubstr("JSON"));
  EXPECT_THAT(with("[1]"), HasSubstr("JSON"));
  EXPECT_THAT(with("\xff"), HasSubstr("JSON"));
}

TEST_F(TokenTest, AnAudienceMayBeOneOfSeveral) {
  const std::string text = R"({"iss":"https://id.test","aud":["x","cordboard"],"sub":"ana","exp":1800000000,)"
                           R"("cordboard_roles":["agent"]})";
  EXPECT_EQ(refusal(issuer_.sign(text)), "");
}

TEST_F(TokenTest, AChangedTokenIsRefused) {
  const std::string good = issuer_.sign(claims("ana", R"(["agent"])", kLater));
  const std::size_t first = good.find('.');
  const std::size_t second = good.rfind('.');
  const std::string body = encode_base64url(claims("ana", R"(["admin"])", kLater));
  EXPECT_THAT(refusal(good.substr(0, first + 1) + body + good.substr(second)), HasSubstr("signature"));
  EXPECT_NE(refusal(good + "A"), "");
  EXPECT_NE(refusal(good + "="), "");
  EXPECT_NE(refusal(good + "."), "");
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(refusal(changed), "") << i;
    EXPECT_NE(refusal(good.substr(0, i)), "") << i;
  }
}

TEST_F(TokenTest, NobodySignsWithNothing) {
  const std::string body = encode_base64url(claims("ana", R"(["admin"])", kLater));
  for (const char* algorithm : {"none", "None", "NONE", "nOnE"}) {
    const std::string header = encode_base64url(R"({"alg":")" + std::string(algorithm) + R"("})");
    EXPECT_NE(refusal(header + "." + body + "."), "") << algorithm;
    EXPECT_NE(refusal(header + "." + body + ".AAAA"), "") << algorithm;
  }
}

// The public key is known to everybody; taken for the secret of HS256 it would sign anything.
TEST_F(TokenTest, ASecretOfTheSetSignsNothing) {
  issuer_.add_key("secret", TokenIssuer::Kind::Secret);
  const std::string token = issuer_.sign(claims("ana", R"(["admin"])", kLater), "HS256");
  ASSERT_NE(token, "");
  EXPECT_THAT(refusal(token), HasSubstr("algorithm"));
  config_.algorithms.push_back("HS256");  // the configuration refuses it, and even so
  EXPECT_THAT(refusal(token), HasSubstr("no key"));
}

TEST_F(TokenTest, OnlyAllowedAlgorithmsAreTaken) {
  config_.algorithms = {"RS256"};
  EXPECT_THAT(refusal(issuer_.sign(claims("ana", R"(["agent"])", kLater))), HasSubstr("algorithm"));
}

TEST_F(TokenTest, AnExtensionThatMustBeUnderstoodIsNot) {
  const std::string header = encode_base64url(R"({"alg":"ES256","kid":"one","crit":["x"],"x":1})");
  EXPECT_THAT(refusal(header + "." + encode_base64url("{}") + ".AAAA"), HasSubstr("crit"));
}

TEST_F(TokenTest, TheKeyIsFoundByItsId) {
  const std::string before = issuer_.sign(claims("ana", R"(["agent"])", kLater));
  issuer_.add_key("two");
  EXPECT_EQ(refusal(before), "");
  EXPECT_EQ(refusal(issuer_.sign(claims("ana", R"(["agent"])", kLater))), "");
  EXPECT_THAT(refusal(issuer_.sign(claims("ana", R"(["agent"])", kLater), "ES256", "three")),
              HasSubstr("no key"));
  EXPECT_THAT(refusal(issuer_.sign(claims("ana", R"(["agent"])", kLater), "ES256", "one")),
              HasSubstr("signature"));
  EXPECT_THAT(refusal(issuer_.sign(claims("ana", R"(["agent"])", kLater), "ES256", "")), HasSubstr("no key"));
  issuer_.remove_key("one");
  EXPECT_THAT(refusal(before), HasSubstr("no key"));
}

TEST_F(TokenTest, LongAndStrangeTextsAreRefused) {
  for (const std::string& text :
       {std::string(), std::string("."), std::string(".."), std::string("a.b.c"), std::string("....."),
        std::string("\0.\0.\0", 5), std::string(9'000, 'A')}) {
    EXPECT_NE(refusal(text), "") << text;
  }
}

// The library that reads tokens stops the process at some of these.
TEST_F(TokenTest, PaddingWhereNoneBelongsIsRefused) {
  const std::string good = issuer_.sign(claims("ana", R"(["agent"])", kLater));
  ASSERT_EQ(refusal(good), "");
  for (const std::string& text : {std::string("a=b=.c.d"), std::string("=.=.="), std::string("a.a=a.a"),
                                  good + "=", "=" + good, good.substr(0, good.size() - 1) + "="}) {
    EXPECT_NE(refusal(text), "") << text;
  }
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string text = good;
    text[i] = '=';
    EXPECT_NE(refusal(text), "") << text;
  }
}

TEST(KeySetTest, SaysWhatIsWrong) {
  const auto wrong = [](const std::string& text) {
    const auto keys = parse_key_set(text);
    const auto* const problem = std::get_if<std::string>(&keys);
    return problem == nullptr ? std::string() : *problem;
  };
  EXPECT_THAT(wrong(""), HasSubstr("expected"));
  EXPECT_THAT(wrong("{}"), HasSubstr("expected"));
  EXPECT_THAT(wrong(R"({"keys":[]})"), HasSubstr("no public key"));
  EXPECT_THAT(wrong(R"({"keys":[{"kty":"RSA","kid":"a"}]})"), HasSubstr("key \"a\""));
  EXPECT_THAT(wrong(R"({"keys":[{"kty":"RSA","kid":"a","n":"a=bc","e":"AQAB"}]})"), HasSubstr("key \"a\""));
  EXPECT_THAT(wrong(R"({"keys":[7]})"), HasSubstr("cannot be read"));
  EXPECT_THAT(wrong(R"({"keys":[{"kty":"oct","k":"AAAA"},{"kty":"RSA","use":"enc"}]})"),
              HasSubstr("no public key"));
}

}  // namespace
}  // namespace cordboard::testing
