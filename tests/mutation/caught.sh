#!/usr/bin/env bash
# caught.sh PROGRAM MUTATION FILTER TEXT: with this seeded bug in the engine, the tests of PROGRAM that FILTER
# selects must fail, and say TEXT: so it is the check that is meant that notices, not the next
# assertion. Prints what they said first.
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
if ! grep -qF -- "${4:?a text is needed}" <<<"$output"; then
  echo "$2 was noticed, but not as '$4'"
  exit 1
fi
