# shellcheck shell=bash
# Asking a router over HTTP with what every Debian has. Source it.

# http_get HOST:PORT PATH: the whole answer.
http_get() {
  exec 9<>"/dev/tcp/${1%:*}/${1#*:}"
  printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$2" "$1" >&9
  cat <&9
  exec 9>&-
}

# answers HOST:PORT PATH: it must say 200.
answers() {
  local first
  read -r first < <(http_get "$1" "$2")
  [[ $first == *" 200 "* ]] || {
    echo "$2: $first"
    return 1
  }
}
