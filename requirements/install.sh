#!/bin/sh
# Makes .venv if there is none and installs the pinned packages and Mubiao itself into it.
# Called by make: sh requirements/install.sh base (what runs it) or dev (tests and checks as well).
set -eu

say() {
	echo "$1" >&2
	exit 1
}

python=
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
	if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
		python=$candidate
		break
	fi
done
[ "$python" ] || say "Mubiao needs Python 3.11 or newer. On Debian or Ubuntu: sudo apt-get install python3"
"$python" -c 'import venv' 2>/dev/null ||
	say "Python has no venv module. On Debian or Ubuntu: sudo apt-get install python3-venv"
# The new environment gets no pip of its own (many systems ship none to copy): this one installs into it.
"$python" -m pip --version >/dev/null 2>&1 ||
	say "Python has no pip. On Debian or Ubuntu: sudo apt-get install python3-pip"

install() {
	"$python" -m pip --python .venv/bin/python install \
		--quiet --no-input --disable-pip-version-check --root-user-action=ignore "$@"
}

if ! .venv/bin/python -c '' 2>/dev/null; then
	echo "Setting up .venv; this is done once and takes about a minute." >&2
	rm -rf .venv
	# A set-up that was broken off must not pass for one that is done.
	trap 'rm -rf .venv' EXIT
	trap 'exit 130' INT TERM
	"$python" -m venv --without-pip .venv
fi
if [ "$1" = dev ]; then
	install -r requirements/dev.txt
else
	install -r requirements/base.txt -r requirements/build.txt
fi
install --no-deps --no-build-isolation --editable .
trap - EXIT
touch ".venv/.$1"
