// Runs a program, and kills it at one of its system calls that change files, or lets that call fail.
//
// Calls are counted over all threads of the program, in the order in which they are begun; only those on
// files under one directory count. (strace can inject faults, too, but counts each call of each thread by
// itself, so that a sweep with it leaves gaps.) The program stays what it was for whoever started it: same
// process, same end. The tracer is a process of its own beside it; if that dies, the program does.
//
// A report tells what happened; it is whole before the program's parent can know of its end.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cordboard::sim {

struct CallFault {
  std::string under;          // a directory, absolute
  std::string calls = "all";  // which ones count: is_selection()
  std::uint64_t at = 0;       // the first is 1; 0: none, they are only counted
  int error = 0;              // what the call answers, as in errno; 0: the program is killed instead
  bool for_ever = false;      // all later ones fail as well
  std::string report;         // a file to be written
};

// What a report says.
struct CallReport {
  std::uint64_t calls = 0;           // that counted
  bool reached = false;              // the one that it was about
  std::string call;                  // its name
  std::string file;                  // without directories
  std::int64_t ended_after_us = -1;  // from the call to the end of the program; -1 when it had not ended
};
std::optional<CallReport> read_call_report(const std::string& path);

// Becomes the program, with its arguments. Returns only when that cannot be done, with the reason.
std::string run_with_fault(const CallFault& fault, std::vector<std::string> words);

// Why programs cannot be traced here; empty when they can.
std::string why_no_faults();

// The words to put before a program so that cordboard-sim, to be found at `sim`, does this to it.
std::vector<std::string> words_to_inject(const std::string& sim, const CallFault& fault);

}  // namespace cordboard::sim
