#!/usr/bin/env bash
# Resolve the dependencies of pyproject.toml into requirements.lock, in an environment of its own.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

venv=$(mktemp -d)
trap 'rm -rf -- "$venv"' EXIT
"${PYTHON:-python3}" -m venv "$venv"
"$venv/bin/pip" --disable-pip-version-check install --quiet 'pip-tools>=7.5'
# No index, host or link of this machine may end up in the file.
CUSTOM_COMPILE_COMMAND='make lock' "$venv/bin/pip-compile" --quiet --upgrade --extra=dev \
	--generate-hashes --strip-extras --no-emit-index-url --no-emit-trusted-host \
	--no-emit-find-links --output-file=requirements.lock pyproject.toml
