// A requirement: which agents may serve a contact.
//
//   english >= 60 and (billing or refunds >= 30) and not trainee
//
//   expression := term { "or" term }
//   term       := factor { "and" factor }
//   factor     := "not" factor | "(" expression ")" | "any" | skill [ comparison level ]
//   comparison := ">=" | ">" | "<=" | "<" | "==" | "!="
//   skill      := letter or "_", then letters, digits, "_", "-", "."; not and, or, not, any
//   level      := 1..100
//
// A bare skill means level >= 1. Every comparison with a skill that the agent does not have is false, also
// `!=` and `<`. `any` and the empty text accept every agent. Key words are lower case.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "router/core/config.h"

namespace cordboard {

class Requirement {
 public:
  // Accepts every agent.
  Requirement() = default;

  // True when an agent with these skills may serve. `skills` is sorted by name, each name once.
  bool accepts(const std::vector<SkillLevel>& skills) const;

  // The same text for requirements that differ only in spacing, superfluous parentheses, or the order and
  // repetition of the operands of `and` and `or`; empty for a requirement that accepts every agent.
  const std::string& canonical() const { return canonical_; }

  // The terms that must all hold, in canonical order; none when it accepts every agent.
  std::vector<Requirement> clauses() const;

  // The skills it names, sorted, each once.
  const std::vector<std::string>& skills() const { return skills_; }

 private:
  friend class RequirementParser;
  friend Requirement all_of(const Requirement& a, const Requirement& b);
  friend Requirement any_of(const Requirement& a, const Requirement& b);

  enum class Comparison : std::uint8_t { AtLeast, Above, AtMost, Below, Equal, NotEqual };
  enum class Kind : std::uint8_t { Any, Skill, Not, And, Or };
  struct Node {
    Kind kind = Kind::Any;
    Comparison comparison = Comparison::AtLeast;
    std::uint8_t level = 1;
    std::string skill;
    std::vector<Node> operands;
  };

  static bool accepts(const Node& node, const std::vector<SkillLevel>& skills);
  static std::string normalise(Node& node);
  static std::string in_parentheses(const Node& node, const std::string& text);
  static std::string skill_text(const Node& node);
  static void collect_skills(const Node& node, std::vector<std::string>& skills);
  explicit Requirement(Node root);

  Node root_;
  std::string canonical_;
  std::vector<std::string> skills_;
};

// Of a text that a client or a configuration gives.
inline constexpr std::size_t kMaxRequirementLength = 1024;
inline constexpr std::size_t kMaxRequirementDepth = 32;

struct RequirementError {
  std::size_t position = 0;  // 0-based byte offset where the text stops making sense
  std::string expected;      // e.g. "a skill, 'not', 'any' or '('"

  std::string message() const;  // "at position 12: expected ..."
};

std::variant<Requirement, RequirementError> parse_requirement(std::string_view text);

// Reads what canonical() wrote. It spells out levels and parentheses, so it may be longer and deeper than
// the text it was made of; never more than a few times.
std::variant<Requirement, RequirementError> parse_canonical(std::string_view text);

// Accepts whom both accept; whom at least one accepts.
Requirement all_of(const Requirement& a, const Requirement& b);
Requirement any_of(const Requirement& a, const Requirement& b);

// Is `name` usable as a skill in the grammar above, at most 64 bytes long?
bool is_skill_name(std::string_view name);

}  // namespace cordboard
