// Sealing: what opens, what does not, and what can be compared.
#include "router/privacy/seal.h"

#include <gtest/gtest.h>
#include <openssl/hmac.h>

namespace cordboard {
namespace {

constexpr std::size_t kPlace = 12;  // in front of what is authenticated

KeyBytes key_of(unsigned char first) {
  KeyBytes key{};
  key[0] = first;
  return key;
}

TEST(Seal, OpensWithItsKeyForItsContact) {
  const std::string attributes(4096, 'x');
  for (const auto& [customer, text] : {std::pair<std::string, std::string>{"+31201234567", "{\"vip\":true}"},
                                       {"", "only attributes"},
                                       {"only a customer", ""},
                                       {std::string(128, 'c'), attributes}}) {
    const std::string sealed = seal(key_of(1), "call-1", customer, text);
    const auto opened = unseal(key_of(1), "call-1", sealed);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->customer, customer);
    EXPECT_EQ(opened->attributes, text);
    EXPECT_FALSE(unseal(key_of(2), "call-1", sealed));
    EXPECT_FALSE(unseal(key_of(1), "call-2", sealed));
  }
}

TEST(Seal, HoldsNothingInTheClear) {
  const std::string sealed = seal(random_key(), "call-1", "+31201234567", "a secret of four words");
  EXPECT_EQ(sealed.find("3120123"), std::string::npos);
  EXPECT_EQ(sealed.find("secret"), std::string::npos);
}

TEST(Seal, EveryChangedBitAndEveryCutIsNoticed) {
  const std::string sealed = seal(key_of(1), "call-1", "ana", "text");
  for (std::size_t bit = kPlace * 8; bit < sealed.size() * 8; ++bit) {
    std::string changed = sealed;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(unseal(key_of(1), "call-1", changed)) << "bit " << bit;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_FALSE(unseal(key_of(1), "call-1", sealed.substr(0, size))) << "cut at " << size;
  }
}

TEST(Seal, TheEngineMayMoveWhatNoEngineTakes) {
  const std::string sealed = seal(key_of(1), "", "ana", "text");  // refused later: a contact without an id
  EXPECT_TRUE(unseal(key_of(1), "", sealed));
}

TEST(Seal, ThePlaceOfTheKeyIsPutInFront) {
  std::string sealed = seal(key_of(1), "call-1", "ana", "text");
  EXPECT_EQ(place_of(sealed), KeyPlace{});
  const KeyPlace place{0xfedcba98u, 0x0123456789abcdefull};
  set_place(sealed, place);
  EXPECT_EQ(place_of(sealed), place);
  EXPECT_TRUE(unseal(key_of(1), "call-1", sealed));
  EXPECT_EQ(place_of("short"), KeyPlace{});
}

TEST(Seal, KeysAreFresh) { EXPECT_NE(random_key(), random_key()); }

TEST(Pseudonyms, AreTheSameForTheSameSecretOnly) {
  const Pseudonyms one(key_of(1));
  const Pseudonyms other(key_of(2));
  EXPECT_EQ(one.of_customer("ana").size(), kPseudonymBytes);
  EXPECT_EQ(one.of_customer("ana"), Pseudonyms(key_of(1)).of_customer("ana"));
  EXPECT_NE(one.of_customer("ana"), one.of_customer("anb"));
  EXPECT_NE(one.of_customer("ana"), other.of_customer("ana"));
  EXPECT_EQ(one.of_text("ana"), Pseudonyms(key_of(1)).of_text("ana"));
  EXPECT_NE(one.of_text("ana"), one.of_text(""));
  EXPECT_NE(one.of_text("ana"), other.of_text("ana"));
}

TEST(Pseudonyms, AreHmacSha256) {
  const KeyBytes secret = random_key();
  const std::string text = "c+31201234567";
  std::array<unsigned char, 32> expected;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), expected.data(), nullptr);
  EXPECT_EQ(Pseudonyms(secret).of_customer(text.substr(1)),
            std::string(reinterpret_cast<const char*>(expected.data()), kPseudonymBytes));
}

}  // namespace
}  // namespace cordboard
