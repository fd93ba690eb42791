#include "router/loop/router_loop.h"

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <chrono>
#include <deque>
#include <utility>
#include <variant>

#include "router/codec/storage_audit.h"
#include "router/core/assert.h"
#include "router/core/opening.h"
#include "router/core/state.h"
#include "router/loop/applier.h"
#include "router/loop/commit_times.h"
#include "router/loop/event_gate.h"
#include "router/loop/hours_teller.h"
#include "router/loop/inbox.h"
#include "router/loop/log_writer.h"
#include "router/loop/mail.h"
#include "router/loop/mail_age.h"
#include "router/loop/presence.h"
#include "router/loop/snapshot_schedule.h"

namespace cordboard {
namespace {

void add(const std::vector<AuditEntry>& refused, LogBatch& batch) {
  for (const AuditEntry& attempt : refused) batch.audit.push_back(encode_audit(attempt));
}

// A sign of life does not move the agent: it may have logged in elsewhere while this was on its way.
constexpr AgentSession kNoSession = 0;

// Created -> Serving -> Stopping (applies the rest) -> Finishing (waits for the disk) -> Stopped; Failed from
// any but the first and the last two.
enum class Phase : std::uint8_t { Created, Serving, Stopping, Finishing, Stopped, Failed };

}  // namespace

// Handlers that are on their way to the loop's thread hold it weakly.
class RouterLoop::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(boost::asio::io_context& io, Clock& clock, std::unique_ptr<Store> store, Recovered recovered,
       RouterLoopOptions options, OnFailure on_failure, OnWarning on_warning);

  void start();
  void stop(OnStopped done);
  void begin_stop(OnStopped done);
  LoopStats stats() const;
  LoopGauges gauges() const;
  LoopLoad load() const;
  Admission send(Mail&& mail, std::uint64_t weight) { return inbox_.push(std::move(mail), weight); }
  Admission send_always(Mail&& mail) { return inbox_.push_always(std::move(mail), 1); }
  void heartbeat(std::string agent);
  Admission attempt_refused(RefusedAttempt&& attempt);
  EventGate& gate() { return gate_; }
  void ask_history(HistoryQuestion&& question) { writer_.ask_history(std::move(question)); }
  void seal(Request& request) const;

 private:
  void post(void (Impl::*handler)());
  Time now() const { return clock_.now() + clock_offset_; }

  void drain();
  void step();
  void take_turn();
  void apply_pending();
  void on_ring();
  void on_progress();
  bool backlogged() const;
  void rearm();
  void finish();
  void fail(const StoreError& error);
  void tell_stopped(const std::optional<StoreError>& error);

  void handle(std::vector<Request>& requests);
  bool refuse_for_space(Request& request);
  void handle(Query& query) { applier_.look(query); }
  void handle(AgentHeard& heard) { presence_.heard(heard.agent, kNoSession, applier_.at()); }
  void handle(AgentLost& lost);
  void handle(GatewayOpened& opened);
  void handle(GatewayClosed& closed);
  void follow_presence(const Applier::Applied& applied, AgentSession session);
  void disconnect_silent();
  void hand_over(LogBatch&& batch, bool at_stop);
  std::vector<AuditEntry> take_refused();

  boost::asio::io_context& io_;
  Clock& clock_;
  const RouterLoopOptions options_;
  const OnFailure on_failure_;
  const OnWarning on_warning_;

  Inbox<Mail> inbox_;
  MailAge mail_age_;
  RefusedAttempts refused_;
  std::atomic<bool> heartbeats_dropped_{false};
  std::atomic<Phase> phase_{Phase::Created};  // written on the loop's thread

