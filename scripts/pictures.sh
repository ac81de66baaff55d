#!/usr/bin/env bash
# The pictures of the README, from a workspace that has run: its dashboard's overview and its bulletin's first page.
#
#   scripts/pictures.sh WORKSPACE FOLDER
set -euo pipefail

workspace=$(cd "$1" && pwd)
mkdir -p "$2"
folder=$(cd "$2" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
# A sandbox of the browser's own does not start for root; the page comes from this disk.
sandbox=()
[ "$(id -u)" != 0 ] || sandbox=(--no-sandbox)
"$browser" --headless=new "${sandbox[@]}" --disable-gpu --hide-scrollbars --user-data-dir="$work/browser" \
    --window-size=1280,960 --screenshot="$folder/dashboard.png" "file://$workspace/out/dashboard/index.html" \
    >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }

shopt -s nullglob
bulletins=("$workspace"/out/20*/*.docx)
newest=${bulletins[-1]}
soffice --headless "-env:UserInstallation=file://$work/office" --convert-to pdf --outdir "$work" "$newest" \
    >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
pdf=$(basename "$newest" .docx).pdf
pdftoppm -f 1 -l 1 -r 72 -png -singlefile "$work/$pdf" "$folder/bulletin"
ls -l "$folder/dashboard.png" "$folder/bulletin.png"
