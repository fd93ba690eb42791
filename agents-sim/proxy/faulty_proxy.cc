#include "agents-sim/proxy/faulty_proxy.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "agents-sim/base/random.h"

namespace cordboard::sim {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Clock = std::chrono::steady_clock;
using boost::system::error_code;

constexpr double kDelayed = 0.1;  // share of the pieces
constexpr double kLongestDelayUs = 20'000;
constexpr double kLongestPauseUs = 2'000'000;

struct Counts {
  std::atomic<std::uint64_t> connections{0};
  std::atomic<std::uint64_t> delayed{0};
  std::atomic<std::uint64_t> paused{0};
  std::atomic<std::uint64_t> cut{0};
  std::atomic<std::uint64_t> half_closed{0};
  std::atomic<std::uint64_t> swallowed{0};
};

// One connection of a client, and one to the router. Lives until both are closed.
class Link : public std::enable_shared_from_this<Link> {
 public:
  using OnGone = std::function<void(Link*)>;

  Link(tcp::socket client, RandomStream random, Duration mean_life, Counts& counts, OnGone on_gone)
      : ways_{Way{std::move(client)}, Way{tcp::socket(client_executor(client))}},
        random_(std::move(random)),
        mean_life_(mean_life),
        counts_(counts),
        on_gone_(std::move(on_gone)),
        fate_(ways_[0].from.get_executor()) {}

  void open(const tcp::endpoint& target) {
    ways_[1].from.async_connect(target, [self = shared_from_this()](error_code error) {
      if (error) return self->cut();
      error_code ignored;
      for (Way& way : self->ways_) way.from.set_option(tcp::no_delay(true), ignored);
      self->relay(0);
      self->relay(1);
      self->plan_fate();
    });
  }

  // As when somebody pulls the plug of a machine that answers resets.
  void cut() {
    if (std::exchange(gone_, true)) return;
    fate_.cancel();
    for (Way& way : ways_) {
      error_code ignored;
      way.timer.cancel();
      way.from.set_option(asio::socket_base::linger(true, 0), ignored);
      way.from.close(ignored);
    }
    on_gone_(this);
  }

 private:
  // What comes from one side and goes to the other one.
  struct Way {
    explicit Way(tcp::socket socket) : from(std::move(socket)), timer(from.get_executor()) {}
    tcp::socket from;
    asio::steady_timer timer;
    std::array<char, 32'768> piece;
    Clock::time_point not_before{};
    bool ended = false;
  };

  static tcp::socket::executor_type client_executor(tcp::socket& client) { return client.get_executor(); }

  void relay(std::size_t index) {
    Way& way = ways_[index];
    way.from.async_read_some(asio::buffer(way.piece),
                             [self = shared_from_this(), index](error_code error, std::size_t size) {
                               if (error == asio::error::eof) return self->end(index);
                               if (error) return self->cut();
                               if (self->swallows_) return self->relay(index);
                               self->forward_later(index, size);
                             });
  }

  void forward_later(std::size_t index, std::size_t size) {
    Way& way = ways_[index];
    const Clock::time_point now = Clock::now();
    if (random_.chance(kDelayed)) {
      ++counts_.delayed;
      way.not_before = std::max(way.not_before, now + microseconds_up_to(kLongestDelayUs));
    }
    if (way.not_before <= now) return forward(index, size);
    way.timer.expires_at(way.not_before);
    way.timer.async_wait([self = shared_from_this(), index, size](error_code error) {
      if (!error) self->forward(index, size);
    });
  }

  void forward(std::size_t index, std::size_t size) {
    if (swallows_) return relay(index);
    asio::async_write(ways_[1 - index].from, asio::buffer(ways_[index].piece, size),
                      [self = shared_from_this(), index](error_code error, std::size_t) {
                        if (error) return self->cut();
                        self->relay(index);
                      });
  }

  // One side has closed its direction: the other one is told, and may go on.
  void end(std::size_t index) {
    error_code ignored;
    ways_[index].ended = true;
    ways_[1 - index].from.shutdown(tcp::socket::shutdown_send, ignored);
    if (ways_[1 - index].ended) cut();
  }

