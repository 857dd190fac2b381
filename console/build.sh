#!/bin/sh
# Builds the console with the machine's Node into target/classes, where its jar is made from.
# Nothing is fetched when npm has its packages in its cache.
set -eu
cd "$(dirname -- "$0")"

fail() {
  printf 'console: %s\n' "$*" >&2
  exit 1
}

command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 ||
  fail "node and npm are missing (expected: Node.js 20.19 or later, to build the console)"

exec node scripts/build.mjs
