#!/usr/bin/env bash
# caught.sh PROGRAM MUTATION FILTER: the tests of PROGRAM that FILTER selects must fail with this seeded bug in
# the engine. Prints what they said first.
set -u
output=$(CORDBOARD_MUTATION=$2 CORDBOARD_TAPES=20000 "$1" --gtest_filter="$3" --gtest_fail_fast 2>&1)
status=$?
if ((status == 0)); then
  echo "nobody noticed $2"
  exit 1
fi
if ! grep -q "RUN  " <<<"$output"; then
  echo "the filter $3 selects no test: $output"
  exit 1
fi
grep -v -E '^\[|^Note|^Running|^ *$|^  (Actual|Expected): |^Value of' <<<"$output" | head -n 3 | cut -c1-200
