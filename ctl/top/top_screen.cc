#include "ctl/top/top_screen.h"

#define NCURSES_NOMACROS  // else `scroll` and other common words are macros
#include <curses.h>

#include <algorithm>
#include <clocale>
#include <cstdlib>
#include <vector>

#include "ctl/client/command_failed.h"
#include "ctl/output/text_width.h"
#include "ctl/top/top_view.h"

namespace cordboard::ctl {
namespace {

constexpr int kHeadingLines = 5;

std::size_t lines_for_queues() { return static_cast<std::size_t>(std::max(LINES - kHeadingLines - 1, 1)); }

attr_t look_of(Tone tone) {
  switch (tone) {
    case Tone::Good:
      return COLOR_PAIR(1);
    case Tone::Near:
      return COLOR_PAIR(2);
    case Tone::Bad:
      return COLOR_PAIR(3) | A_BOLD;
    case Tone::Title:
      return A_BOLD;
    case Tone::Plain:
      break;
  }
  return A_NORMAL;
}

void put_line(int line, const TopLine& content) {
  if (line >= LINES) return;
  attrset(static_cast<int>(look_of(content.tone)));
  mvaddstr(line, 0, cut_to_width(content.text, static_cast<std::size_t>(COLS)).c_str());
  attrset(A_NORMAL);
}

}  // namespace

TopScreen::TopScreen() {
  std::setlocale(LC_CTYPE, "");
  // Not initscr(): that ends the program where the terminal is not known.
  screen_ = newterm(nullptr, stdout, stdin);
  if (screen_ == nullptr) {
    const char* const term = std::getenv("TERM");
    throw CommandFailed(ExitCode::BadConfig,
                        std::string("TERM=") + (term == nullptr ? "" : term) +
                            ": no such terminal is known here: set TERM, or give --count "
                            "to print as text");
  }
  cbreak();
  noecho();
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  curs_set(0);
  const char* const no_color = std::getenv("NO_COLOR");  // https://no-color.org
  if ((no_color == nullptr || *no_color == '\0') && has_colors()) {
    start_color();
    use_default_colors();
    init_pair(1, COLOR_GREEN, -1);
    init_pair(2, COLOR_YELLOW, -1);
    init_pair(3, COLOR_RED, -1);
  }
}

TopScreen::~TopScreen() {
  endwin();
  delscreen(screen_);
}

TopScreen::Key TopScreen::read_key(const TopState& state) {
  const int key = getch();
  switch (key) {
    case ERR:
      return Key::None;
    case 'q':
      return Key::Quit;
    case KEY_DOWN:
      scroll(state, 1);
      break;
    case KEY_UP:
      scroll(state, -1);
      break;
    case KEY_NPAGE:
      scroll(state, static_cast<long>(lines_for_queues()));
      break;
    case KEY_PPAGE:
      scroll(state, -static_cast<long>(lines_for_queues()));
      break;
    default:
      break;
  }
  return Key::Other;
}

void TopScreen::scroll(const TopState& state, long by) {
  const long last =
      std::max(static_cast<long>(state.queues().size()) - static_cast<long>(lines_for_queues()), 0L);
  first_ = static_cast<std::size_t>(std::clamp(static_cast<long>(first_) + by, 0L, last));
}

void TopScreen::draw(const TopState& state, Time now, const std::string& where) {
  scroll(state, 0);  // the window may have grown
  erase();
  int line = 0;
  const auto columns = static_cast<std::size_t>(COLS);
  for (const TopLine& content : top_heading(state, now, where, columns)) put_line(line++, content);
  const std::vector<TopLine> queues = top_queues(state, now, columns);
  const std::size_t shown = std::min(lines_for_queues(), queues.size() - std::min(first_, queues.size()));
  for (std::size_t i = 0; i < shown; ++i) put_line(line++, queues[first_ + i]);
  put_line(LINES - 1, top_footing(state, first_, shown));
  refresh();
}

}  // namespace cordboard::ctl
