// Reads what changes in the course of time: a list of pieces, each with the time from which on it counts, and
// after how long they begin anew.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents-sim/base/distribution.h"
#include "agents-sim/scenario/mapping.h"
#include "router/core/types.h"

namespace cordboard::sim {

// In order of time, the first at 0h. `read(item)` gives a Piece, whose `from` is what the key `time_key`
// says; `what` is the word for one in messages.
template <class Piece, class Read>
std::vector<Piece> read_pieces(const Reader& reader, std::string_view time_key, const std::string& what,
                               Read&& read) {
  std::vector<Piece> pieces;
  for (const Reader& item : reader.items()) {
    const Piece piece = read(item);
    if (pieces.empty() && piece.from != Duration::zero())
      item.error("the first " + what + " must start at 0h");
    if (!pieces.empty() && piece.from <= pieces.back().from) {
      item.error(what + "s must be in the order of `" + std::string(time_key) + "`");
    }
    pieces.push_back(piece);
  }
  if (reader.is_list() && pieces.empty()) reader.error("expected at least one " + what);
  return pieces;
}

// When `pieces` begin anew; kForever without the key.
template <class Piece>
Duration read_repetition(const std::optional<Reader>& repeat, const std::vector<Piece>& pieces) {
  if (!repeat) return kForever;
  const Duration after = repeat->duration({std::chrono::minutes{1}, kLongestSample}).value_or(kForever);
  if (!pieces.empty() && after <= pieces.back().from) repeat->error("must be later than the last time");
  return after;
}

}  // namespace cordboard::sim