  // The loop's thread.
  std::deque<Inbox<Mail>::Item> pending_;  // drained, not yet applied
  Duration clock_offset_{};                // the engine's time may be ahead of a clock that was set back
  EventGate gate_;
  KeyTable keys_;
  Applier applier_;
  Presence presence_;
  HoursTeller hours_;
  std::uint64_t durable_;
  SnapshotSchedule snapshots_;
  bool stalled_ = false;     // mail waits for the disk
  bool continuing_ = false;  // a turn is posted for what is pending
  Log2Histogram inbox_us_;
  CommitTimes commit_times_;
  std::optional<StoreError> failure_;
  OnStopped on_stopped_;
  Time armed_at_ = kNever;
  std::unique_ptr<Alarm> alarm_;
  LogWriter writer_;  // last: its thread ends first
};

RouterLoop::Impl::Impl(boost::asio::io_context& io, Clock& clock, std::unique_ptr<Store> store,
                       Recovered recovered, RouterLoopOptions options, OnFailure on_failure,
                       OnWarning on_warning)
    : io_(io),
      clock_(clock),
      options_(options),
      on_failure_(std::move(on_failure)),
      on_warning_(std::move(on_warning)),
      inbox_(options.inbox_limit,
             [this] {
               mail_age_.first_came(clock_.now());
               post(&Impl::step);
             }),
      clock_offset_(std::max(Duration::zero(), recovered.engine.now() - clock.now())),
      keys_(recovered.keys, store->open_epoch(), recovered.engine.state()),
      applier_(std::move(recovered.engine), recovered.last_sequence, std::move(recovered.history), keys_,
               gate_),
      presence_(options.heartbeat_timeout),
      durable_(recovered.last_sequence),
      snapshots_(options.snapshot_every, options.snapshot_at_stop, recovered.snapshot_sequence),
      writer_(std::move(store),
              {recovered.snapshot_sequence, options.keep_log, options.disk_reserve, options.keep_history},
              [this] { post(&Impl::on_progress); }) {}

void RouterLoop::Impl::post(void (Impl::*handler)()) {
  boost::asio::post(io_, [weak = weak_from_this(), handler] {
    if (const auto self = weak.lock()) ((*self).*handler)();
  });
}

void RouterLoop::Impl::start() {
  CB_ASSERT(phase_ == Phase::Created, "started twice");
  alarm_ = clock_.make_alarm(io_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->on_ring();
  });
  phase_ = Phase::Serving;
  post(&Impl::step);
}

// On the caller's thread. One that was refused and comes again is sealed already.
void RouterLoop::Impl::seal(Request& request) const {
  if (std::exchange(request.sealed, true)) return;
  request.key = keys_.seal_data(request.body);
}

// ---- From mail to the log ----

void RouterLoop::Impl::drain() {
  const std::size_t before = pending_.size();
  phase_ == Phase::Stopping ? inbox_.close(pending_) : inbox_.drain(pending_);
  mail_age_.drained(pending_.size() - before, clock_.now());
}

// Woken by mail, the alarm or the disk. While a turn is posted it takes care of all three: one step must not
// leave two behind, or what waits for its place on the io_context waits ever longer.
void RouterLoop::Impl::step() {
  if (continuing_ || (phase_ != Phase::Serving && phase_ != Phase::Stopping)) return;
  stalled_ = backlogged();
  if (stalled_) return;
  drain();
  apply_pending();
  if (!pending_.empty()) {
    continuing_ = true;
    return post(&Impl::take_turn);  // other tenants first
  }
  rearm();
  if (phase_ == Phase::Stopping) finish();
}

void RouterLoop::Impl::take_turn() {
  continuing_ = false;
  step();
}

void RouterLoop::Impl::apply_pending() {
  const auto begun = std::chrono::steady_clock::now();
  applier_.begin(now());
  hours_.tell(applier_);
  for (std::uint64_t applied = 0; !pending_.empty() && applied < options_.batch_limit;) {
    Inbox<Mail>::Item item = std::move(pending_.front());
    pending_.pop_front();
    if (std::holds_alternative<std::vector<Request>>(item.mail)) inbox_us_.add_us(begun - item.pushed);
    std::visit([this](auto& mail) { handle(mail); }, item.mail);
    inbox_.done(item.weight);
    mail_age_.taken();
    applied += item.weight;
  }
  if (pending_.empty()) disconnect_silent();
  LogBatch batch = applier_.end();
  add(take_refused(), batch);
  hand_over(std::move(batch), false);
  gate_.release(durable_);
}

