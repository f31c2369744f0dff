#!/usr/bin/env bash
# Finds Chromium for the browser tests, or installs it through apt where it may.
set -u
for name in "${CHORUS_CHROMIUM:-}" chromium chromium-browser google-chrome; do
  [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium for the browser tests ..."
  apt-get -qq update >/dev/null && apt-get -qq install -y chromium >/dev/null && exit 0
fi
echo "The browser tests need Chromium. Try: sudo apt-get install chromium, or set CHORUS_CHROMIUM to its path." >&2
exit 1
