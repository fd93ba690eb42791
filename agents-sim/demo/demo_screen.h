// What the demo shows while it runs and at its end. On a terminal the table is drawn again in place;
// elsewhere (a pipe, a file) it is one line now and then.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "agents-sim/clients/watch_client.h"
#include "cordboard/v1/queue.pb.h"
#include "router/core/types.h"

namespace cordboard::sim {

class DemoScreen {
 public:
  // Times of the router are multiplied by `speed`: they are shown as the played people feel them.
  explicit DemoScreen(double speed);
  // Leaves the terminal as it was.
  ~DemoScreen();
  DemoScreen(const DemoScreen&) = delete;
  DemoScreen& operator=(const DemoScreen&) = delete;

  // How often show() makes sense, in real time.
  Duration interval() const;

  // `played` of `hour`, and what is going on, in words.
  void show(const WatchClient& watch, Duration played, Duration hour, std::string_view phase);
  // A sentence that stays.
  void note(const std::string& text);
  void report(const std::vector<v1::Queue>& queues);

 private:
  enum class Colour : std::uint8_t { Plain, Good, Near, Bad, Dim };

  std::string coloured(Colour colour, const std::string& text) const;
  static Colour colour_of(const v1::Queue& queue);
  std::string service_level_text(const v1::Queue& queue) const;
  std::string queue_line(const v1::Queue& queue) const;
  std::string agents_line(const WatchClient::Activities& activities) const;
  std::string target_text(const v1::Queue& queue) const;
  Duration longest_wait(const v1::Queue& queue) const;
  void draw(const std::vector<std::string>& lines);

  const double speed_;
  const bool terminal_;
  const bool colours_;
  std::size_t lines_drawn_ = 0;
};

}  // namespace cordboard::sim