// While none may be written the writer looks again, as it does when it writes: nobody else may ever wake it.
std::vector<AuditEntry> RouterLoop::Impl::take_refused() {
  const bool may_write = !writer_.short_of_space();
  std::vector<AuditEntry> rows = refused_.take(applier_.at(), may_write);
  if (!may_write && refused_.next_deadline() != kNever) writer_.look_for_space();
  return rows;
}

void RouterLoop::Impl::handle(std::vector<Request>& requests) {
  for (Request& request : requests) {
    if (writer_.short_of_space() && refuse_for_space(request)) continue;
    const AgentSession session = request.session;
    const bool configures = std::holds_alternative<ApplyConfig>(request.body);
    follow_presence(applier_.apply(std::move(request)), session);
    if (configures) hours_.tell(applier_);
  }
}

// New contacts only; a repeated submission adds nothing to the log and gets its answer. Each refusal makes
// the writer look again: the first contact after there is space may be refused, the next one is not.
bool RouterLoop::Impl::refuse_for_space(Request& request) {
  const auto* submit = std::get_if<SubmitContact>(&request.body);
  if (submit == nullptr) return false;
  const State& state = applier_.engine().state();
  if (state.find_contact(submit->contact) || state.requests.find(request.request_id) != nullptr) return false;
  writer_.look_for_space();
  applier_.refuse(std::move(request),
                  {RejectReason::DiskNearlyFull, "the disk of the router has only server.disk_reserve left"});
  return true;
}

void RouterLoop::Impl::handle(AgentLost& lost) {
  if (!presence_.lost(lost.agent, lost.session)) return;
  applier_.apply({.body = AgentDisconnected{std::move(lost.agent)}});
}

void RouterLoop::Impl::handle(GatewayOpened& opened) {
  if (!presence_.opened(opened.gateway)) return applier_.answer(std::move(opened.reply));
  const auto applied =
      applier_.apply({.body = GatewayConnected{opened.gateway}, .reply = std::move(opened.reply)});
  if (!applied.outcome.accepted()) presence_.closed(opened.gateway);
}

void RouterLoop::Impl::handle(GatewayClosed& closed) {
  if (!presence_.closed(closed.gateway)) return;
  applier_.apply({.body = GatewayDisconnected{std::move(closed.gateway)}});
}

void RouterLoop::Impl::follow_presence(const Applier::Applied& applied, AgentSession session) {
  if (!applied.outcome.accepted()) return;
  const CommandBody& body = applied.command.body;
  if (const auto* login = std::get_if<Login>(&body)) {
    // A repeated login changed nothing: the agent may have been disconnected since.
    if (applied.outcome.repeated) return presence_.heard(login->agent, session, applier_.at());
    presence_.watch(login->agent, session, applier_.at());
  } else if (const auto* logout = std::get_if<Logout>(&body)) {
    if (!applied.outcome.repeated) presence_.forget(logout->agent);
  } else if (const auto* disconnected = std::get_if<AgentDisconnected>(&body)) {
    presence_.forget(disconnected->agent);
  }
}

// REQUIRES: all mail has been looked at, so that a heartbeat that waited behind it counts.
void RouterLoop::Impl::disconnect_silent() {
  if (heartbeats_dropped_.exchange(false)) presence_.excuse_all(applier_.at());
  while (auto agent = presence_.take_silent(applier_.at())) {
    applier_.apply({.body = AgentDisconnected{std::move(*agent)}});
  }
}

void RouterLoop::Impl::hand_over(LogBatch&& batch, bool at_stop) {
  snapshots_.add_to(batch, applier_, writer_, at_stop);
  if (batch.empty()) return;
  if (!batch.ends.empty()) commit_times_.handed_over(applier_.last_sequence());
  writer_.push(std::move(batch));
}

