// What is wrong with a file that a person wrote, and where: all problems at once, in the order of the file.
//
//   deploy/x.yaml:12:5: queues[2].offer_timout: unknown key; did you mean offer_timeout?
//   deploy/x.yaml:31:15: warning: queues[4].requires: no declared agent can serve this queue
//
// An error means that the file must not be used; a warning is shown and the file is used. At most
// kMaxDiagnostics are kept, the others are only counted.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cordboard {

enum class Severity { Error, Warning };

struct Diagnostic {
  Severity severity = Severity::Error;
  std::string source;      // file name, or what stands for it
  int line = 0;            // from 1; 0 = the file as a whole
  int column = 0;          // from 1, in bytes; 0 when line is
  std::string path;        // of the key, "queues[2].offer_timeout"; empty = the document
  std::string message;     // what is wrong: expected and found
  std::string suggestion;  // what to write instead; may be empty
};

// One line without the line break, as in the examples above.
std::string to_string(const Diagnostic& diagnostic);

// A text from a file as it can stand within a line of valid UTF-8: control characters and broken sequences
// as "?", cut after 64 bytes.
std::string printable(std::string_view text);

inline constexpr std::size_t kMaxDiagnostics = 100;

// Ordered by line and column, then as added. Not thread-safe.
class Diagnostics {
 public:
  void add(Diagnostic diagnostic);

  const std::vector<Diagnostic>& all() const { return all_; }
  bool has_errors() const { return errors_ > 0; }
  std::size_t error_count() const { return errors_; }
  std::size_t warning_count() const { return warnings_; }
  // What is reported from now on is only counted.
  bool full() const { return all_.size() == kMaxDiagnostics; }
  // How many were reported beyond the limit and are not in all().
  std::size_t dropped() const { return errors_ + warnings_ - all_.size(); }

  // One diagnostic a line, each with a line break; the last line counts those that were dropped.
  std::string text() const;

 private:
  std::vector<Diagnostic> all_;
  std::size_t errors_ = 0;
  std::size_t warnings_ = 0;
};

// The candidate that `word` most likely stands for: smallest edit distance (a swap of neighbours counts
// as one), at most a third of the word's length and at least one; ties go to the earlier candidate. When
// none is that near, the only one that begins or ends with the word, or the other way round. Else empty.
std::string_view nearest_key(std::string_view word, const std::vector<std::string_view>& candidates);

// "did you mean X?", or empty when nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace cordboard
