#include "router/loop/log_writer.h"

#include <algorithm>
#include <utility>

namespace cordboard {
namespace {

// Of the log, read at once for a snapshot, unless more was written: about a millisecond.
constexpr std::size_t kPieceBytes = 256u << 10;

}  // namespace

LogWriter::LogWriter(std::unique_ptr<Store> store, Options options, std::function<void()> notify)
    : notify_(std::move(notify)),
      disk_reserve_(options.disk_reserve),
      store_(std::move(store)),
      saver_(*store_, options.snapshot_sequence, options.keep_log),
      keep_history_(options.keep_history) {
  progress_.durable = store_->durable_sequence();
  stats_.store_bytes = store_->size_bytes();
  stats_.snapshot_sequence = saver_.newest();
  note_space();
  builder_.emplace([this](const SnapshotBuilder::StoreTask& task) { return run_on_store(task); },
                   [this] {
                     {
                       const std::lock_guard lock(mutex_);
                       snapshot_built_ = true;
                     }
                     work_or_end_.notify_one();
                   });
  thread_ = std::thread([this] { run(); });
}

LogWriter::~LogWriter() {
  {
    const std::lock_guard lock(mutex_);
    abandoned_ = true;
  }
  work_or_end_.notify_one();
  thread_.join();
}

void LogWriter::push(LogBatch&& batch) {
  unsynced_records_.fetch_add(batch.ends.size(), std::memory_order_relaxed);
  unsynced_bytes_.fetch_add(batch.bytes.size(), std::memory_order_relaxed);
  if (batch.wants_snapshot()) saving_snapshot_ = true;
  if (batch.snapshot) needs_state_ = false;
  {
    const std::lock_guard lock(mutex_);
    queued_.push_back(std::move(batch));
  }
  work_or_end_.notify_one();
}

void LogWriter::finish() {
  {
    const std::lock_guard lock(mutex_);
    finishing_ = true;
  }
  work_or_end_.notify_one();
}

void LogWriter::ask_history(HistoryQuestion&& question) {
  {
    const std::lock_guard lock(mutex_);
    if (store_closed_) return;
    questions_.push_back(std::move(question));
  }
  work_or_end_.notify_one();
}

void LogWriter::look_for_space() {
  {
    const std::lock_guard lock(mutex_);
    space_asked_ = true;
  }
  work_or_end_.notify_one();
}

LogWriter::Progress LogWriter::progress() {
  const std::lock_guard lock(mutex_);
  notified_ = false;
  Progress progress = progress_;
  progress_.warnings.clear();
  return progress;
}

LogWriterStats LogWriter::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

void LogWriter::run() {
  Result<bool> more(true);
  while (more.ok() && more.value()) more = work_once();
  std::deque<HistoryQuestion> unanswered;
  {
    const std::lock_guard lock(mutex_);
    store_closed_ = true;
    unanswered.swap(questions_);
  }
  unanswered.clear();
  task_done_.notify_one();
  if (!more.ok()) return update([&](Progress& progress) { progress.error = more.error(); });
  store_.reset();
  update([](Progress& progress) { progress.finished = true; });
}

// False when nothing is left to do.
Result<bool> LogWriter::work_once() {
  if (!take_work()) return false;
  note_space();
  written_bytes_ = 0;
  if (!work_.empty()) {
    if (auto written = write_work(); !written.ok()) return written.error();
  }
  run_task();
  answer_question();
  take_built();
  if (!saver_.idle()) {
    if (auto saved = save_piece(); !saved.ok()) return saved.error();
  }
  return true;
}

// Waits until there is something to do; false when it is time to end.
bool LogWriter::take_work() {
  work_.clear();
  std::unique_lock lock(mutex_);
  work_or_end_.wait(lock, [&] {
    return !queued_.empty() || !saver_.idle() || finishing_ || abandoned_ || space_asked_ ||
           task_ != nullptr || snapshot_built_ || !questions_.empty();
  });
  work_.swap(queued_);
  const bool asked = std::exchange(space_asked_, false);
  const bool built = std::exchange(snapshot_built_, false);
  const bool other_work = asked || built || task_ != nullptr || !questions_.empty();
  return !abandoned_ && (!work_.empty() || !saver_.idle() || (other_work && !finishing_));
}

Result<void> LogWriter::write_work() {
  const auto start = std::chrono::steady_clock::now();
  for (const LogBatch& batch : work_) {
    if (auto appended = append(batch); !appended.ok()) return appended;
  }
  if (auto synced = store_->sync(); !synced.ok()) return synced;
  const bool scrub =
      std::any_of(work_.begin(), work_.end(), [](const LogBatch& batch) { return batch.scrub; });
  if (auto scrubbed = scrub ? store_->scrub() : Result<void>(); !scrubbed.ok()) return scrubbed;
  report(std::chrono::steady_clock::now() - start);
  for (LogBatch& batch : work_) begin_snapshot(batch);
  return prune_history();
}

void LogWriter::begin_snapshot(LogBatch& batch) {
  if (batch.snapshot) {
    builder_->give_up();  // its state would be older
    saver_.add(std::move(*batch.snapshot));
  } else if (batch.due_snapshot) {
    builder_->start(*batch.due_snapshot);
  }
}

// Not while the disk has only its reserve left: it waits for space.
void LogWriter::take_built() {
  if (short_of_space_) return;
  auto built = builder_->take();
  if (!built) return;
  needs_state_ = !built->snapshot;
  if (!built->snapshot)
    built->warning = "a restart may be refused, see cordboard-router --verify: " + built->warning;
  update([&](Progress& progress) {
    if (!built->warning.empty()) progress.warnings.push_back(std::move(built->warning));
    if (built->snapshot) stats_.snapshot_build_us.add_us(built->took);
  });
  if (built->snapshot) saver_.add(std::move(*built->snapshot));
  note_saving();
}

// On the builder's thread.
bool LogWriter::run_on_store(const SnapshotBuilder::StoreTask& task) {
  std::unique_lock lock(mutex_);
  task_ = &task;
  work_or_end_.notify_one();
  task_done_.wait(lock, [&] { return task_ == nullptr || store_closed_; });
  return std::exchange(task_, nullptr) == nullptr;
}

void LogWriter::run_task() {
  const SnapshotBuilder::StoreTask* task = nullptr;
  {
    const std::lock_guard lock(mutex_);
    task = task_;
  }
  if (task == nullptr) return;
  (*task)(*store_, std::max(kPieceBytes, written_bytes_));  // no slower than the log grows
  {
    const std::lock_guard lock(mutex_);
    task_ = nullptr;
  }
  task_done_.notify_one();
}

void LogWriter::answer_question() {
  HistoryQuestion question;
  {
    const std::lock_guard lock(mutex_);
    if (questions_.empty()) return;
    question = std::move(questions_.front());
    questions_.pop_front();
  }
  auto rows = store_->read_history(question.queue.value, question.instants_us);
  if (!rows.ok() && rows.error().message != told_unreadable_) {
    told_unreadable_ = rows.error().message;
    update([&](Progress& progress) {
      progress.warnings.push_back("history cannot be read, see cordboard-router --verify: " +
                                  told_unreadable_);
    });
  }
  question.done(std::move(rows));
}

// A piece after each sync, once a row came that is so much newer. Rows that nobody needs any more are no
// reason to stop.
Result<void> LogWriter::prune_history() {
  for (const LogBatch& batch : work_) {
    for (const HistorySums& row : batch.history)
      prune_before_us_ = std::max(prune_before_us_, to_us(row.boundary - keep_history_));
  }
  if (prune_before_us_ <= 0 || !prunable_) return {};
  const auto more = store_->prune_history(prune_before_us_);
  if (more.ok()) {
    if (!more.value()) prune_before_us_ = 0;
    return {};
  }
  if (more.error().kind != StoreErrorKind::Damaged) return more.error();
  prunable_ = false;
  update([&](Progress& progress) {
    progress.warnings.push_back("old history is kept until a restart, see cordboard-router --verify: " +
                                more.error().message);
  });
  return {};
}

void LogWriter::note_saving() { saving_snapshot_ = !saver_.idle() || builder_->busy(); }

Result<void> LogWriter::append(const LogBatch& batch) {
  if (auto written = store_->write_keys(batch.keys); !written.ok()) return written;
  for (const std::string& entry : batch.audit) {
    if (auto added = store_->append_audit(entry); !added.ok()) return added;
  }
  if (batch.ends.empty()) return {};
  if (!batch.history.empty()) {
    const auto kept = store_->append_history(encode_history(batch.history));
    if (!kept.ok()) return kept;
  }
  views_.clear();
  std::size_t begin = 0;
  for (const std::size_t end : batch.ends) {
    views_.push_back(std::string_view(batch.bytes).substr(begin, end - begin));
    begin = end;
  }
  auto appended = store_->append(batch.first_sequence, views_, store_->open_epoch());
  if (!appended.ok()) return appended;
  for (const ConfigVersion& config : batch.configs) {
    if (auto kept = store_->append_config_version(config); !kept.ok()) return kept;
  }
  return {};
}

Result<void> LogWriter::save_piece() {
  const auto saved = saver_.step();
  if (!saved.ok()) return saved.error();
  note_saving();
  if (const auto& snapshot = saved.value()) {
    const std::lock_guard lock(mutex_);
    stats_.snapshot_us.add_us(snapshot->took);
    stats_.last_snapshot_bytes = snapshot->bytes;
    stats_.snapshot_sequence = saver_.newest();
  }
  return {};
}

// Before the work is written, so that the next contact is refused and not the one after it.
void LogWriter::note_space() {
  const std::uint64_t free = store_->free_bytes();
  short_of_space_ = free < disk_reserve_;
  const std::lock_guard lock(mutex_);
  stats_.free_bytes = free;
}

// The work is durable.
void LogWriter::report(std::chrono::steady_clock::duration took) {
  std::uint64_t records = 0;
  for (const LogBatch& batch : work_) {
    records += batch.ends.size();
    written_bytes_ += batch.bytes.size();
  }
  const std::uint64_t bytes = written_bytes_;
  const std::uint64_t durable = store_->durable_sequence();
  const std::uint64_t store_bytes = store_->size_bytes();
  unsynced_records_.fetch_sub(records, std::memory_order_relaxed);
  unsynced_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
  update([&](Progress& progress) {
    progress.durable = durable;
    stats_.records += records;
    stats_.bytes += bytes;
    stats_.store_bytes = store_bytes;
    if (records == 0) return;
    stats_.sync_us.add_us(took);
    stats_.sync_records.add(records);
  });
}

// Changes what the loop will look at, and tells it once.
void LogWriter::update(const std::function<void(Progress&)>& change) {
  {
    const std::lock_guard lock(mutex_);
    change(progress_);
    if (std::exchange(notified_, true)) return;
  }
  notify_();
}

}  // namespace cordboard