// Whatever it is, something is not durable yet, so the writer will report progress or fail.
bool RouterLoop::Impl::backlogged() const {
  return writer_.unsynced_records() >= options_.unsynced_records_limit ||
         writer_.unsynced_bytes() >= options_.unsynced_bytes_limit ||
         gate_.held() >= options_.held_answers_limit;
}

// ---- Time ----

void RouterLoop::Impl::rearm() {
  const State& state = applier_.engine().state();
  const Time due =
      std::min({applier_.engine().next_deadline(), presence_.next_deadline(), opening::times_due(state),
                keys_.next_deadline(state.config.remember_ended), refused_.next_deadline()});
  if (due >= armed_at_) return;  // an early ring costs less than setting it anew each time
  armed_at_ = due;
  alarm_->set(due - clock_offset_);
}

void RouterLoop::Impl::on_ring() {
  armed_at_ = kNever;
  step();
}

void RouterLoop::Impl::heartbeat(std::string agent) {
  const Admission admission = inbox_.push(AgentHeard{std::move(agent)}, 1);
  if (admission == Admission::Overloaded) heartbeats_dropped_ = true;
}

// The first of its kind wakes the loop, as mail does; what is only counted waits for its period's end.
Admission RouterLoop::Impl::attempt_refused(RefusedAttempt&& attempt) {
  const RefusedAttempts::Added added = refused_.add(std::move(attempt));
  if (added == RefusedAttempts::Added::Due) post(&Impl::step);
  return added == RefusedAttempts::Added::Closed ? Admission::Unavailable : Admission::Admitted;
}

// ---- From the log to the world ----

void RouterLoop::Impl::on_progress() {
  if (phase_ == Phase::Failed) return;
  const LogWriter::Progress progress = writer_.progress();
  if (progress.error) return fail(*progress.error);
  if (on_warning_) {
    for (const std::string& warning : progress.warnings) on_warning_(warning);
  }
  durable_ = progress.durable;
  commit_times_.durable(durable_);
  gate_.release(durable_);
  if (progress.finished) {
    phase_ = Phase::Stopped;
    tell_stopped(std::nullopt);
  } else if (stalled_) {
    step();
  }
}

void RouterLoop::Impl::fail(const StoreError& error) {
  phase_ = Phase::Failed;
  failure_ = error;
  std::deque<Inbox<Mail>::Item> unanswered;
  inbox_.close(unanswered);
  refused_.close(applier_.at());
  pending_.clear();
  mail_age_.clear();
  gate_.drop();
  alarm_->cancel();
  if (on_failure_) on_failure_(error);
  tell_stopped(failure_);
}

// ---- Stopping ----

void RouterLoop::Impl::stop(OnStopped done) {
  boost::asio::post(io_, [weak = weak_from_this(), done = std::move(done)]() mutable {
    if (const auto self = weak.lock()) self->begin_stop(std::move(done));
  });
}

void RouterLoop::Impl::begin_stop(OnStopped done) {
  if (phase_ == Phase::Created) start();
  if (phase_ == Phase::Failed) return done(failure_);
  if (phase_ != Phase::Serving) return;
  phase_ = Phase::Stopping;
  on_stopped_ = std::move(done);
  drain();
  step();
}

// Everything was applied; the writer closes the store after the last sync.
void RouterLoop::Impl::finish() {
  phase_ = Phase::Finishing;
  alarm_->cancel();
  LogBatch last;
  add(refused_.close(applier_.at()), last);
  hand_over(std::move(last), true);
  writer_.finish();
}

void RouterLoop::Impl::tell_stopped(const std::optional<StoreError>& error) {
  if (OnStopped done = std::move(on_stopped_)) done(error);
}

// ---- Figures ----

LoopStats RouterLoop::Impl::stats() const {
  LoopStats stats = applier_.stats();
  stats.last_sequence = applier_.last_sequence();
  stats.durable_sequence = durable_;
  stats.inbox_us = inbox_us_;
  stats.commit_us = commit_times_.us();
  stats.writer = writer_.stats();
  return stats;
}

LoopLoad RouterLoop::Impl::load() const {
  return {.waiting = inbox_.depth(), .limit = inbox_.limit(), .delay = mail_age_.at(clock_.now())};
}

