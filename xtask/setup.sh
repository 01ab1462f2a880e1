#!/usr/bin/env bash
# Installs what the build needs and this machine lacks, and says what and why. Run again, it finds nothing to do.
# `xtask/setup.sh lint` and `package` also build cargo's tools for those, some minutes the first time.
# `xtask/setup.sh android` also installs Rust for Android, enough to type-check.
#
# NUANFANG_WASM=distribution uses the distribution's own compiler for WebAssembly even where rustup has the target.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH="$HOME/.cargo/bin:$PATH" DEBIAN_FRONTEND=noninteractive

binaryen=132.0.0   # wasm-opt, which makes the interface about a fifth smaller
axe=4.14.0         # looks for barriers on each page, in tests
automerge_js=3.5.0 # the public JavaScript Automerge, in tests
tus_js=4.3.1       # the public tus client, in tests
moto=5.2.2         # an S3-compatible server, in tests
xforms_engine=0.22.0 # ODK's own engine of forms, in tests
pyxform=4.5.0      # makes of a workbook what that engine reads
acorn=8.19.0       # tells which JavaScript an old browser can read, in tests
schemathesis=4.32.5 # asks the server all that its OpenAPI document allows, and more, in tests
cargo_deny=0.20.2 # licences, sources and known vulnerabilities of others' code, in lint
cargo_cyclonedx=0.5.9 # lists what is in a package
oldest_clang=14    # that compiles SQLite to WebAssembly
wasm=wasm32-unknown-unknown
android=aarch64-linux-android

say() { printf '%s\n' "$*" >&2; }
stop() { say "$@"; exit 1; }

command -v rustc >/dev/null && command -v cargo >/dev/null ||
  stop '没有 Rust：请先从 https://rustup.rs 安装。' 'Rust is missing: install it from https://rustup.rs first.'

# ---- system packages ---------------------------------------------------------------------------------------

# package|why
packages='build-essential|编译器和链接器 / compiler and linker
pkg-config|寻找系统库 / finds system libraries
libwebkit2gtk-4.1-dev|应用窗口 / the window of the app
librsvg2-dev|窗口图标 / icons of the window
libxdo-dev|窗口的键盘 / keyboard of the window
libayatana-appindicator3-dev|桌面状态栏 / desktop indicator
libssl-dev|加密数据库 / encrypted database
libdbus-1-dev|系统的钥匙串 / keystore of the system
dbus|测试时的钥匙串 / a keystore for tests
gnome-keyring|同上 / the same
webkit2gtk-driver|测试时操作窗口 / drives the window in tests
xvfb|没有显示器时的窗口 / windows without a display
xauth|同上 / the same
curl|下载 / downloads
ca-certificates|同上 / the same
procps|结束被测试的窗口 / ends windows under test
fonts-noto-cjk|中文字体 / Chinese letters'

installed() { # the given packages that are installed, one a line
  dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p' || true
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo --preserve-env=DEBIAN_FRONTEND "$@"
  else stop "安装系统软件包需要 root 或 sudo。" "Installing packages needs root or sudo. By hand: $*"
  fi
}

# Wait for another installer, and draw no progress bars.
quiet='-o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0'

updated=no
update_lists() { # once a run
  [ "$updated" = no ] || return 0
  # shellcheck disable=SC2086
  say '更新软件包目录 / updating the package lists …'
  as_root apt-get -q $quiet update >&2
  updated=yes
}

install() { # never removes anything that is there, such as another Rust
  update_lists
  # shellcheck disable=SC2086
  as_root apt-get -q -y $quiet install --no-remove --no-install-recommends "$@" >&2
}

newest() { # newest of the packages PREFIX-NN that can be installed
  apt-cache search --names-only "^$1-[0-9]+\$" | sed -n "s/^\($1-[0-9]*\) .*/\1/p" | sort -t- -k2 -n | tail -1
}

system_packages() {
  local names have missing='' name why
  names=$(printf '%s\n' "$packages" | cut -d'|' -f1)
  # shellcheck disable=SC2086 # one word a package
  have=$(installed $names)
  while IFS='|' read -r name why; do
    if ! grep -qx "$name" <<<"$have"; then
      [ -n "$missing" ] || say '缺少系统软件包，现在安装 / installing missing system packages:'
      say "  $name — $why"
      missing="$missing $name"
    fi
  done <<<"$packages"
  # shellcheck disable=SC2086
  [ -z "$missing" ] || install $missing
}

