# Sourced by the shell tests: checks that count, and their last line.
passed=0 failed=0

# check SENTENCE COMMAND...: the command must succeed.
check() {
  local sentence=$1 output
  shift
  if output=$("$@" 2>&1); then
    passed=$((passed + 1))
    echo "ok    $sentence"
  else
    failed=$((failed + 1))
    echo "FAIL  $sentence"
    printf '%s\n' "$output" | tail -n 12 | sed 's/^/      /'
  fi
}

# within SECONDS COMMAND...: asked again and again until it succeeds.
within() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.3
  done
}

no() { ! "$@"; }
is() { [ "$1" = "$2" ] || { echo "is '$1', not '$2'"; return 1; }; }

# says TEXT COMMAND...: its output holds the text, whatever its exit code.
says() {
  local text=$1 output
  shift
  output=$("$@" 2>&1)
  grep -qF -- "$text" <<<"$output" || { printf '%s\n' "$output"; return 1; }
}

summary() {
  echo "$passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}
