# One verb each. `make run` and `make test` do their own set-up on a fresh Debian 12 with Swift 6.3.
PACKAGES := libuv1-dev libpcre2-dev libsqlite3-dev libxxhash-dev libphonenumber-dev libcurl4-openssl-dev libedit-dev libc-ares-dev libssl-dev pkg-config
TEST_PACKAGES := openssl sip-tester kamailio iproute2 nftables strace chromium fonts-dejavu-core python3-venv prometheus sngrep tshark
# Of PyPI, in a folder of their own, for tests against what others wrote.
TEST_PYTHON := standardwebhooks==1.1.0 opentelemetry-proto==1.45.2 schemathesis==4.32.5
LOAD_PACKAGES := libre2-dev libhyperscan-dev g++ kamailio sip-tester valgrind binutils

SWIFT := swift
SOURCES := Package.swift Sources Tests Load

.PHONY: deb deb-test man run build test check lint sim prove load figures watching shared-log bench fuzz asan golden packages test-packages load-packages clean

run: build
	.build/release/dialout demo

build: packages
	$(SWIFT) build -c release --product dialout

# Everything that must pass, with the real components it needs. The last line is the test runner's own summary.
test: packages test-packages
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build $(if $(FILTER),--filter $(FILTER))

check: lint test

lint:
	$(SWIFT) format lint --strict --recursive $(SOURCES)

# make sim SEED=7 prints one ladder; make sim SEEDS=10000 runs a range, each seed twice, and then each call with every
# single message and every pair of messages lost, doubled and late; and NODE_SEEDS=3000 of two and three services on one database.
sim: packages
	$(SWIFT) build -c release --product simulate
	.build/release/simulate $(if $(SEED),$(SEED),0 $(or $(SEEDS),10000))
	$(if $(SEED),,.build/release/simulate --exhaustive)
	$(if $(SEED),,.build/release/simulate --nodes 0 $(or $(NODE_SEEDS),3000))

# Ten million comparisons of the compiled route table with PCRE2.
prove: packages
	PATTERN_COMPARISONS=10000000 $(SWIFT) test -c release --filter PatternsTests

load: build load-packages
	Load/run.sh
	Load/overload.sh
	Load/instructions.sh
	BIN=$(CURDIR)/.build/release python3 Load/Administration/script.py
	DIALOUTS=$(or $(DIALOUTS),200000) BIN=$(CURDIR)/.build/release python3 Load/Store/conversion.py

# What a refusal, a dry run and a dial-out cost in processor time and bytes, and a start with a million users (Load/Figures/figures.py).
figures: build
	BIN=$(CURDIR)/.build/release python3 Load/Figures/figures.py

# 1,000 event streams, 100 webhook endpoints and a large export, each with counts that must be exact (Load/Watching/README.md); as root.
watching: build
	for proof in watchers webhooks exports; do BIN=$(CURDIR)/.build/release python3 Load/Watching/$$proof.py || exit 1; done

# What the shared log of several nodes would cost in PostgreSQL, with 1, 4 and 16 writers and a synchronous standby 0, 2 and 10 ms away; as root.
shared-log:
	Load/Postgres/measure.sh

# Route tables beside PCRE2, RE2 and Hyperscan, decisions at every size, the SIP endpoint alone, and whole calls beside Kamailio.
bench: packages load-packages
	Load/Routing/run.sh
	$(SWIFT) build -c release --product decision-benchmark
	$(SWIFT) build -c release --product call-benchmark
	.build/release/decision-benchmark routes
	.build/release/decision-benchmark scale
	.build/release/call-benchmark
	Load/Proxy/compare.sh

# Guided by coverage (libFuzzer), under AddressSanitizer, a part of SECONDS for each of TARGETS. What it finds is kept in .build/fuzz.
SECONDS := 600
TARGETS := message stream endpoint script
fuzz: packages
	$(SWIFT) build -c release --product fuzz --scratch-path .build/fuzz --sanitize fuzzer -Xswiftc -sanitize=fuzzer,address -Xswiftc -DFUZZING
	@for target in $(TARGETS); do \
	    mkdir -p .build/fuzz/found/$$target; \
	    FUZZ_TARGET=$$target ASAN_OPTIONS=detect_leaks=0:quarantine_size_mb=64 .build/fuzz/release/fuzz \
	        -max_total_time=$$(( $(SECONDS) / $(words $(TARGETS)) )) -max_len=4096 -timeout=60 -print_final_stats=1 \
	        -artifact_prefix=.build/fuzz/crash-$$target- .build/fuzz/found/$$target Tests/Corpus/$$target || exit 1; \
	done

# What closes at every step of its life, under AddressSanitizer.
asan: packages test-packages
	$(SWIFT) build --build-tests --sanitize address --scratch-path .build/asan
	ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test --skip-build --sanitize address --scratch-path .build/asan --filter "ReactorTests|TransportsTests"

VERSION := $(shell sed -n 's/.*current = "\(.*\)".*/\1/p' Sources/Service/Version.swift)

# Where the plugin of swift-argument-parser puts its pages.
MANUAL := .build/plugins/GenerateManual/outputs/dialout

# A man page for each command.
man: packages
	dpkg -s python3 >/dev/null 2>&1 || apt-get install -y --no-install-recommends python3
	$(SWIFT) package generate-manual --multi-page
	Deploy/debian/pages.sh .build/debug/dialout $(MANUAL)

# A Debian package of the release: the binary with Swift's own libraries in it, unit, configuration, man pages, completions.
# It has a folder of its own: what is linked otherwise is compiled anew, and so would be the next build without.
STATIC := .build/static/release/dialout
deb: man
	$(SWIFT) build -c release --product dialout --static-swift-stdlib --scratch-path .build/static
	Deploy/debian/build.sh $(STATIC) $(MANUAL) $(VERSION) .build/dialout_$(VERSION).deb

# Installed, started, upgraded and purged in a Debian of its own, as root.
deb-test: deb
	dpkg -s debootstrap >/dev/null 2>&1 || apt-get install -y --no-install-recommends debootstrap
	Deploy/debian/build.sh $(STATIC) $(MANUAL) $(VERSION)+1 .build/dialout_$(VERSION)+1.deb
	Deploy/debian/test.sh .build/dialout_$(VERSION).deb .build/dialout_$(VERSION)+1.deb

golden:
	GOLDEN=update $(SWIFT) test --filter "Golden|Sentences"
	git diff --stat

packages:
	@missing="$$(for package in $(PACKAGES); do dpkg -s $$package >/dev/null 2>&1 || echo $$package; done)"; \
	if [ -n "$$missing" ]; then apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing; fi

test-packages:
	@missing="$$(for package in $(TEST_PACKAGES); do dpkg -s $$package >/dev/null 2>&1 || echo $$package; done)"; \
	if [ -n "$$missing" ]; then apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing; fi

	@.build/python/bin/python3 -c 'import standardwebhooks, opentelemetry.proto, schemathesis' 2>/dev/null || \
	    { python3 -m venv .build/python && .build/python/bin/pip install --quiet --disable-pip-version-check $(TEST_PYTHON); }

load-packages:
	@missing="$$(for package in $(LOAD_PACKAGES); do dpkg -s $$package >/dev/null 2>&1 || echo $$package; done)"; \
	if [ -n "$$missing" ]; then apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing; fi

clean:
	rm -rf .build
