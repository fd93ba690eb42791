#include "ctl/commands/config_report.h"

#include "ctl/output/text_table.h"
#include "ctl/output/value_text.h"
#include "router/codec/plain_text.h"

namespace cordboard::ctl {
namespace {

void print_change(const v1::ConfigChange& change, std::ostream& out) {
  const std::string path = plain_text(change.path());
  if (!change.before().empty()) out << "- " << path << ": " << plain_text(change.before()) << '\n';
  if (!change.after().empty()) out << "+ " << path << ": " << plain_text(change.after()) << '\n';
}

std::string becomes(std::uint32_t before, std::uint32_t after) {
  return std::to_string(before) + (before == after ? "" : " -> " + std::to_string(after));
}

std::string fate_of(const v1::QueueImpact& queue) {
  if (queue.added()) return "comes";
  if (queue.removed()) return "goes";
  return queue.draining() ? "drains" : "stays";
}

// As refusals tell it: in capitals.
std::string name_of(v1::RejectionDetail::Reason reason) {
  const std::string& name = v1::RejectionDetail::Reason_Name(reason);
  return name.empty() ? std::to_string(reason) : name;
}

bool is_touched(const v1::QueueImpact& queue) {
  return queue.added() || queue.removed() || queue.draining() || queue.offers_made() > 0 ||
         queue.offers_rescinded() > 0 || queue.contacts_ended() > 0 ||
         queue.unanswered_before() != queue.unanswered_after() ||
         queue.unservable_before() != queue.unservable_after();
}

// Of hundreds of queues a change touches few.
void print_impact(const v1::ApplyResponse& response, std::ostream& out) {
  TextTable table(
      {"QUEUE", "", ">UNANSWERED", ">UNSERVABLE", ">OFFERS MADE", ">TAKEN BACK", ">CONTACTS ENDED"});
  bool any = false;
  for (const v1::QueueImpact& queue : response.impact()) {
    if (!is_touched(queue)) continue;
    any = true;
    table.add({plain_text(queue.queue()), fate_of(queue),
               becomes(queue.unanswered_before(), queue.unanswered_after()),
               becomes(queue.unservable_before(), queue.unservable_after()),
               std::to_string(queue.offers_made()), std::to_string(queue.offers_rescinded()),
               std::to_string(queue.contacts_ended())});
  }
  if (!any) {
    out << "no contact that waits is touched\n";
    return;
  }
  out << '\n';
  table.print(out);
}

}  // namespace

void print_diagnostics(const std::string& file, const v1::ValidateResponse& check, std::ostream& out) {
  for (const v1::Diagnostic& found : check.diagnostics()) {
    out << file << ':';
    if (found.line() > 0) out << found.line() << ':' << found.column() << ':';
    out << ' ' << word_of(found.severity()) << ": ";
    if (!found.key().empty()) out << plain_text(found.key()) << ": ";
    out << plain_text(found.message());
    if (!found.suggestion().empty()) out << ": " << plain_text(found.suggestion());
    out << '\n';
  }
  if (check.valid()) out << file << ": valid\n";
}

void print_apply(const std::string& file, const v1::ApplyResponse& response, std::ostream& out) {
  if (!response.check().diagnostics().empty()) print_diagnostics(file, response.check(), out);
  if (!response.has_receipt() && !response.check().valid()) return;
  for (const v1::ConfigChange& change : response.changes()) print_change(change, out);
  if (response.changes_left_out() > 0) out << "and " << response.changes_left_out() << " more\n";
  if (response.changes().empty()) out << "no difference\n";
  if (!response.has_receipt()) print_impact(response, out);
  if (response.has_receipt()) {
    out << (response.receipt().repeated()
                ? "done before"
                : "version " + std::to_string(response.version().number()) + " is in force")
        << " at revision " << response.receipt().revision() << ", " << second_text(response.receipt().at())
        << '\n';
  } else if (response.has_rejection()) {
    out << "would be refused: " << name_of(response.rejection().reason()) << ": "
        << plain_text(response.rejection().detail()) << '\n';
  } else {
    out << "would become version " << response.version().number() << "; nothing was changed\n";
  }
}

}  // namespace cordboard::ctl
