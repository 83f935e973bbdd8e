# What a developer does here. "make test" is all that a change has to pass; "make lint" is quick and worth it.

GO ?= go
TOOLS := $(CURDIR)/build/tools
GOLANGCI_LINT_VERSION := v2.15.0
GOVULNCHECK_VERSION := v1.9.0

# Packages with goroutines of their own, which are tested with the race detector too.
RACE ?= ./cmd/internal/... ./diff ./dump/index ./dump/seekable ./export/apply ./export/cassandra ./export/restore ./export/unload \
	./export/zookeeper ./filter/redact/leak ./internal/...

.PHONY: test bootstrap check oracle unit race lint vuln bench acceptance fuzz generate-testdata build clean

test: bootstrap check oracle race unit

# The tools that the tests use beside Go: installed where that is possible, named where not.
bootstrap:
	scripts/bootstrap

check:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "not formatted by gofmt:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...

# The independent programs that the tests trust are tested themselves.
oracle:
	python3 -B -m unittest discover testdata/oracle

race:
	$(GO) test -race -timeout 20m $(RACE)

unit:
	$(GO) test -timeout 60m ./...

lint: $(TOOLS)/golangci-lint-$(GOLANGCI_LINT_VERSION)
	$< run ./...

# Asks the Go vulnerability database, so it needs the network.
vuln: $(TOOLS)/govulncheck-$(GOVULNCHECK_VERSION)
	$< ./...

$(TOOLS)/golangci-lint-$(GOLANGCI_LINT_VERSION):
	GOBIN=$(TOOLS) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	mv $(TOOLS)/golangci-lint $@

$(TOOLS)/govulncheck-$(GOVULNCHECK_VERSION):
	GOBIN=$(TOOLS) $(GO) install golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)
	mv $(TOOLS)/govulncheck $@

# Speed and memory, against other programs and against the limits where those are at hand.
bench: bootstrap
	scripts/bench.sh

# The program as its users use it, against independent programs.
acceptance: bootstrap
	scripts/acceptance.sh

# Every fuzz test for FUZZTIME (default 30s).
fuzz:
	scripts/fuzz.sh

# Makes the dumps in testdata anew.
generate-testdata:
	scripts/generate-testdata.sh

build:
	CGO_ENABLED=0 $(GO) build -trimpath -o bin/dumptool ./cmd/dumptool

clean:
	rm -rf bin build
