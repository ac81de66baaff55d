#!/usr/bin/env bash
# What the machine must have besides Rust: checks for each, installs what is missing where it may (root on Debian),
# otherwise prints the command and stops.
#
#   scripts/needs.sh demo      a C compiler and a Chinese font for the charts
#   scripts/needs.sh test      also rustfmt and clippy, LibreOffice, Poppler and Chromium
set -euo pipefail

packages=()
components=()
need() { # command, package
    command -v "$1" >/dev/null || packages+=("$2")
}
chinese_font() {
    if command -v fc-list >/dev/null; then
        [ -n "$(fc-list :lang=zh-cn family 2>/dev/null | head -n 1)" ]
    else
        [ -n "$(find /usr/share/fonts /usr/local/share/fonts "${HOME:-/}/.fonts" "${HOME:-/}/.local/share/fonts" \
            -iname '*cjk*' -print -quit 2>/dev/null)" ]
    fi
}

command -v cargo >/dev/null || {
    echo "error: cargo is not installed: guanjia needs Rust 1.90 or later" >&2
    exit 1
}
need c++ g++
chinese_font || packages+=(fonts-noto-cjk)
if [ "$1" = test ]; then
    cargo fmt --version >/dev/null 2>&1 || components+=(rustfmt)
    cargo clippy --version >/dev/null 2>&1 || components+=(clippy)
    if command -v soffice >/dev/null; then
        [ -e /usr/lib/libreoffice/program/libswlo.so ] || packages+=(libreoffice-writer-nogui)
        [ -e /usr/lib/libreoffice/program/libsclo.so ] || packages+=(libreoffice-calc-nogui)
    else
        packages+=(libreoffice-writer-nogui libreoffice-calc-nogui)
    fi
    need pdftotext poppler-utils
    need chromium chromium
fi

if [ ${#components[@]} -gt 0 ]; then
    if command -v rustup >/dev/null; then
        rustup component add "${components[@]}" >&2
    else
        for component in "${components[@]}"; do packages+=("${component/#clippy/rust-clippy}"); done
    fi
fi
[ ${#packages[@]} -gt 0 ] || exit 0

install=(apt-get install -y -qq --no-install-recommends "${packages[@]}")
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "error: this machine lacks ${packages[*]} (names of Debian's packages)" >&2
    echo "hint: as root: ${install[*]}" >&2
    exit 1
fi
echo "Installing ${packages[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# The lists of packages are often there already; they are fetched only when the install fails without.
"${install[@]}" >"$log" 2>&1 || { apt-get update -qq && "${install[@]}"; } >"$log" 2>&1 || {
    cat "$log" >&2
    echo "error: could not install ${packages[*]}" >&2
    exit 1
}
