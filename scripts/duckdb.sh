#!/usr/bin/env bash
# Which DuckDB to build with. Prints the folder of a checked libduckdb.so, or nothing when DuckDB is to be compiled
# from its source; the choice and its reason go to standard error.
#
#   scripts/duckdb.sh FOLDER      the library is kept in FOLDER/duckdb-VERSION
#
# GUANJIA_DUCKDB=bundled asks for the source. Nothing is fetched when the library is there already.
set -euo pipefail

version=1.5.6
package=@duckdb/node-bindings-linux-x64@1.5.6-r.1
package_sha256=1b9f82478539bb9a1d1df44bd103121a12ae52142c07158dc52b97d2ec1d69ff
library_sha256=3f4962cdd266eab2b479a5b5a4a6d063d279b2954ae814ed00385d553b747633

folder=$1/duckdb-$version

bundled() {
    echo "DuckDB $version: compiled from its source, since $1." >&2
    echo "  Once about 36 CPU-minutes (18 minutes on 2 cores), on top of 20 for the other crates; then never again." >&2
    exit 0
}
prebuilt() {
    echo "DuckDB $version: prebuilt library in $folder (GUANJIA_DUCKDB=bundled compiles it instead)." >&2
    echo "$folder"
    exit 0
}
is() { [ "$(sha256sum "$1" | cut -d ' ' -f 1)" = "$2" ]; }

case ${GUANJIA_DUCKDB:-} in
    bundled) bundled "GUANJIA_DUCKDB=bundled asks for it" ;;
    '' | prebuilt) ;;
    *) bundled "GUANJIA_DUCKDB is “$GUANJIA_DUCKDB”, and only “prebuilt” and “bundled” are known" ;;
esac
[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || bundled "the prebuilt library is for Linux on x86_64"
[ ! -e "$folder/libduckdb.so" ] || prebuilt
command -v npm >/dev/null || bundled "npm, which fetches the prebuilt library, is not installed"

# Unpacked beside its place and moved last: a broken fetch never leaves half a library.
mkdir -p "$folder"
work=$(mktemp -d "$folder/fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT
npm pack "$package" --silent --pack-destination "$work" >/dev/null || bundled "npm could not fetch $package"
for archive in "$work"/*.tgz; do :; done
is "$archive" $package_sha256 || bundled "the archive that npm fetched is not the one that was checked (SHA-256 differs)"
member=$(tar -tzf "$archive" | grep '/libduckdb\.so$')
tar -xzf "$archive" -C "$work" "$member"
is "$work/$member" $library_sha256 || bundled "the library in the archive is not the one that was checked (SHA-256 differs)"
mv "$work/$member" "$folder/libduckdb.so"
prebuilt