LoopGauges RouterLoop::Impl::gauges() const {
  const LoopLoad now = load();
  return {.inbox_depth = now.waiting,
          .inbox_limit = now.limit,
          .inbox_delay = now.delay,
          .overloaded = inbox_.overloaded(),
          .unsynced_records = writer_.unsynced_records(),
          .unsynced_records_limit = options_.unsynced_records_limit,
          .unsynced_bytes = writer_.unsynced_bytes(),
          .unsynced_bytes_limit = options_.unsynced_bytes_limit,
          .held_answers = gate_.held(),
          .held_answers_limit = options_.held_answers_limit,
          .short_of_space = writer_.short_of_space(),
          .serving = phase_ == Phase::Serving};
}

// ---- The public face ----

RouterLoop::RouterLoop(boost::asio::io_context& io, Clock& clock, std::unique_ptr<Store> store,
                       Recovered recovered, RouterLoopOptions options, OnFailure on_failure,
                       OnWarning on_warning)
    : impl_(std::make_shared<Impl>(io, clock, std::move(store), std::move(recovered), options,
                                   std::move(on_failure), std::move(on_warning))) {}
RouterLoop::~RouterLoop() = default;

void RouterLoop::add_publisher(Publisher& publisher) { impl_->gate().add_publisher(publisher); }
void RouterLoop::remove_publisher(Publisher& publisher) { impl_->gate().remove_publisher(publisher); }
void RouterLoop::start() { impl_->start(); }
void RouterLoop::stop(OnStopped done) { impl_->stop(std::move(done)); }
LoopStats RouterLoop::stats() const { return impl_->stats(); }
LoopGauges RouterLoop::gauges() const { return impl_->gauges(); }
LoopLoad RouterLoop::load() const { return impl_->load(); }

Admission RouterLoop::submit(std::vector<Request>&& requests) {
  for (Request& request : requests) impl_->seal(request);
  const std::uint64_t weight = requests.size();
  Mail mail(std::in_place_type<std::vector<Request>>, std::move(requests));
  const Admission admission = impl_->send(std::move(mail), weight);
  if (admission != Admission::Admitted) requests = std::move(std::get<std::vector<Request>>(mail));
  return admission;
}

Admission RouterLoop::submit(Request&& request) {
  std::vector<Request> requests;
  requests.push_back(std::move(request));
  const Admission admission = submit(std::move(requests));
  if (admission != Admission::Admitted) request = std::move(requests.front());
  return admission;
}

Admission RouterLoop::query(Query&& query) {
  Mail mail(std::move(query));
  const Admission admission = impl_->send(std::move(mail), 1);
  if (admission != Admission::Admitted) query = std::move(std::get<Query>(mail));
  return admission;
}

Admission RouterLoop::query_always(Query&& query) {
  Mail mail(std::move(query));
  const Admission admission = impl_->send_always(std::move(mail));
  if (admission != Admission::Admitted) query = std::move(std::get<Query>(mail));
  return admission;
}

void RouterLoop::agent_heard(std::string agent) { impl_->heartbeat(std::move(agent)); }

Admission RouterLoop::attempt_refused(RefusedAttempt&& attempt) {
  return impl_->attempt_refused(std::move(attempt));
}

void RouterLoop::ask_history(HistoryQuestion&& question) { impl_->ask_history(std::move(question)); }

void RouterLoop::agent_lost(std::string agent, AgentSession session) {
  impl_->send_always(AgentLost{std::move(agent), session});
}

Admission RouterLoop::gateway_opened(std::string gateway, Reply&& reply) {
  Mail mail(GatewayOpened{std::move(gateway), std::move(reply)});
  const Admission admission = impl_->send(std::move(mail), 1);
  if (admission != Admission::Admitted) reply = std::move(std::get<GatewayOpened>(mail).reply);
  return admission;
}

void RouterLoop::gateway_closed(std::string gateway) {
  impl_->send_always(GatewayClosed{std::move(gateway)});
}

}  // namespace cordboard
