#include "agents-sim/inject/system_calls.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>

namespace cordboard::sim {
namespace {

using Names = SystemCall::Names;

constexpr SystemCall kFileCalls[] = {
    {"write", SYS_write, CallKind::Write, Names::Descriptor},
    {"writev", SYS_writev, CallKind::Write, Names::Descriptor},
    {"pwrite64", SYS_pwrite64, CallKind::Write, Names::Descriptor},
    {"pwritev", SYS_pwritev, CallKind::Write, Names::Descriptor},
    {"pwritev2", SYS_pwritev2, CallKind::Write, Names::Descriptor},
    {"fsync", SYS_fsync, CallKind::Sync, Names::Descriptor},
    {"fdatasync", SYS_fdatasync, CallKind::Sync, Names::Descriptor},
    {"sync_file_range", SYS_sync_file_range, CallKind::Sync, Names::Descriptor},
    {"ftruncate", SYS_ftruncate, CallKind::Change, Names::Descriptor},
    {"fallocate", SYS_fallocate, CallKind::Change, Names::Descriptor},
    {"openat", SYS_openat, CallKind::Change, Names::PathToCreate},
    {"mkdirat", SYS_mkdirat, CallKind::Change, Names::PathAt},
    {"unlinkat", SYS_unlinkat, CallKind::Change, Names::PathAt},
    {"renameat2", SYS_renameat2, CallKind::Change, Names::PathAt},
#ifdef SYS_renameat
    {"renameat", SYS_renameat, CallKind::Change, Names::PathAt},
#endif
#ifdef SYS_unlink  // not on processors that came later
    {"mkdir", SYS_mkdir, CallKind::Change, Names::Path},
    {"unlink", SYS_unlink, CallKind::Change, Names::Path},
    {"rename", SYS_rename, CallKind::Change, Names::Path},
#endif
};

std::string_view name_of(CallKind kind) {
  switch (kind) {
    case CallKind::Write:
      return "writes";
    case CallKind::Sync:
      return "syncs";
    case CallKind::Change:
      return "changes";
  }
  return "";
}

std::string file_behind(pid_t thread, std::uint64_t descriptor) {
  const std::string link = "/proc/" + std::to_string(thread) + "/fd/" + std::to_string(descriptor);
  std::array<char, PATH_MAX> path;
  const ssize_t size = readlink(link.c_str(), path.data(), path.size());
  return size < 0 ? std::string() : std::string(path.data(), static_cast<std::size_t>(size));
}

// A page at a time: what comes behind it may not be readable.
std::string text_at(pid_t thread, std::uint64_t address) {
  std::string text;
  const auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  while (text.size() < PATH_MAX) {
    std::array<char, 256> buffer;
    const std::uint64_t size = std::min<std::uint64_t>(buffer.size(), page - address % page);
    const iovec local{buffer.data(), size};
    const iovec remote{reinterpret_cast<void*>(address), size};
    const ssize_t got = process_vm_readv(thread, &local, 1, &remote, 1, 0);
    if (got <= 0) break;
    const std::string_view read(buffer.data(), static_cast<std::size_t>(got));
    const std::size_t end = read.find('\0');
    text += read.substr(0, end);
    if (end != std::string_view::npos) break;
    address += static_cast<std::uint64_t>(got);
  }
  return text;
}

}  // namespace

std::span<const SystemCall> file_calls() { return kFileCalls; }

bool is_selected(const SystemCall& call, std::string_view selection) {
  return selection == "all" || selection == call.name || selection == name_of(call.kind);
}

bool is_selection(std::string_view selection) {
  return std::any_of(std::begin(kFileCalls), std::end(kFileCalls),
                     [&](const SystemCall& call) { return is_selected(call, selection); });
}

std::optional<PendingCall> pending_call(pid_t thread) {
  __ptrace_syscall_info info{};
  if (ptrace(PTRACE_GET_SYSCALL_INFO, thread, sizeof info, &info) <= 0) return std::nullopt;
  if (info.op != PTRACE_SYSCALL_INFO_SECCOMP) return std::nullopt;
  const auto* const call = std::find_if(
      std::begin(kFileCalls), std::end(kFileCalls),
      [&](const SystemCall& c) { return static_cast<std::uint64_t>(c.number) == info.seccomp.nr; });
  if (call == std::end(kFileCalls)) return std::nullopt;
  const auto& arguments = info.seccomp.args;
  switch (call->names) {
    case Names::Descriptor:
      return PendingCall{call, file_behind(thread, arguments[0])};
    case Names::Path:
      return PendingCall{call, text_at(thread, arguments[0])};
    case Names::PathToCreate:
      if ((arguments[2] & O_CREAT) == 0) return std::nullopt;
      return PendingCall{call, text_at(thread, arguments[1])};
    case Names::PathAt:
      return PendingCall{call, text_at(thread, arguments[1])};
  }
  return std::nullopt;
}

#if defined(__x86_64__)
bool can_refuse_calls() { return true; }

bool refuse_call(pid_t thread, int error) {
  user_regs_struct registers{};
  iovec all{&registers, sizeof registers};
  if (ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &all) != 0) return false;
  registers.orig_rax = ~0ULL;  // no call
  registers.rax = static_cast<unsigned long long>(-static_cast<long long>(error));
  return ptrace(PTRACE_SETREGSET, thread, NT_PRSTATUS, &all) == 0;
}
#elif defined(__aarch64__)
bool can_refuse_calls() { return true; }

bool refuse_call(pid_t thread, int error) {
  user_regs_struct registers{};
  iovec all{&registers, sizeof registers};
  if (ptrace(PTRACE_GETREGSET, thread, NT_PRSTATUS, &all) != 0) return false;
  registers.regs[0] = static_cast<unsigned long long>(-static_cast<long long>(error));
  int number = -1;  // no call
  iovec call{&number, sizeof number};
  return ptrace(PTRACE_SETREGSET, thread, NT_PRSTATUS, &all) == 0 &&
         ptrace(PTRACE_SETREGSET, thread, NT_ARM_SYSTEM_CALL, &call) == 0;
}
#else
bool can_refuse_calls() { return false; }
bool refuse_call(pid_t, int) { return false; }
#endif

}  // namespace cordboard::sim
