#!/usr/bin/env bash
# Run all tests. As root, first install what they need beyond Python.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

# Program and the Debian package that has it.
needed=(git:git curl:curl)

missing=()
for entry in "${needed[@]}"; do
	if ! command -v "${entry%%:*}" >/dev/null; then
		missing+=("${entry##*:}")
	fi
done
# An ordinary user's demonstration makes its environment with the system's Python.
if [[ -x /usr/bin/python3 ]] && ! /usr/bin/python3 -c 'import ensurepip' 2>/dev/null; then
	missing+=(python3-venv)
fi
if ((${#missing[@]} > 0)); then
	if ((EUID == 0)) && command -v apt-get >/dev/null; then
		export DEBIAN_FRONTEND=noninteractive
		apt-get update -qq
		apt-get install -y -qq --no-install-recommends -- "${missing[@]}" </dev/null
	else
		echo "Not installed: ${missing[*]}. Tests that need it are skipped by name." >&2
	fi
fi
exec .venv/bin/python -m pytest --durations=10 --durations-min=1 "$@" </dev/null
