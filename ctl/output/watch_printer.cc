#include "ctl/output/watch_printer.h"

#include <google/protobuf/util/time_util.h>

#include <string>
#include <utility>

#include "ctl/output/csv.h"
#include "ctl/output/json.h"
#include "ctl/output/value_text.h"
#include "ctl/output/yaml.h"
#include "router/codec/plain_text.h"

namespace cordboard::ctl {
namespace {

using google::protobuf::Message;

class JsonPrinter final : public WatchPrinter {
 public:
  explicit JsonPrinter(std::ostream& out) : out_(out) {}
  void print(const v1::WatchResponse& response) override { out_ << to_json(response, false) << '\n'; }

 private:
  std::ostream& out_;
};

class YamlPrinter final : public WatchPrinter {
 public:
  explicit YamlPrinter(std::ostream& out) : out_(out) {}
  void print(const v1::WatchResponse& response) override {
    out_ << "---\n" << to_yaml(to_json_value(response).get());
  }

 private:
  std::ostream& out_;
};

// The name of what happened, and the message about it.
std::pair<std::string, const Message*> kind_of(const v1::Event& event) {
  const auto& reflection = *event.GetReflection();
  const auto* const field = reflection.GetOneofFieldDescriptor(event, v1::Event::descriptor()->oneof_decl(0));
  if (field == nullptr) return {"event", nullptr};
  return {field->name(), &reflection.GetMessage(event, field)};
}

std::string row_text(const Message& row) {
  if (const auto* queue = dynamic_cast<const v1::Queue*>(&row)) {
    return "waiting " + std::to_string(queue->waiting()) + ", oldest " +
           clock_text(queue->longest_wait_now()) + ", connected " + std::to_string(queue->connected()) +
           ", wrap-up " + std::to_string(queue->wrap_up()) +
           (queue->kpis().has_service_level_strict()
                ? ", service level " + percent_text(service_level(*queue))
                : "") +
           (queue->open() ? "" : ", closed");
  }
  if (const auto* agent = dynamic_cast<const v1::Agent*>(&row))
    return word_of(agent->state()) + ", " + word_of(agent->activity());
  if (const auto* contact = dynamic_cast<const v1::Contact*>(&row)) {
    const std::string agents = agents_text(*contact);
    return word_of(contact->state()) + " in " + plain_text(contact->queue()) +
           (agents.empty() ? "" : ", agent " + agents);
  }
  std::string text;
  for (const auto& [name, value] : members_text(row)) text += (text.empty() ? "" : " ") + name + "=" + value;
  return text;
}

// One line for each thing.
class LinePrinter : public WatchPrinter {
 public:
  void print(const v1::WatchResponse& response) final {
    if (response.has_snapshot()) {
      const auto& snapshot = response.snapshot();
      const Moment moment{snapshot.revision(), snapshot.at()};
      rows(moment, snapshot);
      if (snapshot.last_chunk()) write(moment, "snapshot_complete", {}, nullptr);
    } else if (response.has_deltas()) {
      for (const v1::Delta& delta : response.deltas().deltas()) changes(delta);
    } else if (response.has_heartbeat()) {
      write({response.heartbeat().revision(), response.heartbeat().at()}, "heartbeat", {}, nullptr);
    } else if (response.has_reset()) {
      write({response.reset().resume_revision(), {}}, "reset", word_of(response.reset().reason()), nullptr);
    }
  }

 protected:
  struct Moment {
    std::uint64_t revision;
    google::protobuf::Timestamp at;
  };

 private:
  virtual void write(const Moment& moment, const std::string& what, const std::string& name,
                     const Message* row) = 0;

  // Of a snapshot or a delta.
  template <class Part>
  void rows(const Moment& moment, const Part& part) {
    for (const v1::Queue& row : part.queues()) write(moment, "queue", row.queue(), &row);
    for (const v1::Agent& row : part.agents()) write(moment, "agent", row.agent_id(), &row);
    for (const v1::Contact& row : part.contacts()) write(moment, "contact", row.contact_id(), &row);
  }

  void changes(const v1::Delta& delta) {
    const Moment moment{delta.revision(), delta.at()};
    for (const v1::Event& event : delta.events()) {
      const auto [what, about] = kind_of(event);
      write(moment, what, {}, about);
    }
    rows(moment, delta);
    for (const std::string& id : delta.removed_contact_ids()) write(moment, "removed_contact", id, nullptr);
    for (const std::string& name : delta.removed_queues()) write(moment, "removed_queue", name, nullptr);
  }
};

class TextPrinter final : public LinePrinter {
 public:
  explicit TextPrinter(std::ostream& out) : out_(out) {}

 private:
  void write(const Moment& moment, const std::string& what, const std::string& name,
             const Message* row) override {
    out_ << second_text(moment.at) << "  " << moment.revision << "  " << what;
    if (!name.empty()) out_ << ' ' << plain_text(name);
    if (row != nullptr) out_ << ": " << row_text(*row);
    out_ << '\n';
  }

  std::ostream& out_;
};

class CsvPrinter final : public LinePrinter {
 public:
  explicit CsvPrinter(std::ostream& out) : out_(out) {}

 private:
  void write(const Moment& moment, const std::string& what, const std::string& name,
             const Message* row) override {
    if (!std::exchange(begun_, true)) out_ << csv_line({"revision", "at", "what", "name", "row"});
    const std::string at =
        moment.at.seconds() == 0 ? "" : google::protobuf::util::TimeUtil::ToString(moment.at);
    out_ << csv_line({std::to_string(moment.revision), at, what, csv_text(name),
                      row == nullptr ? "" : to_json(*row, false)});
  }

  std::ostream& out_;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<WatchPrinter> make_watch_printer(OutputFormat format, std::ostream& out) {
  switch (format) {
    case OutputFormat::Json:
      return std::make_unique<JsonPrinter>(out);
    case OutputFormat::Yaml:
      return std::make_unique<YamlPrinter>(out);
    case OutputFormat::Csv:
      return std::make_unique<CsvPrinter>(out);
    case OutputFormat::Table:
      break;
  }
  return std::make_unique<TextPrinter>(out);
}

}  // namespace cordboard::ctl
