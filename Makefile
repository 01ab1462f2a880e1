# Every target first installs what is missing (xtask/setup.sh; instant when nothing is), then does its work.
#   make run    build everything, start a server with the sample county, open the app
#   make test   every test there is
#   make lint   formatting, clippy, others' code  make bench  measure, one JSON line a figure
#   make ui     the interface alone            make web    the browser edition, for the server to serve
#   make app    the app as one program for use make package   as a deb and an AppImage, installed and started once
#   make soak SEEDS=10000   villages of devices and a server under misfortune
#   make fuzz SECONDS=600   bytes nobody wrote, against what reads them: SECONDS for each of three targets
#   make check-android   type-check the app for Android
export PATH := $(HOME)/.cargo/bin:$(PATH)

.PHONY: soak fuzz run test lint bench ui web app package check-android

run app:
	@xtask/setup.sh
	@cargo xtask $@

lint package:
	@xtask/setup.sh $@
	@cargo xtask $@

ui web:
	@xtask/setup.sh
	@cargo xtask $@ --release

test bench:
	@xtask/setup.sh tests
	@cargo xtask $@

# Villages under misfortune: SEEDS of them.
SEEDS ?= 1000
soak:
	@xtask/setup.sh
	@cargo run -q --release -p village --bin soak -- --seeds $(SEEDS)

# Needs a nightly Rust and cargo-fuzz, and says so.
SECONDS ?= 600
fuzz:
	@xtask/setup.sh
	@cargo xtask fuzz $(SECONDS)

check-android:
	@xtask/setup.sh android
	@cargo xtask $@
