#!/usr/bin/env bash
# What we depend on: every crate from crates.io with a checksum, under a licence that allows redistribution, and with
# the same features for the binary as for the tests (otherwise `make demo` and `make test` each compile their own).
set -euo pipefail

strange=$(awk 'BEGIN { RS = "" } /^\[\[package\]\]/ && !/\nname = "guanjia"\n/ &&
    !(/\nsource = "registry\+[^"]*crates\.io-index"/ && /\nchecksum = "[0-9a-f]+"/) { split($0, line, "\n"); print line[2] }' Cargo.lock)
[ -z "$strange" ] || {
    printf 'error: in Cargo.lock without a checksum of crates.io:\n%s\n' "$strange" >&2
    exit 1
}

tree() { cargo tree --locked --quiet --prefix none "$@" | sed 's/ (\*)$//' | sort -u; }

allowed='0BSD|Apache-2\.0( WITH LLVM-exception)?|BSD-[23]-Clause|BSL-1\.0|CC0-1\.0|CDLA-Permissive-2\.0|ISC|MIT|Unicode-3\.0|Unlicense|Zlib'
strange=$(tree -e normal,build,dev -f '{l} {p}' | sed -E "s#^(\(*($allowed)\)*( OR | AND |/| ))+##; /^[a-z0-9_-]+ v[0-9][^ ]*( \(proc-macro\))?\$/d; /^guanjia /d")
[ -z "$strange" ] || {
    printf 'error: a licence not seen before:\n%s\n' "$strange" >&2
    exit 1
}

strange=$(comm -23 <(tree -e normal,build -f '{p} {f}') <(tree -e normal,build,dev -f '{p} {f}'))
[ -z "$strange" ] || {
    printf 'error: compiled once for the binary and once more for the tests, with other features:\n%s\n' "$strange" >&2
    exit 1
}
