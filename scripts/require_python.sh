#!/usr/bin/env bash
# Says in one line what is missing before a virtual environment can be made.
set -u
python=${1:-python3}
if ! command -v "$python" >/dev/null 2>&1; then
  echo "Chorus needs Python 3.11 or newer: no '$python' here. Try: sudo apt-get install python3 python3-venv" >&2
  exit 1
fi
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
case "$version" in
  3.11|3.12|3.13) ;;
  *) echo "Chorus runs on Python 3.11, 3.12 or 3.13; '$python' is $version. Try: make run PYTHON=python3.12" >&2; exit 1 ;;
esac
if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
  echo "This Python cannot make virtual environments. Try: sudo apt-get install python$version-venv" >&2
  exit 1
fi