# ---- clang: compiles the C of SQLite and zstd to WebAssembly ---------------------------------------------------

clang_for_wasm() {
  local file number
  for file in /usr/bin/clang-[0-9]*; do
    number=${file##*-}
    [ "$number" -ge $oldest_clang ] 2>/dev/null && [ -x "/usr/bin/llvm-ar-$number" ] && return 0
  done
  say '安装 clang：把 SQLite 编译成 WebAssembly / installing clang: compiles SQLite to WebAssembly'
  update_lists
  number=$(newest clang); number=${number##*-}
  [ -n "$number" ] || stop '软件源里没有 clang。' 'The package source has no clang.'
  install "clang-$number" "llvm-$number"
}

# ---- Rust for WebAssembly and Android: rustup's, or the distribution's compiler ------------------------------------

distribution='rustc-web cargo-web libstd-rust-web-dev rust-web-src'

distribution_linker() { # the wasm-ld that fits the distribution's compiler
  local llvm
  llvm=$(/usr/bin/rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p')
  [ -x "/usr/bin/wasm-ld-$llvm" ] && return 0
  say "安装 lld-$llvm：它的链接器 / installing lld-$llvm: its linker"
  install "lld-$llvm"
}

distribution_compiler() { # $1: the target
  local wanted offered
  # shellcheck disable=SC2086
  [ "$(installed $distribution | wc -l)" -lt 4 ] || return 0
  say "安装发行版自带的 Rust 编译器，用来编译 $1 / installing the distribution's Rust compiler, for $1:"
  say "  $distribution"
  update_lists # before looking at the version: old lists offer an old compiler
  wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  offered=$(apt-cache policy rustc-web | sed -n 's/^ *Candidate: \([0-9.]*\).*/\1/p')
  [ -n "$offered" ] && [ "$(printf '%s\n' "$wanted" "$offered" | sort -V | head -1)" = "$wanted" ] ||
    stop "发行版的编译器版本是 ${offered:-无}，需要 $wanted。请联网后运行 rustup target add $1。" \
      "The distribution offers rustc ${offered:-none}, $wanted is needed. With a network, run: rustup target add $1"
  # shellcheck disable=SC2086
  install $distribution
}

rust_for() { # $1: the target; $2: where rustup's toolchain would keep its library
  [ -d "$2" ] && return 0
  # shellcheck disable=SC2086
  if [ "$(installed $distribution 2>/dev/null | wc -l)" -lt 4 ] && command -v rustup >/dev/null; then
    say "给 Rust 添加目标 $1 / adding the target $1 to Rust …"
    timeout 180 rustup target add "$1" >&2 && return 0
    say '下载不到，改用发行版自带的编译器 / it cannot be fetched: using the distribution'"'"'s compiler'
  fi
  distribution_compiler "$1"
}

rust_for_wasm() { # $1: where rustup's toolchain would keep its library
  if [ "${NUANFANG_WASM:-}" = distribution ]; then distribution_compiler $wasm; else
    rust_for $wasm "$1"
    [ -d "$1" ] && return 0
  fi
  distribution_linker
}

rust_components() { # $1: the toolchain's folder
  [ -x "$1/bin/rustfmt" ] && [ -x "$1/bin/cargo-clippy" ] && return 0
  say '安装 rustfmt 和 clippy / adding rustfmt and clippy …'
  timeout 180 rustup component add rustfmt clippy >&2 ||
    say '没有装上：make lint 不能用 / not added: make lint will not work'
}

# ---- wasm-opt: makes the interface smaller; the app works without it ---------------------------------------------

wasm_opt() {
  [ -x target/tools/node_modules/.bin/wasm-opt ] && return 0
  if ! command -v npm >/dev/null; then
    say '没有 npm，不装 wasm-opt：界面照常可用，只是文件大一些 / no npm, hence no wasm-opt: the interface works, only larger'
    return 0
  fi
  say '下载 wasm-opt，用来缩小界面 / fetching wasm-opt, which makes the interface smaller …'
  mkdir -p target/tools
  timeout 180 npm install --prefix target/tools --no-save --no-audit --no-fund --loglevel=error "binaryen@$binaryen" >&2 ||
    say '没有下载到，跳过 / not fetched, going on without it'
}

# ---- for tests and benches: a browser, and what looks at pages in it -----------------------------------------------

browser() {
  command -v chromedriver >/dev/null && { [ -x /usr/bin/chromium ] || [ -x /usr/bin/google-chrome ]; } && return 0
  # Ubuntu's chromium is a snap, which cannot be driven here.
  if command -v apt-cache >/dev/null && [ -n "$(apt-cache search --names-only '^chromium-driver$')" ]; then
    say '安装 Chromium：测试浏览器版 / installing Chromium: tests the browser edition'
    install chromium chromium-driver
  else
    say '请安装 Google Chrome 和 chromedriver，浏览器版的测试要用 / please install Google Chrome and chromedriver: the tests of the browser edition need them'
  fi
}

postgresql() { # only its programs: the tests start one of their own, in a folder of their own
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && return 0
  say '安装 PostgreSQL：测试服务器的另一种数据库 / installing PostgreSQL: tests the server over it'
  update_lists
  install postgresql-common
  as_root sed -i 's/^#\?create_main_cluster.*/create_main_cluster = false/' /etc/postgresql-common/createcluster.conf
  install postgresql
}

page_tool() { # $1: npm package, $2: version
  grep -qs "\"version\": \"$2\"" "target/tools/$1/package.json" && return 0
  say "下载 $1 / fetching $1 …"
  rm -rf "target/tools/$1" && mkdir -p "target/tools/$1"
  curl -fsSL --max-time 180 "${NPM_CONFIG_REGISTRY:-https://registry.npmjs.org}/$1/-/${1##*/}-$2.tgz" |
    tar xz -C "target/tools/$1" --strip-components=1
}

python_tools() { # schemathesis, what packs its questions, and ODK's converter of forms
  local venv=target/tools/venv versions="$schemathesis $pyxform"
  grep -qsx "$versions" "$venv/complete" && return 0
  say '下载 schemathesis 和 pyxform：测试服务器的接口和表单 / fetching schemathesis and pyxform: test the server'"'"'s calls and forms …'
  python3 -c 'import ensurepip, venv' 2>/dev/null || install python3-venv
  rm -rf "$venv" && python3 -m venv "$venv"
  timeout 600 "$venv/bin/pip" install -q --disable-pip-version-check "schemathesis==$schemathesis" "pyxform==$pyxform" msgpack==1.2.4 zstandard==0.25.0 >&2
  printf '%s\n' "$versions" >"$venv/complete"
}

s3_server() { # in a folder of its own; only what S3 needs
  [ -d "target/tools/moto/moto-$moto.dist-info" ] && return 0
  if ! python3 -m pip --version >/dev/null 2>&1; then
    say '安装 pip：下载测试用的 S3 服务器 / installing pip: fetches the S3 server for tests'
    update_lists
    install python3-pip
  fi
  say "下载 moto / fetching moto …"
  rm -rf target/tools/moto
  timeout 600 python3 -m pip install --quiet --disable-pip-version-check --no-warn-conflicts --target target/tools/moto \
    "moto[s3]==$moto" flask==3.1.3 flask-cors==6.0.5 >&2
}

cargo_tool() { # $1: crate, $2: version
  "$1" --version 2>/dev/null | grep -q " $2\$" && return 0
  say "编译 $1，要几分钟 / building $1, some minutes …"
  cargo install --quiet --locked "$1" --version "$2" >&2
}

if command -v dpkg-query >/dev/null; then
  system_packages
  clang_for_wasm
else
  say '这不是 Debian 或 Ubuntu，请自己安装 / not Debian or Ubuntu, please install the like of:'
  say "$packages"
fi
{ read -r sysroot; read -r library; } < <(rustc --print sysroot --print target-libdir --target $wasm)
rust_components "$sysroot"
rust_for_wasm "$library"
if [ "${1:-}" = tests ]; then
  browser
  postgresql
  page_tool axe-core $axe
  page_tool acorn $acorn
  page_tool @automerge/automerge $automerge_js
  page_tool @getodk/xforms-engine $xforms_engine
  python_tools
  page_tool tus-js-client $tus_js
  s3_server
fi
[ "${1:-}" != lint ] || cargo_tool cargo-deny $cargo_deny
[ "${1:-}" != package ] || cargo_tool cargo-cyclonedx $cargo_cyclonedx
[ "${1:-}" != android ] || rust_for $android "${library/$wasm/$android}"
wasm_opt
