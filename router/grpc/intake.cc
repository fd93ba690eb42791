#include "router/grpc/intake.h"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace cordboard {
namespace {

constexpr Duration kShedRetryDelay = std::chrono::milliseconds(kRetryDelayMs);

constexpr bool rules_are_in_order() {
  for (std::size_t i = 0; i < kShedRules.size(); ++i) {
    if (static_cast<std::size_t>(kShedRules[i].refused) != i) return false;
  }
  return true;
}
static_assert(rules_are_in_order());

bool is_bounded(const RateLimits& rates) {
  return rates.client_submits > 0 || rates.client_requests > 0 || rates.tenant_submits > 0 ||
         rates.tenant_requests > 0;
}

Refused too_many(const char* key, std::uint32_t rate, Duration wait) {
  return Refusal{v1::RejectionDetail::RATE_LIMITED,
                 std::string("server.rates.") + key + " is " + std::to_string(rate) + " a second", wait};
}

struct Classify {
  RequestClass operator()(const SubmitContact&) const { return RequestClass::Submit; }
  RequestClass operator()(const UpdateContact&) const { return RequestClass::Submit; }
  RequestClass operator()(const Login&) const { return RequestClass::AgentState; }
  RequestClass operator()(const Logout&) const { return RequestClass::AgentState; }
  RequestClass operator()(const SetReady&) const { return RequestClass::AgentState; }
  RequestClass operator()(const SetNotReady&) const { return RequestClass::AgentState; }
  template <class Other>
  RequestClass operator()(const Other&) const {
    return RequestClass::Progress;
  }
};

}  // namespace

RequestClass class_of(const CommandBody& body) { return std::visit(Classify{}, body); }

Intake::Intake(const IntakeOptions& options, const Clock& clock, std::function<LoopLoad()> load,
               EdgeCounters& counters)
    : options_(options),
      clock_(clock),
      load_(std::move(load)),
      counters_(counters),
      counts_(is_bounded(options.rates)),
      clients_(kMaxCountedClients, options.rates.burst) {}

Refused Intake::admit(RequestClass what, std::string_view client) {
  if (is_shed(what)) {
    note(what, RefusedBy::Overload);
    return Refusal{
        v1::RejectionDetail::OVERLOADED,
        "more is asked than the router can do, and this is of what is refused first; try again in " +
            std::to_string(kRetryDelayMs) + " ms",
        kShedRetryDelay};
  }
  return counts_ ? count(what, client) : std::nullopt;
}

bool Intake::is_shed(RequestClass what) const {
  const ShedRule& rule = kShedRules[static_cast<std::size_t>(what)];
  if (options_.shed_after == Duration::zero() || rule.delay_percent == 0) return false;
  const LoopLoad load = load_();
  return load.waiting * 100 >= load.limit * rule.share_percent ||
         load.delay * 100 > options_.shed_after * rule.delay_percent;
}

// What brings contacts to their end counts for its client only: nobody else's requests may keep it out.
Refused Intake::count(RequestClass what, std::string_view client) {
  const RateLimits& rates = options_.rates;
  const bool submits = what == RequestClass::Submit;
  const BucketRate of_client{submits ? rates.client_submits : rates.client_requests, rates.burst};
  const BucketRate of_tenant{submits ? rates.tenant_submits : rates.tenant_requests, rates.burst};
  const Time now = clock_.now();
  const std::lock_guard lock(mutex_);
  TokenBucket* own = nullptr;
  if (of_client.per_second > 0) {
    ClientBuckets::Pair& buckets = clients_.of(client, now);
    own = submits ? &buckets.submits : &buckets.requests;
    if (const Duration wait = own->wait(of_client, now); wait > Duration::zero()) {
      note(what, RefusedBy::ClientRate);
      return too_many(submits ? "client_submits" : "client_requests", of_client.per_second, wait);
    }
  }
  if (what != RequestClass::Progress) {
    TokenBucket& shared = submits ? tenant_submits_ : tenant_requests_;
    if (const Duration wait = shared.wait(of_tenant, now); wait > Duration::zero()) {
      note(what, RefusedBy::TenantRate);
      return too_many(submits ? "tenant_submits" : "tenant_requests", of_tenant.per_second, wait);
    }
    shared.take(of_tenant, now);
  }
  if (own != nullptr) own->take(of_client, now);
  return std::nullopt;
}

void Intake::note(RequestClass what, RefusedBy why) {
  counters_.refused[static_cast<std::size_t>(what)][static_cast<std::size_t>(why)].fetch_add(
      1, std::memory_order_relaxed);
}

}  // namespace cordboard
