#include "router/core/requirement.h"

#include <algorithm>
#include <utility>

namespace cordboard {
namespace {

constexpr std::size_t kMaxNameLength = 64;

constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_name_character(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '.'; }
constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_keyword(std::string_view word) {
  return word == "and" || word == "or" || word == "not" || word == "any";
}

}  // namespace

bool is_skill_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxNameLength && is_letter(name.front()) &&
         std::all_of(name.begin(), name.end(), is_name_character) && !is_keyword(name);
}

std::string RequirementError::message() const {
  return "at position " + std::to_string(position) + ": expected " + expected;
}

// Recursive descent over one text. The first error wins; after it every function returns at once.
class RequirementParser {
 public:
  explicit RequirementParser(std::string_view text) : text_(text) {}

  std::variant<Requirement, RequirementError> parse() {
    if (text_.size() > kMaxRequirementLength) {
      return RequirementError{kMaxRequirementLength,
                              "at most " + std::to_string(kMaxRequirementLength) + " characters"};
    }
    skip_spaces();
    if (at_end()) return Requirement{};
    Node root = expression();
    if (!failed_ && !at_end()) fail("'and', 'or' or the end");
    if (failed_) return error_;
    return Requirement(std::move(root));
  }

 private:
  using Node = Requirement::Node;
  using Kind = Requirement::Kind;
  using Comparison = Requirement::Comparison;

  bool at_end() const { return position_ >= text_.size(); }
  void skip_spaces() {
    while (!at_end() && is_space(text_[position_])) ++position_;
  }
  void fail(std::string expected) {
    if (failed_) return;
    failed_ = true;
    error_ = {position_, std::move(expected)};
  }

  std::string_view peek_word() const {
    std::size_t end = position_;
    while (end < text_.size() && is_name_character(text_[end])) ++end;
    return text_.substr(position_, end - position_);
  }
  bool take_word(std::string_view word) {
    if (peek_word() != word) return false;
    position_ += word.size();
    skip_spaces();
    return true;
  }
  bool take_symbol(std::string_view symbol) {
    if (!text_.substr(position_).starts_with(symbol)) return false;
    position_ += symbol.size();
    skip_spaces();
    return true;
  }

  Node expression() { return chain(Kind::Or, "or", &RequirementParser::term); }
  Node term() { return chain(Kind::And, "and", &RequirementParser::factor); }

  Node chain(Kind kind, std::string_view keyword, Node (RequirementParser::*operand)()) {
    Node first = (this->*operand)();
    if (failed_ || peek_word() != keyword) return first;
    Node node{.kind = kind};
    node.operands.push_back(std::move(first));
    while (!failed_ && take_word(keyword)) node.operands.push_back((this->*operand)());
    return node;
  }

  Node factor() {
    if (++depth_ > kMaxRequirementDepth) {
      fail("at most " + std::to_string(kMaxRequirementDepth) + " nested parentheses and nots");
    }
    Node node;
    if (failed_) return node;
    if (take_word("not")) {
      node.kind = Kind::Not;
      node.operands.push_back(factor());
    } else if (take_symbol("(")) {
      node = expression();
      if (!failed_ && !take_symbol(")")) fail("'and', 'or' or ')'");
    } else if (!take_word("any")) {
      node = skill();
    }
    --depth_;
    return node;
  }

  Node skill() {
    const std::string_view word = peek_word();
    Node node{.kind = Kind::Skill};
    if (!is_skill_name(word)) {
      fail("a skill, 'not', 'any' or '('");
      return node;
    }
    node.skill = word;
    position_ += word.size();
    skip_spaces();
    if (comparison(node)) level(node);
    return node;
  }

  bool comparison(Node& node) {
    static constexpr std::pair<std::string_view, Comparison> kSymbols[] = {
        {">=", Comparison::AtLeast},  {"<=", Comparison::AtMost}, {"==", Comparison::Equal},
        {"!=", Comparison::NotEqual}, {">", Comparison::Above},   {"<", Comparison::Below}};
    for (const auto& [symbol, meaning] : kSymbols) {
      if (!take_symbol(symbol)) continue;
      node.comparison = meaning;
      return true;
    }
    return false;
  }

