#!/bin/sh
# Installs the system libraries that WeasyPrint draws PDF pages with, where they are missing:
# pango, pangoft2, harfbuzz, harfbuzz-subset and fontconfig.
#
# Usage: scripts/system-libraries.sh [PYTHON]
#
# PYTHON is an interpreter that has WeasyPrint installed. Root, or a sudo that asks for no password,
# is used when it is there; otherwise the command to run is printed and the exit code is 1.
set -eu

python=${1:-python3}

# WeasyPrint only warns about a missing harfbuzz-subset; here that counts as missing.
present() {
    "$python" -W 'error:HarfBuzz-Subset' -c 'import weasyprint' >/dev/null 2>&1
}

has() {
    command -v "$1" >/dev/null 2>&1
}

if present; then
    exit 0
fi

refresh='' patience='' rights='root'
if has apt-get; then
    refresh='apt-get update'
    patience='-o DPkg::Lock::Timeout=300' # a new machine may be installing its own updates
    install='apt-get install --yes --no-install-recommends
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0'
elif has dnf; then
    install='dnf install --assumeyes pango harfbuzz fontconfig'
elif has apk; then
    install='apk add --no-cache so:libgobject-2.0.so.0 so:libpango-1.0.so.0 so:libpangoft2-1.0.so.0
        so:libharfbuzz.so.0 so:libharfbuzz-subset.so.0 so:libfontconfig.so.1'
elif has pacman; then
    install='pacman --sync --refresh --noconfirm --needed pango harfbuzz fontconfig'
elif has zypper; then
    refresh='zypper --non-interactive refresh'
    install='zypper --non-interactive install
        libpango-1_0-0 libharfbuzz0 libharfbuzz-subset0 libfontconfig1'
elif has brew; then
    rights='user'
    install='brew install pango'
else
    echo 'system-libraries: no known package manager here (apt-get, dnf, apk, pacman, zypper, brew).' >&2
    echo 'Install pango, pangoft2, harfbuzz, harfbuzz-subset and fontconfig, then try again.' >&2
    exit 1
fi

if [ "$rights" = user ] || [ "$(id -u)" -eq 0 ]; then
    as_root=''
elif has sudo && sudo -n true 2>/dev/null; then
    as_root='sudo -n'
else
    echo 'system-libraries: PDF pages need system libraries that are missing here,' >&2
    echo 'and installing them needs rights that this user does not have. Run once, as root:' >&2
    echo >&2
    # shellcheck disable=SC2086  # one line out of several
    echo "    ${refresh:+$refresh && }"$install >&2
    echo >&2
    exit 1
fi

# The list of packages is missing on a new machine and may be out of date on an old one: it is
# refreshed when the first try fails. sudo drops the environment, hence the words through env.
run() {
    # shellcheck disable=SC2086  # the commands are words on purpose
    $as_root env DEBIAN_FRONTEND=noninteractive $1 </dev/null
}
if ! run "$install $patience"; then
    if [ -z "$refresh" ]; then
        exit 1
    fi
    run "$refresh"
    run "$install $patience"
fi

if ! present; then
    echo 'system-libraries: installed, but Python still cannot load them. Its own words:' >&2
    "$python" -W 'error:HarfBuzz-Subset' -c 'import weasyprint' >&2 || true
    if has brew; then
        echo 'A Python that is not from Homebrew needs to be told where they are:' >&2
        echo "    export DYLD_FALLBACK_LIBRARY_PATH=$(brew --prefix)/lib" >&2
    fi
    exit 1
fi
