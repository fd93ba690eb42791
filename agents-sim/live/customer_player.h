// Behaves as customers do: they arrive, wait as long as they like, talk, and hang up.
//
// Belongs to the loop's thread. Handling ends are stamped with the stay (the number of the connection), so
// that one which no longer makes sense when it comes is seen as such.

#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agents-sim/clients/gateway_client.h"
#include "agents-sim/live/agent_player.h"
#include "agents-sim/scenario/arrival_source.h"

namespace cordboard::sim {

class CustomerPlayer final : public GatewayListener {
 public:
  using Stage = AgentPlayer::Stage;

  CustomerPlayer(const Stage& stage, OrderClasses& classes);
  void set_clients(GatewayClient& gateway, AgentDesk& desk) {
    gateway_ = &gateway;
    desk_ = &desk;
  }

  // Contacts arrive from now on.
  void begin();
  // No more arrivals.
  void stop() { stopped_ = true; }
  bool arrivals_over() const { return stopped_ || open_sources_ == 0; }
  // Contacts that came or went, to see whether anything still happens.
  std::uint64_t progress() const { return stage_.tally.acknowledged + stage_.tally.ended(); }
  const std::string& failure() const { return failure_; }

  // Arrival, PatienceEnds, HandlingEnds.
  void handle(const FutureEvent& event);

  void describe(ContactNo contact, v1::SubmitContactRequest& request) const;

  void contact_acknowledged(ContactNo contact) override;
  void contact_refused(ContactNo contact, const v1::RejectionDetail& why) override;
  void contact_connected(ContactNo contact, const std::string& agent) override;
  void contact_transferred(ContactNo contact) override;
  void contact_ended(ContactNo contact, v1::Contact::State state) override;
  void gateway_refused(const grpc::Status& status) override;

 private:
  Duration real(Duration planned) const;
  Duration planned(Duration real) const;
  void plan_arrival(std::uint32_t stream);
  void arrive(std::uint32_t stream, Time due);
  void end_handling(ContactNo contact);
  const std::string& queue_of(const LiveContact& contact) const;
  const std::string& channel_of(const LiveContact& contact) const;
  QueueTally& tally_of(const LiveContact& contact);
  void count_unanswered(QueueTally& queue, const LiveContact& contact, v1::Contact::State state);

  Stage stage_;
  OrderClasses& classes_;
  GatewayClient* gateway_ = nullptr;
  AgentDesk* desk_ = nullptr;
  RandomStream random_;
  std::vector<std::unique_ptr<ArrivalSource>> sources_;  // by stream
  std::size_t open_sources_ = 0;
  Time begin_{};
  bool stopped_ = false;
  std::string failure_;
};

}  // namespace cordboard::sim