  void level(Node& node) {
    std::size_t end = position_;
    std::uint32_t value = 0;
    while (end < text_.size() && is_digit(text_[end]) && end - position_ < 4) {
      value = value * 10 + static_cast<std::uint32_t>(text_[end] - '0');
      ++end;
    }
    const bool ends_in_name = end < text_.size() && is_name_character(text_[end]);
    if (end == position_ || ends_in_name || value < 1 || value > 100) {
      fail("a level from 1 to 100");
      return;
    }
    node.level = static_cast<std::uint8_t>(value);
    position_ = end;
    skip_spaces();
  }

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t depth_ = 0;
  bool failed_ = false;
  RequirementError error_;
};

std::variant<Requirement, RequirementError> parse_requirement(std::string_view text) {
  return RequirementParser(text).parse();
}

Requirement::Requirement(Node root) : root_(std::move(root)) {
  canonical_ = canonical_text(root_);
  if (canonical_ == "any") canonical_.clear();
  collect_skills(root_, skills_);
  std::sort(skills_.begin(), skills_.end());
  skills_.erase(std::unique(skills_.begin(), skills_.end()), skills_.end());
}

Requirement all_of(const Requirement& a, const Requirement& b) {
  if (a.canonical().empty()) return b;
  if (b.canonical().empty()) return a;
  return Requirement({.kind = Requirement::Kind::And, .operands = {a.root_, b.root_}});
}

bool Requirement::accepts(const std::vector<SkillLevel>& skills) const { return accepts(root_, skills); }

bool Requirement::accepts(const Node& node, const std::vector<SkillLevel>& skills) {
  const auto accepted = [&](const Node& operand) { return accepts(operand, skills); };
  switch (node.kind) {
    case Kind::Any:
      return true;
    case Kind::Not:
      return !accepted(node.operands.front());
    case Kind::And:
      return std::all_of(node.operands.begin(), node.operands.end(), accepted);
    case Kind::Or:
      return std::any_of(node.operands.begin(), node.operands.end(), accepted);
    case Kind::Skill:
      break;
  }
  const auto found =
      std::lower_bound(skills.begin(), skills.end(), node.skill,
                       [](const SkillLevel& s, const std::string& name) { return s.skill < name; });
  if (found == skills.end() || found->skill != node.skill) return false;
  switch (node.comparison) {
    case Comparison::AtLeast:
      return found->level >= node.level;
    case Comparison::Above:
      return found->level > node.level;
    case Comparison::AtMost:
      return found->level <= node.level;
    case Comparison::Below:
      return found->level < node.level;
    case Comparison::Equal:
      return found->level == node.level;
    case Comparison::NotEqual:
      return found->level != node.level;
  }
  return false;
}

// Also flattens nested `and` and `or` of the same kind, so that (a and b) and c is a and b and c.
std::string Requirement::canonical_text(Node& node) {
  switch (node.kind) {
    case Kind::Any:
      return "any";
    case Kind::Not: {
      Node& operand = node.operands.front();
      const std::string text = canonical_text(operand);
      const bool chained = operand.kind == Kind::And || operand.kind == Kind::Or;
      return chained ? "not (" + text + ")" : "not " + text;
    }
    case Kind::Skill: {
      static constexpr std::string_view kSymbols[] = {">=", ">", "<=", "<", "==", "!="};
      const auto symbol = kSymbols[static_cast<std::size_t>(node.comparison)];
      return node.skill + " " + std::string(symbol) + " " + std::to_string(node.level);
    }
    case Kind::And:
    case Kind::Or:
      break;
  }
  std::vector<std::string> texts;
  std::vector<Node> flat;
  for (Node& operand : node.operands) {
    canonical_text(operand);
    if (operand.kind == node.kind) {
      std::move(operand.operands.begin(), operand.operands.end(), std::back_inserter(flat));
    } else {
      flat.push_back(std::move(operand));
    }
  }
  for (Node& operand : flat) {
    std::string text = canonical_text(operand);
    const bool chained = operand.kind == Kind::And || operand.kind == Kind::Or;
    texts.push_back(chained ? "(" + text + ")" : std::move(text));
  }
  node.operands = std::move(flat);
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  std::string joined = texts.front();
  for (std::size_t i = 1; i < texts.size(); ++i)
    joined += (node.kind == Kind::And ? " and " : " or ") + texts[i];
  return joined;
}

void Requirement::collect_skills(const Node& node, std::vector<std::string>& skills) {
  if (node.kind == Kind::Skill) skills.push_back(node.skill);
  for (const Node& operand : node.operands) collect_skills(operand, skills);
}

}  // namespace cordboard
