// Which system calls change files, how they are called in reports, and how to find them in a traced process.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace cordboard::sim {

enum class CallKind : std::uint8_t { Write, Sync, Change };  // of content; to the disk; of names and sizes

struct SystemCall {
  enum class Names : std::uint8_t {
    Descriptor,    // the file is the first argument
    Path,          // its name is the first argument
    PathAt,        // its name is the second argument
    PathToCreate,  // the same; counts only when the file is made
  };
  std::string_view name;
  long number;
  CallKind kind;
  Names names;
};

// All that this machine's kind of processor has.
std::span<const SystemCall> file_calls();

// "writes", "syncs", "changes", or the name of one call; "all". Nothing is called anything else.
bool is_selected(const SystemCall& call, std::string_view selection);
bool is_selection(std::string_view selection);

// A call that a traced thread is about to make, as the kernel tells its tracer.
struct PendingCall {
  const SystemCall* call = nullptr;
  std::string file;  // as far as it can be found out
};

// The call at which a thread has stopped; nullopt when it is none of file_calls() or none that changes
// anything. For the tracer.
std::optional<PendingCall> pending_call(pid_t thread);

// Lets it return `error` (as in errno) without being made. False when this processor is not known.
bool refuse_call(pid_t thread, int error);
bool can_refuse_calls();

}  // namespace cordboard::sim
