# Sourced by run, test and odoo: finds a Python that Odoo 19 runs on and hands over to it.
# usage: . desk.sh; desk COMMAND ARGUMENTS
desk() {
    local here python candidate
    here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
    unset PYTHONPATH PYTHONHOME
    for candidate in ${SUPPORT_PYTHON:+"$SUPPORT_PYTHON"} python3 python3.13 python3.12 python3.11 python3.10 install; do
        if [ "$candidate" = install ]; then
            # a bare Debian has no Python at all
            if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
                echo "==> installing python3 with apt-get"
                local sudo=; [ "$(id -u)" = 0 ] || sudo="sudo -n"
                $sudo apt-get update -q && $sudo apt-get install -qy --no-install-recommends python3 python3-venv || break
                candidate=/usr/bin/python3
            else
                break
            fi
        fi
        if "$candidate" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            exec "$candidate" "$here/main.py" "$@"
        fi
    done
    echo "setup: no Python 3.10 to 3.13 found. Do: apt-get install python3 python3-venv, or name one: SUPPORT_PYTHON=/path/to/python3.12 $0" >&2
    exit 1
}
