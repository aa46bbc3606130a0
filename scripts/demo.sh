#!/usr/bin/env bash
# Start a platform of this checkout's own and deploy the example: never the user's platform.
set -euo pipefail
# As the kernel names it: a home that is named in two ways would have two directories of sockets.
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

unset EDM_URL EDM_TOKEN
export EDM_HOME=$PWD/.demo
edm=$PWD/.venv/bin/edm

platform=$("$edm" up --json)
"$edm" deploy examples/shop.xml --name shop --access public
echo "Control plane:  $(.venv/bin/python -c \
	'import json, sys; print(json.loads(sys.argv[1])["url"])' "$platform")"
echo "Deploy yours:   EDM_HOME=.demo .venv/bin/edm deploy FILE --name NAME"
echo "Stop all of it with: make stop" >&2
