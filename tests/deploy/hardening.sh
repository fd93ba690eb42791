#!/usr/bin/env bash
# hardening.sh PROGRAM...: what the compiler and linker must have done to each program of a release build
# (cmake/compiler.cmake). Prints a line for each property; ends with 1 when one is missing.
set -euo pipefail

missing=0

# property NAME COMMAND...: COMMAND tells whether the program has it.
property() {
  local name=$1
  shift
  if "$@"; then
    printf '  %-34s yes\n' "$name"
  else
    printf '  %-34s MISSING\n' "$name"
    missing=$((missing + 1))
  fi
}

is_position_independent() { [[ $header == *"Type:"*DYN* && $dynamic == *FLAGS_1*PIE* ]]; }
binds_at_start() { [[ $dynamic == *FLAGS*NOW* ]]; }
has_read_only_relocations() { [[ $segments == *GNU_RELRO* ]]; }
has_stack_canaries() { [[ $symbols == *__stack_chk_fail* ]]; }
has_checked_functions() { [[ $symbols == *_chk@* ]]; }
has_no_executable_stack() { [[ $segments =~ GNU_STACK\ [^$'\n']*\ RW\ +0x ]]; }
has_no_writable_code() { [[ ! $segments =~ LOAD\ [^$'\n']*\ RWE\  ]]; }
has_no_search_path() { [[ $dynamic != *RPATH* && $dynamic != *RUNPATH* ]]; }

for program in "$@"; do
  header=$(readelf -hW "$program")
  segments=$(readelf -lW "$program")
  dynamic=$(readelf -dW "$program")
  symbols=$(readelf -W --dyn-syms "$program")
  basename "$program"
  property "position independent" is_position_independent
  property "all symbols bound at the start" binds_at_start
  property "relocations read-only" has_read_only_relocations
  property "stack canaries" has_stack_canaries
  property "checked functions (_FORTIFY_SOURCE)" has_checked_functions
  property "stack not executable" has_no_executable_stack
  property "code not writable" has_no_writable_code
  property "no library search path" has_no_search_path
done
((missing == 0))
