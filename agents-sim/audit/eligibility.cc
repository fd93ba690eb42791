#include "agents-sim/audit/eligibility.h"

#include <cctype>
#include <charconv>

namespace cordboard::sim {
namespace {

// Reads on where the one before stopped; both sides of an `and` or `or` are read, whatever the first one
// says.
class Reader {
 public:
  Reader(std::string_view text, const std::vector<SkillLevel>& skills) : text_(text), skills_(skills) {
    next();
  }

  bool any_of() {
    bool holds = all_of();
    while (take("or")) holds = all_of() || holds;
    return holds;
  }

 private:
  bool all_of() {
    bool holds = one();
    while (take("and")) holds = one() && holds;
    return holds;
  }

  bool one() {
    if (take("not")) return !one();
    if (take("any") || word_.empty()) return true;
    if (take("(")) {
      const bool holds = any_of();
      take(")");
      return holds;
    }
    const int level = level_of(word_);
    next();
    return compare(level);
  }

  bool compare(int level) {
    for (const std::string_view sign : {">=", ">", "<=", "<", "==", "!="}) {
      if (!take(sign)) continue;
      int wanted = 0;
      std::from_chars(word_.data(), word_.data() + word_.size(), wanted);
      next();
      if (level == 0) return false;
      if (sign == ">=") return level >= wanted;
      if (sign == ">") return level > wanted;
      if (sign == "<=") return level <= wanted;
      if (sign == "<") return level < wanted;
      return (level == wanted) == (sign == "==");
    }
    return level > 0;
  }

  // 0: the agent does not have it.
  int level_of(std::string_view skill) const {
    for (const SkillLevel& known : skills_) {
      if (known.skill == skill) return known.level;
    }
    return 0;
  }

  bool take(std::string_view word) {
    if (word_ != word) return false;
    next();
    return true;
  }

  // A name or number, a parenthesis, or a comparison; empty at the end.
  void next() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    const std::size_t begin = at_;
    if (at_ < text_.size() && is_part_of_name(text_[at_])) {
      while (at_ < text_.size() && is_part_of_name(text_[at_])) ++at_;
    } else if (at_ < text_.size()) {
      const bool comparison = std::string_view("<>=!").find(text_[at_]) != std::string_view::npos;
      ++at_;
      if (comparison && at_ < text_.size() && text_[at_] == '=') ++at_;
    }
    word_ = text_.substr(begin, at_ - begin);
  }

  static bool is_part_of_name(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
  }

  const std::string_view text_;
  const std::vector<SkillLevel>& skills_;
  std::size_t at_ = 0;
  std::string_view word_;
};

}  // namespace

bool meets(std::string_view requirement, const std::vector<SkillLevel>& skills) {
  return Reader(requirement, skills).any_of();
}

}  // namespace cordboard::sim
