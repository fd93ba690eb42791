#!/usr/bin/env bash
# prove.sh [--long] [CLAIM...]: tries every claim of docs/GUARANTEES.md on the release build in build/release, and prints a
# table: what was claimed, what came of it, the figure that was printed, and how long it took. `./dev prove` builds and runs it.
#
# Ends with 0 when each claim was shown, 1 when one was not, 77 when none failed but one could not be tried on
# this machine: that is never counted as shown. What each command said is in build/prove/CLAIM.log.
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
export PATH="$root/build/release/bin:$root/build/tools/bin:$PATH"

long="" wanted=" "
for word in "$@"; do
  if [[ $word == --long ]]; then long=yes; else wanted+="$word "; fi
done

minimal=deploy/examples/minimal.yaml
router="--router build/release/bin/cordboard-router --config $minimal"
often="--router build/release/bin/cordboard-router --config tests/e2e/snapshots_often.yaml"
logs=build/prove
shown=0 failed=0 untried=0 unknown=$wanted
mkdir -p "$logs"

# claim NAME "WHAT IS CLAIMED" FIGURE QUICK [LONG]: QUICK and LONG are commands, which end with 0 when the claim
# holds and 77 (or say NOT TESTED) when it cannot be tried; FIGURE is an extended regular expression, and the last two
# lines that it matches are shown.
claim() {
  local name=$1 what=$2 figure=$3 command=$4 status=0 result started=$SECONDS log=$logs/$1.log
  if [[ $wanted != " " && $wanted != *" $name "* ]]; then return; fi
  unknown=${unknown/ $name / }
  if [[ -n $long ]]; then command=${5:-$4}; fi
  bash -c "$command" >"$log" 2>&1 || status=$?
  if grep -q "NOT TESTED" "$log"; then status=77; fi
  case $status in
    0) result=shown shown=$((shown + 1)) ;;
    77) result="not tried" untried=$((untried + 1)) ;;
    *) result=FAILED failed=$((failed + 1)) ;;
  esac
  printf '%-20s %-10s %5ds  %s\n' "$name" "$result" $((SECONDS - started)) "$what"
  grep -hE "$figure" "$log" | tail -n 2 | sed -E 's/^ *(\[ *PASSED *\] *)?//; s/^(.{150}).*/\1/; s/^/                                      /'
  if ((status != 0)); then tail -n 5 "$log" | sed 's/^/    | /'; fi
}

tests() { echo "ctest --test-dir build/release -j2 --no-tests=error -R '$1'"; }
passed='tests passed|\[  PASSED  \]'

# ---- durability: docs/GUARANTEES.md ----
claim disk-faults "each write, sync, cut, opening or removal fails, once or for ever: acknowledged is there" "$passed" \
  "durability_test --gtest_filter='FaultSweep.*'"
claim power-cuts "power goes at each operation: unsynced sectors are lost, acknowledged is there" "$passed" \
  "durability_test --gtest_filter='*PowerCut*'"
claim sync-fails "no answer after a failed sync, in the whole loop" "$passed" \
  "durability_test --gtest_filter='LoopOnFaultyDisk.*'"
claim disk-full "contacts are refused before the disk is full; it goes on without a restart" "$passed" \
  "durability_test --gtest_filter='SmallDisk.*'"
claim bit-flips "bits turned (one of 256; --long: each), cuts: refused with their position, or harmless" "wrong [0-9]+" \
  "durability_test --gtest_filter='BitFlip.*'" \
  "CORDBOARD_FLIP_STEP=1 durability_test --gtest_filter='BitFlip.*'"
claim golden-stores "stores of every released format are read, a newer one is left untouched" "$passed" \
  "durability_test --gtest_filter='*GoldenStore*' && store_test --gtest_filter='*NewerFormat*'"
claim kill-9 "kill -9 under live load: nothing lost, nothing doubled" "audit:|kills;" \
  "cordboard-sim crash $often --kills 50 --gap-ms 50 --agents 40 --rate 40" \
  "cordboard-sim crash $often --kills 10000 --gap-ms 50 --agents 40 --rate 40"
claim kill-at-calls "killed at each system call that changes its data" "audit:|runs" \
  "cordboard-sim crash-at-calls $router --step 25" \
  "cordboard-sim crash-at-calls $router"
claim fail-at-calls "each such call fails with an input/output error: it ends by itself, acknowledged is there" "audit:|runs" \
  "cordboard-sim crash-at-calls $router --step 25 --error EIO" \
  "cordboard-sim crash-at-calls $router --error EIO"

# ---- the audit trail ----
claim audit-trail "kill -9 while supervisors act: rows and acts agree; each bit, row and order of rows counts" "kills:|$passed" \
  "audit_e2e_test && store_test --gtest_filter='AuditTrail.*' && ctl_test"

