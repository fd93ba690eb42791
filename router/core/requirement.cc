#include "router/core/requirement.h"

#include <algorithm>
#include <utility>

namespace cordboard {
namespace {

constexpr std::size_t kMaxNameLength = 64;

struct TextLimits {
  std::size_t length;
  std::size_t depth;
};
constexpr TextLimits kGivenText{kMaxRequirementLength, kMaxRequirementDepth};
// `a or b` has 5 characters for each operand but the last, and `a >= 1 or b >= 1` has 10; the parentheses
// around a term that needed none are 2 more. Every level, and the one outside, can get one pair of those.
constexpr TextLimits kCanonicalText{3 * kMaxRequirementLength, 2 * kMaxRequirementDepth + 1};

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
  RequirementParser(std::string_view text, const TextLimits& limits) : text_(text), limits_(limits) {}

  std::variant<Requirement, RequirementError> parse() {
    if (text_.size() > limits_.length) {
      return RequirementError{limits_.length, "at most " + std::to_string(limits_.length) + " characters"};
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
    if (++depth_ > limits_.depth) {
      fail("at most " + std::to_string(limits_.depth) + " nested parentheses and nots");
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

  const std::string_view text_;
  const TextLimits limits_;
  std::size_t position_ = 0;
  std::size_t depth_ = 0;
  bool failed_ = false;
  RequirementError error_;
};

std::variant<Requirement, RequirementError> parse_requirement(std::string_view text) {
  return RequirementParser(text, kGivenText).parse();
}

std::variant<Requirement, RequirementError> parse_canonical(std::string_view text) {
  return RequirementParser(text, kCanonicalText).parse();
}

Requirement::Requirement(Node root) : root_(std::move(root)) {
  canonical_ = normalise(root_);
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

Requirement any_of(const Requirement& a, const Requirement& b) {
  if (a.canonical().empty() || b.canonical().empty()) return {};
  return Requirement({.kind = Requirement::Kind::Or, .operands = {a.root_, b.root_}});
}

std::vector<Requirement> Requirement::clauses() const {
  if (canonical_.empty()) return {};
  if (root_.kind != Kind::And) return {*this};
  std::vector<Requirement> clauses;
  for (const Node& operand : root_.operands) clauses.push_back(Requirement(operand));
  return clauses;
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

// Rewrites the node to the form that the text describes: nested `and`s (and `or`s) flattened, operands
// sorted, repeated ones dropped, a chain of one replaced by its operand.
std::string Requirement::normalise(Node& node) {
  switch (node.kind) {
    case Kind::Any:
      return "any";
    case Kind::Skill:
      return skill_text(node);
    case Kind::Not: {
      const std::string text = normalise(node.operands.front());
      return "not " + in_parentheses(node.operands.front(), text);
    }
    case Kind::And:
    case Kind::Or:
      break;
  }
  std::vector<std::pair<std::string, Node>> operands;
  for (Node& operand : node.operands) {
    std::string text = normalise(operand);
    if (operand.kind != node.kind) {
      operands.emplace_back(in_parentheses(operand, text), std::move(operand));
      continue;
    }
    for (Node& inner : operand.operands) {
      std::string inner_text = normalise(inner);
      operands.emplace_back(in_parentheses(inner, inner_text), std::move(inner));
    }
  }
  const auto by_text = [](const auto& a, const auto& b) { return a.first < b.first; };
  const auto same_text = [](const auto& a, const auto& b) { return a.first == b.first; };
  std::sort(operands.begin(), operands.end(), by_text);
  operands.erase(std::unique(operands.begin(), operands.end(), same_text), operands.end());
  if (operands.size() == 1) {
    node = Node(std::move(operands.front().second));
    return normalise(node);
  }
  const std::string_view joint = node.kind == Kind::And ? " and " : " or ";
  std::string joined;
  node.operands.clear();
  for (auto& [text, operand] : operands) {
    if (!joined.empty()) joined += joint;
    joined += text;
    node.operands.push_back(std::move(operand));
  }
  return joined;
}

std::string Requirement::in_parentheses(const Node& node, const std::string& text) {
  const bool chained = node.kind == Kind::And || node.kind == Kind::Or;
  return chained ? "(" + text + ")" : text;
}

std::string Requirement::skill_text(const Node& node) {
  static constexpr std::string_view kSymbols[] = {">=", ">", "<=", "<", "==", "!="};
  const auto symbol = kSymbols[static_cast<std::size_t>(node.comparison)];
  return node.skill + " " + std::string(symbol) + " " + std::to_string(node.level);
}

void Requirement::collect_skills(const Node& node, std::vector<std::string>& skills) {
  if (node.kind == Kind::Skill) skills.push_back(node.skill);
  for (const Node& operand : node.operands) collect_skills(operand, skills);
}

}  // namespace cordboard
