// CB_ASSERT(condition, format, ...): a broken rule of our own stops the process, in every build.
//
// For bugs only: what a client may cause is a RejectReason, what the environment may cause is an error
// value. Say one condition per assertion and print the ids that are needed to find the case in the log;
// never print client data. A restart replays the log, so stopping loses nothing.

#pragma once

#include <cstdio>
#include <cstdlib>

#define CB_ASSERT(condition, ...)                                                            \
  do {                                                                                       \
    if (!(condition)) [[unlikely]] {                                                         \
      std::fprintf(stderr, "%s:%d: assertion failed: %s: ", __FILE__, __LINE__, #condition); \
      std::fprintf(stderr, __VA_ARGS__);                                                     \
      std::fputc('\n', stderr);                                                              \
      std::abort();                                                                          \
    }                                                                                        \
  } while (false)
