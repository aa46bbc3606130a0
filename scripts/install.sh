#!/usr/bin/env bash
# Install EDM and its tools into .venv. Does nothing when that is already so.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

venv=$PWD/.venv
stamp=$venv/.installed
log=$venv/install.log

# The place is part of it: scripts in a virtual environment name their interpreter in full.
wanted() {
	printf '%s\n' "$PWD"
	cat pyproject.toml requirements.lock scripts/install.sh
}

find_python() {
	local candidate
	for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
		if [[ -n $candidate ]] && "$candidate" -c \
			'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
			printf '%s\n' "$candidate"
			return
		fi
	done
	echo "No Python 3.11 or newer was found. Install one (Debian: apt-get install python3" \
		"python3-venv), or name it: make install PYTHON=/path/to/python3" >&2
	return 1
}

make_venv() {
	local python=$1
	if "$venv/bin/python" -c 'import pip' 2>/dev/null && [[ $(head -n 1 "$venv/bin/pip") == "#!$venv/"* ]]; then
		return
	fi
	if ! "$python" -m venv --clear "$venv"; then
		echo "$python cannot make virtual environments." \
			"Install that part of it (Debian: apt-get install python3-venv) and try again." >&2
		return 1
	fi
}

install_into_venv() {
	local pip=("$venv/bin/python" -m pip --disable-pip-version-check --no-input install --quiet)
	"${pip[@]}" --require-hashes -r requirements.lock
	"${pip[@]}" --no-deps --no-build-isolation --editable .
}

if [[ -f $stamp ]] && wanted | cmp -s - "$stamp"; then
	exit 0
fi
python=$(find_python)
echo "Installing into $venv (about a minute) ..." >&2
make_venv "$python"
if ! install_into_venv >"$log" 2>&1; then
	tail -n 20 "$log" >&2
	echo "Installing failed; the whole log is in $log. Is a package index within reach?" >&2
	exit 1
fi
wanted >"$stamp"
echo "Installed: $venv/bin/edm" >&2
