package differential

import (
	"reflect"
	"testing"

	analyze "github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/internal/analyze/postgres"
	"github.com/sallyport-db/sallyport/proxy"
)

// TestCacheChangesNoVerdict: a text whose shape has been read before is judged
// as it is without the cache.
func TestCacheChangesNoVerdict(t *testing.T) {
	r := newPostgres(t)
	cases := handWritten(t, r)
	g := newPostgresGenerator(r.inventory, seed)
	for range 3000 {
		cases = append(cases, g.statement())
	}
	compared, hits := r.compareCache(t, cases)
	t.Logf("seed %d: %d texts, %d of them answered by the cache", seed, compared, hits)
	if hits < compared/4 {
		t.Errorf("the cache was hit %d times in %d: nothing is shown by that", hits, compared)
	}
}

func (r *postgresRig) compareCache(t *testing.T, cases []*statement) (compared, hits int) {
	t.Helper()
	reader := postgres.NewReader(r.catalog, proxy.EncodeAccesses)
	ask := func(text string) analyze.Reading {
		return reader.Session(r.env.SearchPath).Read(&analyze.Request{Verb: analyze.VerbQuery, Text: []byte(text), Seq: 1, Segment: 1})
	}
	for _, c := range cases {
		if len(c.steps) > 1 {
			continue // what it depends on is the session's, and never cached
		}
		other := otherLiterals(c.steps[0])
		first, second := ask(c.steps[0]), ask(other)
		if first.Wait || second.Wait {
			continue
		}
		compared++
		if len(first.Pieces) > 0 && len(second.Pieces) > 0 && first.Pieces[0] == second.Pieces[0] {
			hits++
		}
		snap, err := r.catalog.Current(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		env := *r.env
		env.Catalog = snap
		parts := postgres.Analyze([]byte(other), &env)
		if len(parts) != len(second.Pieces) {
			t.Errorf("%s: %d statements with the cache, %d without", other, len(second.Pieces), len(parts))
			continue
		}
		for i := range parts {
			with, without := second.Pieces[i].Statement, parts[i].Statement
			if !reflect.DeepEqual(with, without) {
				t.Errorf("%s, after %s:\n\twith the cache %+v\n\twithout it     %+v", other, c.steps[0], with, without)
			}
		}
	}
	return compared, hits
}

// otherLiterals is a text of the same shape and length, with other values in
// its numbers and strings.
func otherLiterals(sql string) string {
	b := []byte(sql)
	word := func(c byte) bool {
		return c == '_' || c == '$' || c >= 0x80 || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
	}
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			for i++; i < len(b) && b[i] != '"'; i++ {
			}
		case c == '\'':
			for i++; i < len(b) && b[i] != '\''; i++ {
				if 'a' <= b[i] && b[i] < 'y' && b[i-1] != '\\' {
					b[i]++
				}
			}
		case '0' <= c && c <= '9' && (i == 0 || !word(b[i-1]) && b[i-1] != '.'):
			for ; i < len(b) && '0' <= b[i] && b[i] <= '9'; i++ {
				if b[i] < '9' {
					b[i]++
				}
			}
		}
	}
	return string(b)
}
