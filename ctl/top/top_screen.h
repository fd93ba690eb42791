// The terminal, by ncurses: draws lines, and reads keys. One at a time; gives the terminal back at its end.
// Colours as the terminal has them, none with NO_COLOR: what they say is in the text, too.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "ctl/top/top_state.h"

struct screen;

namespace cordboard::ctl {

class TopScreen {
 public:
  enum class Key : std::uint8_t { None, Quit, Other };

  // Throws CommandFailed (BadConfig) when $TERM names no terminal.
  TopScreen();
  ~TopScreen();
  TopScreen(const TopScreen&) = delete;
  TopScreen& operator=(const TopScreen&) = delete;

  // The next key that was pressed, if any; scrolls and resizes by itself.
  Key read_key(const TopState& state);
  void draw(const TopState& state, Time now, const std::string& where);

 private:
  void scroll(const TopState& state, long by);

  screen* screen_;         // SCREEN of ncurses
  std::size_t first_ = 0;  // queue on the screen
};

}  // namespace cordboard::ctl
