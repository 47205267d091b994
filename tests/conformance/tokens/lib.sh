# Shared by the scripts beside it, each of which makes a throw-away token of one kind, runs a command with it in
# $TOKEN_* (see token_conformance.cpp), and leaves nothing behind. Sourced, never run.
set -euo pipefail
(($#)) || { echo "usage: $0 COMMAND [ARGUMENT...]" >&2; exit 2; }
if [[ -z ${work:-} ]]; then work=$(mktemp -d "${TMPDIR:-/tmp}/inkan-token.XXXXXX"); fi
modules=/usr/lib/x86_64-linux-gnu
export TOKEN_LABEL=inkan-test TOKEN_PIN_FILE=$work/pin TOKEN_INIT_ARGS='' TOKEN_SERVER=''
pin=24681357 so_pin=87654321
(umask 077; printf %s $pin >"$TOKEN_PIN_FILE")

need() {  # PROGRAM-OR-FILE PACKAGE
  command -v "$1" >/dev/null || [[ -e $1 ]] || { echo "$1 is missing: apt-get install $2" >&2; exit 1; }
}
# Asks until the command succeeds, for ten seconds.
await() {
  local i
  for ((i = 0; i < 100; i++)); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  echo "$0: not within 10 s: $*" >&2
  exit 1
}
softhsm_token() {
  export SOFTHSM2_CONF=$work/softhsm2.conf
  need softhsm2-util softhsm2
  mkdir "$work/tokens"
  printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$work/tokens" >"$SOFTHSM2_CONF"
  softhsm2-util --init-token --free --label $TOKEN_LABEL --so-pin $so_pin --pin $pin >"$work/log"
}
