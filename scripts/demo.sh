#!/usr/bin/env bash
# Start a platform of this checkout's own and deploy the example: never the user's platform.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

unset EDM_URL EDM_TOKEN
export EDM_HOME=$PWD/.demo
edm=$PWD/.venv/bin/edm

"$edm" up
"$edm" deploy examples/shop.xml --name shop --access public
echo >&2
echo "Control plane:  $("$edm" status --json | .venv/bin/python -c \
	'import json, sys; print(json.load(sys.stdin)["url"])')"
echo "Stop all of it with: make stop" >&2
