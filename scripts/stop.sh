#!/usr/bin/env bash
# Stop the demonstration's platform; its data stays in .demo.
set -euo pipefail
cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

if [[ -d .demo && -x .venv/bin/edm ]]; then
	env -u EDM_URL -u EDM_TOKEN .venv/bin/edm down --home "$PWD/.demo"
fi
