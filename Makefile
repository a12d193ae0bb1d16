# Names for commands. What they do is in the programs that they call.
.PHONY: demo test lint bench plugins

TWOWAY_PLUGINS ?= target/plugins
export TWOWAY_PLUGINS

# Builds everything and serves the demo city on http://127.0.0.1:8080 (another port: TWOWAY_LISTEN=127.0.0.1:9090 make demo).
demo:
	cargo build --release -p cargo-twoway -p twoway
	target/release/cargo-twoway twoway setup
	target/release/cargo-twoway twoway build plugins/* --out $(TWOWAY_PLUGINS)
	target/release/twoway demo

# All that CI runs.
test: lint
	cargo build --workspace --all-targets
	target/debug/cargo-twoway twoway setup
	target/debug/cargo-twoway twoway build plugins/* --out $(TWOWAY_PLUGINS)
	target/debug/cargo-twoway twoway test plugins/*
	rm -rf target/first-plugin
	target/debug/cargo-twoway twoway new first-plugin --into target
	CARGO_TARGET_DIR=$(CURDIR)/target target/debug/cargo-twoway twoway test target/first-plugin --out target/first-plugin/out
	tests/run

lint:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

plugins:
	cargo run -p cargo-twoway -- twoway build plugins/* --out $(TWOWAY_PLUGINS)

# Prints a table of ratios beside their goals. Not part of the tests: figures depend on the machine.
bench:
	cargo bench -p twoway-tests --bench ratios