  std::chrono::microseconds microseconds_up_to(double longest) {
    return std::chrono::microseconds(static_cast<std::int64_t>(longest * random_.uniform()));
  }

  void plan_fate() {
    if (gone_) return;
    fate_.expires_after(microseconds_up_to(2 * static_cast<double>(mean_life_.count())));
    fate_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->meet_fate();
    });
  }

  void meet_fate() {
    if (gone_) return;
    const auto kind = static_cast<int>(random_.uniform() * 6);
    const auto index = static_cast<std::size_t>(random_.uniform() * 2);
    if (kind < 2) {
      ++counts_.paused;
      ways_[index].not_before = Clock::now() + microseconds_up_to(kLongestPauseUs);
      return plan_fate();
    }
    if (kind == 2) {
      ++counts_.half_closed;
      error_code ignored;
      ways_[index].from.shutdown(tcp::socket::shutdown_send, ignored);
      return cut_later();
    }
    if (kind == 3) {
      ++counts_.swallowed;
      swallows_ = true;
      return cut_later();
    }
    ++counts_.cut;
    cut();
  }

  void cut_later() {
    fate_.expires_after(microseconds_up_to(kLongestPauseUs));
    fate_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->cut();
    });
  }

  std::array<Way, 2> ways_;  // from the client, from the router
  RandomStream random_;
  const Duration mean_life_;
  Counts& counts_;
  const OnGone on_gone_;
  asio::steady_timer fate_;
  bool swallows_ = false;
  bool gone_ = false;
};

tcp::endpoint endpoint_of(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  asio::io_context io;
  return tcp::resolver(io).resolve(address.substr(0, colon), address.substr(colon + 1))->endpoint();
}

}  // namespace

class FaultyProxy::Impl {
 public:
  Impl(std::uint64_t seed, Duration mean_life)
      : seed_(seed),
        mean_life_(mean_life),
        acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    address_ = "127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    accept();
    thread_ = std::thread([this] { io_.run(); });
  }

  ~Impl() { close(); }

  void close() {
    if (!thread_.joinable()) return;
    asio::post(io_, [this] {
      acceptor_.close();
      for (const auto& link : std::set<std::shared_ptr<Link>>(links_)) link->cut();
      work_.reset();
    });
    thread_.join();
  }

  const std::string& address() const { return address_; }

  void lead_to(const std::string& target) {
    asio::post(io_, [this, endpoint = endpoint_of(target)] { target_ = endpoint; });
  }

  ProxyTally tally() const {
    return {counts_.connections, counts_.delayed,     counts_.paused,
            counts_.cut,         counts_.half_closed, counts_.swallowed};
  }

 private:
  void accept() {
    acceptor_.async_accept([this](error_code error, tcp::socket client) {
      if (error == asio::error::operation_aborted) return;
      if (!error && target_) open(std::move(client));
      accept();
    });
  }

  void open(tcp::socket client) {
    const std::uint64_t number = ++counts_.connections;
    auto link =
        std::make_shared<Link>(std::move(client), RandomStream(seed_, number, "proxy"), mean_life_, counts_,
                               [this](Link* gone) { links_.erase(gone->shared_from_this()); });
    links_.insert(link);
    link->open(*target_);
  }

  const std::uint64_t seed_;
  const Duration mean_life_;
  asio::io_context io_;
  asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
  tcp::acceptor acceptor_;
  std::string address_;
  std::optional<tcp::endpoint> target_;
  std::set<std::shared_ptr<Link>> links_;  // order means nothing
  Counts counts_;
  std::thread thread_;
};

FaultyProxy::FaultyProxy(std::uint64_t seed, Duration mean_life)
    : impl_(std::make_unique<Impl>(seed, mean_life)) {}
FaultyProxy::~FaultyProxy() = default;
const std::string& FaultyProxy::address() const { return impl_->address(); }
void FaultyProxy::lead_to(const std::string& target) { impl_->lead_to(target); }
void FaultyProxy::close() { impl_->close(); }
ProxyTally FaultyProxy::tally() const { return impl_->tally(); }

}  // namespace cordboard::sim
