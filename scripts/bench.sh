#!/usr/bin/env bash
# Print the figures beside those of peers, which have an environment of their own.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

peers=.cache/bench
wanted=bench/peers/requirements.txt
if ! cmp -s "$wanted" "$peers/installed.txt"; then
	python3 -m venv --clear "$peers"
	"$peers/bin/pip" install --quiet --disable-pip-version-check -r "$wanted"
	cp "$wanted" "$peers/installed.txt"
fi
if ! command -v wrk >/dev/null; then
	if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
		echo "The load comes from wrk: install the package of that name, then try again." >&2
		exit 1
	fi
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends wrk </dev/null
fi
# Peers of another author are measured too where they lie beside the checkout.
if [[ -z ${PEERS:-} && -d ../shared/bench ]]; then
	export PEERS=$PWD/../shared/bench
fi
exec .venv/bin/python bench/run.py "$@"
