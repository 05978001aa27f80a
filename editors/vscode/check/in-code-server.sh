#!/usr/bin/env bash
# Builds the extension, installs it into code-server, and takes the pictures of docs/how-to/work-in-vs-code.md in Chromium.
#
#     bash editors/vscode/check/in-code-server.sh WORK
#
# WORK is a folder for what this needs and leaves behind: code-server and Node 24, which it wants, from npm (the scripts of
# its packages are left out, since they load parts of it that are not needed here from elsewhere), and a made-up state.
# Needed are npm, Debian's chromium, and `rulelang[lsp]` in the environment of the checkout.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../../.." && pwd)"
work="$(mkdir -p "$1" && cd "$1" && pwd)"
rulelang="$root/.venv/bin/rulelang"

(cd "$here/.." && npm ci && npm run package)

cd "$work"
[ -f package.json ] || npm init --yes >/dev/null
[ -d node_modules/code-server/lib/vscode/node_modules ] || {
  npm install node@24
  npm install --ignore-scripts code-server@latest playwright-core # npm would take an old one that fits its own Node
  (cd node_modules/code-server/lib/vscode && npm install --ignore-scripts --omit=dev --legacy-peer-deps)
}
npm rebuild node

rm -rf user extensions rules
cp -r "$root/rulesets" rules
rm rules/*/closed-years.json # so that the year can be edited
"$rulelang" sample rules/state --for assistance/2025 --leas 40
echo 'data = "state"' >rules/rulelang.toml
mkdir -p user/User
cat >user/User/settings.json <<SETTINGS
{
  "rulelang.command": ["$rulelang", "lsp"],
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "Default Light Modern",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "editor.minimap.enabled": false,
  "chat.disableAIFeatures": true
}
SETTINGS

code_server=("$work/node_modules/node/bin/node" "$work/node_modules/code-server/out/node/entry.js"
  --user-data-dir "$work/user" --extensions-dir "$work/extensions")
"${code_server[@]}" --install-extension "$here/../rulelang.vsix"
"${code_server[@]}" --auth none --bind-addr 127.0.0.1:8099 --disable-telemetry --disable-update-check "$work/rules" &
server=$!
trap 'kill $server' EXIT
until curl --silent --fail --output /dev/null http://127.0.0.1:8099/healthz; do sleep 1; done

cp "$here/pictures.mjs" "$work/pictures.mjs"
node "$work/pictures.mjs" "http://127.0.0.1:8099/?folder=$work/rules" "$(command -v chromium)" "$root/docs/how-to/pictures"
