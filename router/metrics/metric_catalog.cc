#include "router/metrics/metric_catalog.h"

namespace cordboard {
namespace {

constexpr auto kCounter = prometheus::MetricType::Counter;
constexpr auto kGauge = prometheus::MetricType::Gauge;
constexpr auto kHistogram = prometheus::MetricType::Histogram;

constexpr std::string_view kQueue = "tenant, queue";
constexpr std::string_view kQueueFormula = "tenant, queue, formula";
constexpr std::string_view kQueueOutcome = "tenant, queue, outcome";

constexpr MetricInfo kCatalog[] = {
    // ---- Queues: raw counters since the tenant exists ----
    {"cordboard_queue_offered_total", kCounter, kQueue, "O: segments that entered the queue"},
    {"cordboard_queue_transferred_in_total", kCounter, kQueue, "The part of offered that came by transfer"},
    {"cordboard_queue_left_total", kCounter, kQueueOutcome,
     "Segments that left the queue, by outcome: answered (A), abandoned (B), overflowed, expired and "
     "deferred "
     "(F), cancelled (X)"},
    {"cordboard_queue_answered_within_total", kCounter, kQueue,
     "A_T: answered within the service level threshold"},
    {"cordboard_queue_abandoned_within_total", kCounter, kQueue,
     "B_T: abandoned within the service level threshold"},
    {"cordboard_queue_abandoned_short_total", kCounter, kQueue, "B_s: abandoned within short_abandon"},
    {"cordboard_queue_wait_seconds", kHistogram, kQueueOutcome,
     "Waits since queued_at of segments that were answered or abandoned, with the service level threshold "
     "among the bounds"},
    {"cordboard_queue_transferred_out_total", kCounter, kQueue, "Connected contacts that were sent on"},
    {"cordboard_queue_handled_total", kCounter, kQueue, "Segments whose handling ended"},
    {"cordboard_queue_completed_total", kCounter, kQueue, "Contacts that ended as completed"},
    {"cordboard_queue_connected_seconds_total", kCounter, kQueue, "Time in contact of handled segments"},
    {"cordboard_queue_wrap_up_seconds_total", kCounter, kQueue, "Wrap-up time"},
    {"cordboard_queue_offers_made_total", kCounter, kQueue, "Offers made to agents"},
    {"cordboard_queue_offers_ended_total", kCounter, kQueueOutcome,
     "Offers that ended, by outcome: accepted, declined, expired (ring-no-answer), rescinded"},
    {"cordboard_queue_callbacks_requested_total", kCounter, kQueue, "Callbacks asked for"},
    {"cordboard_queue_callbacks_dialed_total", kCounter, kQueue, "Dials begun, attempts included"},
    {"cordboard_queue_callbacks_connected_total", kCounter, kQueue, "Callbacks whose customer answered"},
    {"cordboard_queue_callbacks_failed_total", kCounter, kQueue, "Dials that came to nothing"},
    {"cordboard_queue_promises_broken_total", kCounter, kQueue,
     "Callbacks that were not dialled by the time promised"},
    {"cordboard_queue_redials_total", kCounter, kQueue,
     "Customers who called again and got their place back"},
    // ---- Queues: now ----
    {"cordboard_queue_waiting", kGauge, kQueue, "Contacts that nobody has answered, ringing ones included"},
    {"cordboard_queue_waiting_late", kGauge, kQueue,
     "Of waiting, those that have waited longer than the service level threshold"},
    {"cordboard_queue_unservable", kGauge, kQueue,
     "Of waiting, those that nobody who is logged in can serve"},
    {"cordboard_queue_ringing", kGauge, kQueue, "Of waiting, those that are being offered"},
    {"cordboard_queue_connected", kGauge, kQueue, "Contacts in contact with an agent"},
    {"cordboard_queue_wrap_up", kGauge, kQueue, "Agents in wrap-up for contacts of the queue"},
    {"cordboard_queue_callbacks", kGauge, kQueue,
     "Of waiting, callbacks; being offered and dialled ones included"},
    {"cordboard_queue_dialing", kGauge, kQueue, "Of waiting, callbacks that are being dialled"},
    {"cordboard_queue_scheduled", kGauge, kQueue, "Contacts that will enter the queue later; not in waiting"},
    {"cordboard_queue_longest_wait_seconds", kGauge, kQueue,
     "Age of the contact that has waited longest; 0 when none waits"},
    {"cordboard_queue_expected_wait_seconds", kGauge, kQueue,
     "Expected wait of a contact that would come now; NaN without enough data or with more than 200 queues"},
    {"cordboard_queue_expected_wait_error_ratio", kGauge, kQueueFormula,
     "Root of the average squared error of expected waits over the average wait, lately, by formula; NaN "
     "before 30 "
     "were measured"},
    {"cordboard_queue_longest_wait_ever_seconds", kGauge, kQueue,
     "Longest wait of any segment that left the queue"},
    {"cordboard_queue_agents", kGauge, "tenant, queue, state, activity",
     "Logged-in agents who meet the queue's requirement and serve its channel"},
    {"cordboard_queue_service_level_threshold_seconds", kGauge, kQueue, "T of the service level target"},
    {"cordboard_queue_service_level_target_ratio", kGauge, kQueue,
     "The share that is to be answered within T"},
    {"cordboard_queue_max_waiting", kGauge, kQueue, "Bound of waiting; 0 = none"},
    {"cordboard_split_contacts_total", kCounter, "tenant, split, queue",
     "Contacts that a split gave to one of its queues"},
    {"cordboard_queue_open", kGauge, kQueue, "1 while the queue is open, 0 while it is closed"},
    // ---- Agents ----
    {"cordboard_agents", kGauge, "tenant, state, activity", "Agents known, by chosen state and activity"},
    {"cordboard_agents_logged_in_seconds_total", kCounter, "tenant", "Time agents were logged in"},
    {"cordboard_agents_busy_seconds_total", kCounter, "tenant",
     "Time agents had work, connected or in wrap-up; two contacts at once count once"},
    {"cordboard_agents_idle_seconds_total", kCounter, "tenant",
     "Time agents were ready and without work, not ringing"},
    {"cordboard_agents_not_ready_seconds_total", kCounter, "tenant",
     "Time agents were not ready by choice and without work"},
    // ---- Limits ----
    {"cordboard_limit_used", kGauge, "tenant, limit", "How much of a configured limit is in use"},
    {"cordboard_limit_max", kGauge, "tenant, limit", "The configured limit"},
    // ---- The engine and its log ----
    {"cordboard_commands_total", kCounter, "tenant, command, outcome",
     "Commands since the process started, by outcome: accepted, rejected, repeated"},
    {"cordboard_rejections_total", kCounter, "tenant, reason", "Commands that were rejected, by reason"},
    {"cordboard_events_total", kCounter, "tenant", "Events of accepted commands"},
    {"cordboard_queries_total", kCounter, "tenant", "Looks at the engine by edges"},
    {"cordboard_inbox_seconds", kHistogram, "tenant",
     "Time a message of requests waited for the routing thread"},
    {"cordboard_apply_seconds", kHistogram, "tenant",
     "Time to apply, encode and stage one batch of commands"},
    {"cordboard_batch_commands", kHistogram, "tenant", "Commands applied under one time stamp"},
    {"cordboard_commit_seconds", kHistogram, "tenant",
     "Time from a batch applied until it was durable and released: the wait for the log and its sync"},
    {"cordboard_sync_seconds", kHistogram, "tenant", "Time to make one group of records durable"},
    {"cordboard_sync_records", kHistogram, "tenant", "Records made durable by one sync"},
    {"cordboard_snapshot_build_seconds", kHistogram, "tenant",
     "Time to make a snapshot from the log, beside the routing thread"},
    {"cordboard_snapshot_write_seconds", kHistogram, "tenant", "Time to write one snapshot"},
    {"cordboard_snapshot_bytes", kGauge, "tenant", "Size of the last snapshot written"},
    {"cordboard_log_sequence", kGauge, "tenant", "The newest command applied; equals the revision"},
    {"cordboard_log_durable_sequence", kGauge, "tenant", "The newest command that is durable"},
    {"cordboard_log_snapshot_sequence", kGauge, "tenant", "The newest command in a snapshot"},
    {"cordboard_log_records_written_total", kCounter, "tenant", "Records written since the process started"},
    {"cordboard_log_bytes_written_total", kCounter, "tenant", "Bytes of these records"},
    {"cordboard_store_bytes", kGauge, "tenant", "Size of the store on disk"},
    {"cordboard_store_free_bytes", kGauge, "tenant", "Bytes that the disk has left for the store"},
    {"cordboard_short_of_space", kGauge, "tenant",
     "1 while the disk has only its reserve left: no new contacts"},
    {"cordboard_unsynced_records", kGauge, "tenant", "Records applied and not yet durable"},
    {"cordboard_unsynced_bytes", kGauge, "tenant", "Bytes of these records"},
    {"cordboard_held_answers", kGauge, "tenant", "Replies and query results that wait for the disk"},
    {"cordboard_inbox_depth", kGauge, "tenant", "Requests taken and not yet applied"},
    {"cordboard_inbox_overloaded_total", kCounter, "tenant",
     "Requests, heartbeats and queries refused because the inbox was full"},
    {"cordboard_inbox_delay_seconds", kGauge, "tenant",
     "How long the oldest request that is taken and not yet applied has waited"},
    {"cordboard_requests_refused_total", kCounter, "tenant, class, reason",
     "Requests refused before the engine saw them, because of overload or a rate: by class (look, submit, "
     "agent_state, progress) and reason (overload, client_rate, tenant_rate)"},
    {"cordboard_config_version", kGauge, "tenant", "Version of the configuration in force"},
    // ---- Streams ----
    {"cordboard_streams", kGauge, "tenant, kind", "Open streams: gateway, agent, listen, watch"},
    {"cordboard_stream_slow_readers_total", kCounter, "tenant, kind",
     "Streams that were cut because the client read too slowly"},
    {"cordboard_stream_unread_bytes", kGauge, "tenant, kind",
     "Bytes that wait to be read by clients, those on their way included; what watches of one filter wait "
     "for "
     "is in memory once"},
    {"cordboard_stream_messages_sent_total", kCounter, "tenant, kind", "Messages sent on streams"},
    {"cordboard_stream_bytes_sent_total", kCounter, "tenant, kind", "Bytes of these messages"},
    // ---- The process ----
    {"cordboard_build_info", kGauge, "version", "1; the label says which router this is"},
    {"cordboard_start_time_seconds", kGauge, "", "When the process started, since the Unix epoch"},
    {"cordboard_uptime_seconds", kGauge, "", "Time since then"},
    {"cordboard_ready", kGauge, "", "1 while the router serves, 0 while it starts, drains or has failed"},
    {"cordboard_certificate_expiry_time_seconds", kGauge, "",
     "Until when the router's certificate is valid, since the Unix epoch; only with `server.tls`, and 0 when "
     "the file cannot be read"},
    {"cordboard_tenant_up", kGauge, "tenant",
     "1 when the tenant's routing thread answered this scrape, 0 when its other figures are missing or old"},
};

}  // namespace

std::span<const MetricInfo> metric_catalog() { return kCatalog; }

}  // namespace cordboard