# ---- clients and networks ----
claim bad-network "delays, cuts, silence, everything said twice, and kills besides: nothing lost or doubled" "$passed" proxy_e2e_test
claim dead-peer "agents of a client that is stopped are disconnected, and their offers end" "after .* s|$passed" dead_peer_e2e_test
claim herd "5,000 agents are back after a restart, none stuck" "audit:|ready" \
  "cordboard-sim crash $router --agents 5000 --rate 300 --kills 2 --gap-ms 4000"
claim overload "what is less urgent is refused first; accepts, ends and cancels last" "$passed" \
  "grpc_test --gtest_filter='TokenBucketTest.*:ClientBucketsTest.*:ShedTest.*:ClassTest.*:RatesTest.*:IntakeTest.*'"
claim slow-readers "who stops reading is cut in time, told where to resume, and costs 64 KiB" "$passed" \
  "grpc_test --gtest_filter='SlowReaderTest.*:SlowWatchTest.*:OutboxTest.*'"
if [[ -n $long ]]; then # with figures of this machine, which should have nothing else to do
  claim overload-figures "4 times the sustained load: goodput, accepts and ends hold, who is refused knows soon" \
    "not reached|goodput at 4" "" "python3 bench/overload.py --parts overload"
  claim reader-figures "1,000 stopped readers: bytes, seconds, and how long others' calls take" \
    "not reached|waiting for one|until all are cut" "" "python3 bench/overload.py --parts readers"
  claim snapshots "with 100,000 contacts alive a snapshot makes nobody wait 10 ms for the routing thread" "not reached|longest wait" "" \
    "python3 bench/snapshots.py"
  claim soak "20,000,000 contacts: memory, files and threads do not grow" "not reached|growth|threads in" "" \
    "python3 bench/soak.py"
fi

# ---- routing ----
claim random-commands "every rule holds after each of many random commands" "violations" \
  "tape_soak 500000 $RANDOM$RANDOM 2" \
  "tape_soak 100000000 $RANDOM$RANDOM 2"
claim seeded-bugs "each rule's check notices a bug that was put in on purpose" "$passed" "$(tests '^mutation')"
claim queueing-theory "waits and abandonment are those of queueing theory" "$passed" "$(tests Theory)"

# ---- figures: docs/METRICS.md ----
figures="python3 tests/figures/figures_test.py --router build/release/bin/cordboard-router --sim build/release/bin/cordboard-sim"
figures+=" --ctl build/release/bin/cordboardctl --page build/release/page"
claim figures "API, cordboardctl, Prometheus and dashboard show what the events of the log come to, kill -9 included" "figures are equal" \
  "$figures" "$figures --contacts 1000000 --rate 1500 --agents 450"

# ---- strangers: SECURITY.md ----
claim roles "each rpc for each role and tenant: only what the table allows" "$passed" \
  "grpc_test --gtest_filter='AccessTest.*'"
claim customers-data "sealed in every file, erased for good, in no log, label or error" "$passed" \
  "canary_e2e_test && privacy_test && loop_test --gtest_filter='PersonalDataTest.*' && store_test --gtest_filter='SqliteKeysTest.*'"
claim torture "each of 237 nasty messages gets its answer, and what is refused changes nothing" "$passed" torture_test
claim http2-attacks "known attacks on HTTP/2 do no more harm than SECURITY.md says" "$passed" http2_test
claim fuzzers "hostile bytes in every reader: no crash, no broken rule" "total|[0-9]+ fuzzers|findings" \
  "./dev fuzz 5" "./dev fuzz 1800"
claim deployment "hardened programs, a closed service, a proxy before it, all libraries known" "$passed" "$(tests '^deploy|NginxTest')"
if [[ -n $long ]]; then
  claim clean-install "the Debian package is installed, routes, is upgraded, removed and purged in a bare Debian 12" \
    "^the package|audit:" "" "./dev package && tests/deploy/clean_install.sh"
  claim tutorial "the commands of TUTORIAL.md, to the letter, in a bare Debian 12" "commands of" "" \
    "./dev package && tests/deploy/documented.sh docs/TUTORIAL.md"
  claim operations "upgrade, roll back, back up and restore by the commands of OPERATIONS.md" "commands of" "" \
    "./dev package && tests/deploy/documented.sh docs/OPERATIONS.md"
  claim container "the container's recipe: its user, a read-only root" "^ready|audit:" "" \
    "./dev package && tests/deploy/container.sh"
fi

echo "$shown $failed $untried" >"$logs/counts" # for ./dev test
if [[ $unknown != " " ]]; then
  echo "no such claim, or one for --long only:$unknown" >&2
  failed=$((failed + 1))
fi
printf '\n%d shown, %d failed, %d not tried on this machine\n' "$shown" "$failed" "$untried"
if ((failed)); then exit 1; fi
if ((untried)); then exit 77; fi
