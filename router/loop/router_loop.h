// The only code that touches an Engine in the router: takes requests, applies them, makes them durable,
// and only then lets anybody see what came of them.
//
//   edges --submit, query--> Inbox --> apply, encode, stage --> LogWriter (append, sync)
//                                                                  |
//   edges <--Reply, Release, Publisher::release-- EventGate <------+ durable up to sequence n
//
// Rules
// - The requests of one submit are applied in their order; those of one thread in the order of its calls.
// - Nothing derived from a command is visible before the command is durable. This includes rejections and
//   query results: they tell something about the commands before them.
// - One time stamp for each batch, never before the one before it. AdvanceTime goes first when it is due.
// - Applying goes on while earlier commands are synced, until `unsynced_*_limit` or `held_answers_limit`;
//   then the inbox is left to fill, and its producers are told Overloaded at once.
// - An error of the store is final: nothing more is acknowledged, everything is refused as Unavailable,
//   and `on_failure` lets main end the process. What was not acknowledged may or may not survive.
//
// One RouterLoop per tenant. All run on one io_context with one thread ("the loop's thread"); each has a
// thread of its own for the log. The io_context, the clock and the publishers must outlive it.

#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "router/core/engine.h"
#include "router/loop/clock.h"
#include "router/loop/log_writer.h"
#include "router/loop/publisher.h"
#include "router/loop/recovery.h"
#include "router/loop/refused_attempts.h"
#include "router/loop/request.h"
#include "router/loop/stats.h"
#include "router/store/store.h"

namespace cordboard {

struct RouterLoopOptions {
  // Requests, queries and heartbeats taken and not yet applied. One more is Overloaded, and a submit of more
  // than this always is.
  std::uint64_t inbox_limit = 65'536;
  // Requests applied under one time stamp before the log writer gets them and other tenants get a turn. The
  // requests of one submit are never split.
  std::uint64_t batch_limit = 1'024;
  // How far applying may run ahead of the disk; checked before each batch.
  std::uint64_t unsynced_records_limit = 65'536;
  std::uint64_t unsynced_bytes_limit = 64ull << 20;
  // Replies and query results that wait for the disk. Rejections, repetitions and queries need no record, so
  // that the limits above do not count them.
  std::uint64_t held_answers_limit = 65'536;
  // Commands between two snapshots; 0 = only when stopping. Replay of as many bounds the time of a start.
  // They are made beside the loop's thread, see SnapshotBuilder.
  std::uint64_t snapshot_every = 2'000'000;
  // Take a snapshot when stopping, so that the next start replays nothing.
  bool snapshot_at_stop = true;
  // While the disk has fewer bytes left, new contacts are refused (DiskNearlyFull) and no snapshots are
  // taken, so that what is under way can be brought to its end. 0 = off.
  std::uint64_t disk_reserve = 0;
  // Commands that stay in the log when a restart does not need them any more. What is older than these, and
  // than the snapshot before the newest, is trimmed after each snapshot.
  std::uint64_t keep_log = 0;
  // How far back rows of history are kept; see HistoryRecorder.
  Duration keep_history = kMaxKeepHistory;
  // An agent that nothing is heard of for longer than this is disconnected. > 0.
  Duration heartbeat_timeout = 30s;
};

class RouterLoop {
 public:
  using Release = cordboard::Release;
  using Query = EngineQuery;
  // Called once, on the loop's thread.
  using OnFailure = std::function<void(const StoreError&)>;
  // Called on the loop's thread: something in the store is not as it should be, and was got over. One line.
  using OnWarning = std::function<void(const std::string&)>;
  // Called once, on the loop's thread: without an error everything is durable.
  using OnStopped = UniqueFunction<void(const std::optional<StoreError>&)>;

  RouterLoop(boost::asio::io_context& io, Clock& clock, std::unique_ptr<Store> store, Recovered recovered,
             RouterLoopOptions options, OnFailure on_failure, OnWarning on_warning = {});
  // Without a stop() before: like a crash, what is not durable yet is dropped and its replies are destroyed.
  // REQUIRES: on the loop's thread, or the io_context runs no more.
  ~RouterLoop();
  RouterLoop(const RouterLoop&) = delete;
  RouterLoop& operator=(const RouterLoop&) = delete;

  // ---- Before start(), or on the loop's thread (that is, from a query) ----

  void add_publisher(Publisher& publisher);
  void remove_publisher(Publisher& publisher);

  // Begins to serve. Requests may be submitted before; they wait.
  void start();

  // On the loop's thread (from a query).
  LoopStats stats() const;

  // ---- From any thread ----

  // All or none. Unless Admitted, `requests` is untouched but for customers' data, which are sealed; no reply
  // will be called, and the caller answers.
  Admission submit(std::vector<Request>&& requests);
  Admission submit(Request&& request);

  // Runs `query` on the loop's thread after everything submitted before; what it returns runs when
  // everything applied until then is durable, before any later event is released. Unless Admitted, `query`
  // is untouched.
  Admission query(Query&& query);
  // The same, however full the inbox: for the second step of something that was admitted, and is bounded by
  // that.
  Admission query_always(Query&& query);

  // Liveness of agents. An accepted Login begins the watch with Request::session, AgentDisconnected and
  // Logout end it. Heartbeats are not logged; those of agents that are not watched mean nothing.
  void agent_heard(std::string agent);
  // The stream closed: disconnects the agent, unless it has logged in elsewhere by now.
  void agent_lost(std::string agent, AgentSession session);

  // Sessions of gateways: connected with the first, disconnected when the last is gone. The reply tells
  // whether the gateway is accepted; call gateway_closed once for each session unless it was rejected.
  Admission gateway_opened(std::string gateway, Reply&& reply);
  void gateway_closed(std::string gateway);

  // Somebody tried what they may not; for the audit trail. Unavailable when that has ended: the caller has to
  // be told so instead, so that nobody is refused for good and has no row.
  Admission attempt_refused(RefusedAttempt&& attempt);

  // Rows of history that are durable by now; see LogWriter::ask_history. Ask from a Release: then all are
  // there up to the time of the state that was looked at.
  void ask_history(HistoryQuestion&& question);

  LoopGauges gauges() const;
  LoopLoad load() const;

  // Refuses what is new as Unavailable (streams that close from now on are not logged as disconnections),
  // applies what was taken, waits until it is durable, takes a snapshot and releases every reply; then calls
  // `done`, also when the log fails or has failed. Ignored when it is stopping already.
  void stop(OnStopped done);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // handlers on their way hold it weakly
};

}  // namespace cordboard
