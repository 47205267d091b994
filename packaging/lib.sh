# Shared by packaging/quickstart and tests/run: progress lines, logged commands, packages. Sourced, never run.
# The caller has `set -euo pipefail` and stands in the project's top folder.

if [[ -t 1 ]]; then bold=$'\e[1m' plain=$'\e[0m'; else bold='' plain=''; fi

say() { printf '%s==>%s %s\n' "$bold" "$plain" "$*"; }
note() { printf '    %s\n' "$*"; }

# die WHAT [MEND...]: what failed, then what to do about it, one line each.
die() {
  printf '\n%sFAILED%s: %s\n' "$bold" "$plain" "$1" >&2
  shift
  local line
  for line in "$@"; do printf '  to mend it: %s\n' "$line" >&2; done
  exit 1
}

# logged LOG CMD...: runs CMD with its output in LOG, tells every 20 s that it lives, returns its exit status.
logged() {
  local log=$1 pid seconds=0
  shift
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.5
    seconds=$((seconds + 1))
    if ((seconds % 40 == 0)); then note "$((seconds / 2)) s … $(tail -n 1 "$log" | tr -d '\r' | cut -c1-100)"; fi
  done
  wait "$pid"
}

as_root() {
  if [[ $(id -u) == 0 ]]; then "$@"; else sudo "$@"; fi
}

# install_packages LOG PACKAGE...: apt, and only for what is missing.
install_packages() {
  local log=$1 package missing=()
  shift
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  if ((${#missing[@]} == 0)); then
    note "all ${#} packages are there"
    return 0
  fi
  note "installing ${missing[*]}"
  if [[ $(id -u) != 0 ]] && ! command -v sudo >/dev/null; then
    die "packages are missing and this is neither root nor a machine with sudo" \
      "as root: apt-get install --no-install-recommends ${missing[*]}"
  fi
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=300)
  logged "$log" as_root "${apt[@]}" update && logged "$log" as_root "${apt[@]}" install --no-install-recommends "${missing[@]}" ||
    { tail -n 20 "$log" >&2; die "apt-get could not install the packages (log: $log)" "check the network and the package sources, then run this again"; }
}

# What building and running needs, and what packaging/deb needs besides; tests/run adds the judges.
build_packages=(
  g++ cmake ninja-build pkg-config
  libssl-dev libpoco-dev libsqlite3-dev libp11-kit-dev libp11-dev nlohmann-json3-dev libtomlplusplus-dev libcli11-dev libargon2-dev
)
run_packages=(softhsm2 openssl curl ca-certificates)
deb_packages=(build-essential dpkg-dev debhelper python3 git)
