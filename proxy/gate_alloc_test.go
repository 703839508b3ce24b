package proxy

import (
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/token"
)

// known is a mind that has read every statement before.
type known struct {
	analyze.Mind
	pieces []*analyze.Piece
}

func (k *known) Read(r *analyze.Request) analyze.Reading {
	return analyze.Reading{Text: r.Text, Pieces: k.pieces, Runs: true}
}

func (k *known) Note(*analyze.Request) {}

// TestAllowedStatementsAllocateNothing: what a statement that is known costs
// the gate, its records in the audit log included. The log gathers some bytes
// of hashes in buffers that grow, far less than once a statement.
func TestAllowedStatementsAllocateNothing(t *testing.T) {
	log, err := audit.Open(filepath.Join(t.TempDir(), "audit"), audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	scope, err := policy.ParseScope("shop/public.orders:select")
	if err != nil {
		t.Fatal(err)
	}
	access := policy.Access{Kind: policy.KindRelation, Op: policy.Select, Schema: "public", Object: "orders", Columns: []string{"id"}}
	mind := &known{pieces: []*analyze.Piece{{Record: EncodeAccesses([]policy.Access{access}), Fingerprint: 1,
		Statement: policy.Statement{Tag: "SELECT", Accesses: []policy.Access{access}}}}}
	var upstream atomic.Pointer[Upstream]
	upstream.Store(&Upstream{Name: "shop"})
	var l atomic.Pointer[life]
	l.Store(&life{claims: &token.Claims{Expires: time.Now().Add(time.Hour)}, scope: scope, subject: audit.NewSubject(audit.Origin{Session: "s"})})
	g := &Gate{mind: mind, life: &l, upstream: &upstream, log: log, now: time.Now, metrics: NewMetrics(prometheus.NewRegistry()), held: func(time.Time) bool { return true }}
	r := &analyze.Request{Verb: analyze.VerbQuery, Text: []byte("SELECT id FROM orders WHERE id = 7")}
	if n := testing.AllocsPerRun(500, func() {
		a := g.Ask(r)
		if !a.Forward {
			t.Fatal(a.Refusal)
		}
		g.Done(a.Ticket, Outcome{Rows: 1})
	}); n > allocationsOfRace {
		t.Errorf("%v allocations for a statement that is known", n)
	}
}
