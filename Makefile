# make demo           build, work through the sample data, say what to open
# make test           format, lints, crates, all tests
# make test-bundled   the same with DuckDB compiled from its source
# make build          the binary alone        make lint       all but the tests
# make bench          how fast, beside DuckDB by hand, pandas and Polars (benches/README.md)
# make pictures       the pictures of the README, taken anew
# make clean          what was built, and the demo; the fetched DuckDB stays
#
# GUANJIA_DUCKDB=bundled compiles DuckDB; otherwise a checked prebuilt library is used where there is one.

# With CI set, what takes long to make lies outside the clone, so that the next clone finds it.
ifneq ($(CI),)
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/guanjia
CARGO_TARGET_DIR ?= $(CACHE)/target
TOOLS := $(CACHE)
else
CARGO_TARGET_DIR ?= $(CURDIR)/target
TOOLS := $(CURDIR)/.tools
endif
export CARGO_TARGET_DIR

# Chosen when first used, once per make; the script says what and why. Both targets use one profile and the same
# features, so that every dependency compiles once.
LIB = $(eval LIB := $(shell GUANJIA_DUCKDB=$(GUANJIA_DUCKDB) scripts/duckdb.sh "$(TOOLS)"))$(LIB)
CARGO = $(if $(LIB),DUCKDB_LIB_DIR="$(LIB)") cargo
WITH = --release --locked $(if $(LIB),--no-default-features --features prebuilt)
GUANJIA = $(CARGO_TARGET_DIR)/release/guanjia

.PHONY: demo test test-bundled build lint pictures bench clean needs-demo needs-test
.NOTPARALLEL:

demo: needs-demo build
	@$(GUANJIA) demo --out demo

build:
	@$(CARGO) build $(WITH)

test: needs-test lint
	@$(CARGO) test $(WITH)

test-bundled:
	@$(MAKE) --no-print-directory test GUANJIA_DUCKDB=bundled

lint: needs-test
	@cargo fmt --check
	@scripts/crates.sh
	@$(CARGO) clippy $(WITH) --all-targets -- -D warnings

bench: build
	@python3 benches/bench.py --guanjia $(GUANJIA) --work $(CARGO_TARGET_DIR)/bench

pictures: needs-test demo
	@scripts/pictures.sh demo docs

clean:
	@cargo clean
	@rm -rf demo

needs-demo:
	@scripts/needs.sh demo

needs-test:
	@scripts/needs.sh test
