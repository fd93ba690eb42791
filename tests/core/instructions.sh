#!/bin/sh
# instructions.sh PROGRAM LIMIT: fails when PROGRAM (serve_contacts) takes more than LIMIT instructions for a
# contact. A count, so that a busy machine gives the same answer as an idle one.
#
# After a change that is worth its instructions, raise the limit in CMakeLists.txt to 5 % above what is printed.
set -eu
program=$1 limit=$2

instructions() {
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$1" 2>&1 | sed -n 's/.*Collected : //p'
}

few=$(instructions 2000)
many=$(instructions 4000)
if [ -z "$few" ] || [ -z "$many" ]; then
  echo "valgrind counted nothing; is it installed? (./dev deps test)"
  exit 1
fi
each=$(((many - few) / 2000))
echo "$each instructions for a contact, at most $limit"
[ "$each" -le "$limit" ]
