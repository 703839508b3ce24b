# make          what there is to make
# Everything needs Go, git and make, and nothing else that it does not fetch or ask for itself.

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS   = -s -w -X main.version=$(VERSION)
FUZZTIME ?= 5s
TORTURE  ?= 10m

# Every module of the repository but tools, which holds the linter.
MODULES   = $(sort $(dir $(filter-out ./tools/%,$(shell find . -name go.mod -not -path '*/node_modules/*'))))
TESTFLAGS = $(if $(RACE),-race) $(if $(CI),-v) -timeout 20m
LINT      = go tool -modfile=$(CURDIR)/tools/go.mod golangci-lint

.DEFAULT_GOAL := help
.PHONY: help build demo test lint fuzz bench torture clean

help: ## print this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## the static binary bin/sallyport
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/sallyport ./cmd/sallyport

demo: build ## throwaway databases behind the proxy: what passes, what is refused, and the trail of it
	@scripts/need-postgres.sh
	@scripts/need-mariadb.sh
	@bin/sallyport demo

test: ## every test, against real servers that the tests start themselves; RACE=1 adds the race detector
	@scripts/test-deps.sh
	@set -e; for m in $(MODULES); do echo "== go test in $$m"; (cd $$m && go test $(TESTFLAGS) ./...); done

lint: ## golangci-lint with the few linters of .golangci.yml; the first run builds it
	@set -e; for m in $(MODULES); do (cd $$m && $(LINT) run --config $(CURDIR)/.golangci.yml ./...); done

fuzz: ## each fuzz target for FUZZTIME (5s)
	@scripts/fuzz.sh $(FUZZTIME)

bench: build ## PostgreSQL and MariaDB directly, through Sallyport, HAProxy and PgBouncer, side by side
	@scripts/test-deps.sh
	go run ./test/bench $(BENCHFLAGS)

torture: ## the long versions of the kill -9 and random tests, for TORTURE (10m)
	@scripts/test-deps.sh
	SALLYPORT_TORTURE=$(TORTURE) go test -count=1 -v -timeout 0 -run Torture ./...

clean: ## remove what was built
	rm -rf bin
	go clean -testcache
