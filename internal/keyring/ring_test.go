package keyring

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sallyport-db/sallyport/internal/registry"
	"github.com/sallyport-db/sallyport/internal/registry/natstest"
	"github.com/sallyport-db/sallyport/token"
)

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// node issues and verifies tokens, as a server does.
type node struct {
	registry *registry.Registry
	ring     *Ring
	keys     token.Keys
	issuer   *token.Issuer
	verifier *token.Verifier
	shared   atomic.Pointer[Ring]
}

func newNode(t *testing.T, o registry.Options, seal *[32]byte, linger time.Duration) *node {
	t.Helper()
	n := &node{}
	o.OnKeys = func() {
		if r := n.shared.Load(); r != nil {
			if err := r.Reload(); err != nil {
				t.Error(err)
			}
		}
	}
	var err error
	n.registry, err = registry.Open(o)
	check(t, err)
	options := Options{Keys: &n.keys, Signed: n.registry.Signed, Logged: func(err error) { t.Error(err) }, linger: linger}
	if seal == nil {
		n.ring, err = OpenFiles(filepath.Join(t.TempDir(), "keys"), options)
	} else {
		n.ring, err = OpenShared(t.Context(), n.registry, *seal, options)
	}
	check(t, err)
	n.shared.Store(n.ring)
	check(t, n.ring.Reload())
	t.Cleanup(func() {
		check(t, n.ring.Close())
		check(t, n.registry.Close())
	})
	n.issuer = &token.Issuer{Keys: &n.keys, Issuer: "c", Audience: "c", MaxTTL: time.Hour}
	n.verifier = &token.Verifier{CacheSize: 1, Keys: &n.keys, Issuer: "c", Audience: "c", MaxTTL: time.Hour,
		Revoked: func(c *token.Claims) bool { return n.registry.Revoked(c.ID) }}
	return n
}

var here = netip.MustParseAddr("127.0.0.1")

// issue makes and registers a token.
func (n *node) issue(ttl time.Duration) (string, error) {
	secret, c, err := n.issuer.Issue(token.Request{Subject: "ana", Scope: "shop/public.a:select", From: []string{"127.0.0.1"}, TTL: ttl})
	if err != nil {
		return "", err
	}
	_, header, err := token.Inspect(secret)
	if err != nil {
		return "", err
	}
	return secret, n.registry.Add(registry.Record{ID: c.ID, Subject: c.Subject, Family: c.Family, Scope: c.Scope,
		IssuedAt: c.IssuedAt, ExpiresAt: c.Expires, Key: header.KeyID})
}

func (n *node) verify(secret string) error {

	_, err := n.verifier.Verify(secret, token.Client{Source: here})
	return err
}

func embedded(t *testing.T) registry.Options {
	return registry.Options{Dir: filepath.Join(t.TempDir(), "state")}
}

// A key retires when the last token that it has signed has expired, and is
// removed.
func TestARetiredKeyIsRefused(t *testing.T) {
	n := newNode(t, embedded(t), nil, time.Millisecond)
	short, err := n.issue(2 * time.Second)
	check(t, err)
	old := n.keys.Active()
	_, err = n.ring.Rotate(t.Context())
	check(t, err)
	if n.keys.Active() == old {
		t.Fatal("the old key signs on")
	}
	list := n.ring.List()
	if len(list) != 2 || list[0].ID != old || list[0].Signs || list[0].Until.IsZero() || !list[1].Signs || !list[1].Until.IsZero() {
		t.Errorf("%+v", list)
	}
	check(t, n.verify(short))
	if jwks := string(n.keys.JWKS()); !strings.Contains(jwks, old) || !strings.Contains(jwks, n.keys.Active()) {
		t.Errorf("published: %s", jwks)
	}
	for end := time.Now().Add(20 * time.Second); len(n.ring.List()) > 1; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the old key is not retired")
		}
	}
	if now := time.Now(); now.Before(list[0].Until) {
		t.Errorf("retired at %v, before %v", now, list[0].Until)
	}
	var refused *token.Error
	if err := n.verify(short); !errors.As(err, &refused) || refused.Code != token.CodeKey {
		t.Errorf("a token of a retired key: %v", err)
	}
	if strings.Contains(string(n.keys.JWKS()), old) {
		t.Error("a retired key is published")
	}
	if files, err := filepath.Glob(filepath.Join(n.ring.store.(*files).dir, "*")); err != nil || len(files) != 1 {
		t.Errorf("files left: %v, %v", files, err)
	}
}

// A restart changes neither which key signs nor which verify.
func TestKeysSurvive(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	never := Options{Keys: &token.Keys{}, Signed: func(string) time.Time { return time.Time{} }}
	r, err := OpenFiles(dir, never)
	check(t, err)
	for range 20 {
		_, err := r.Rotate(t.Context())
		check(t, err)
	}
	check(t, r.Close())
	want := r.List()
	again, err := OpenFiles(dir, never)
	check(t, err)
	check(t, again.Close())
	if got := again.List(); !slices.Equal(got, want) || len(got) != 21 || !got[20].Signs {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

func rotations(t *testing.T, times int, nodes ...*node) {
	t.Helper()
	var good, issued atomic.Uint64
	done := make(chan struct{})
	var load sync.WaitGroup
	for i := range 4 {
		load.Go(func() {
			for secrets := []string{}; ; {
				select {
				case <-done:
					return
				default:
				}
				secret, err := nodes[i%len(nodes)].issue(time.Minute)
				if err != nil {
					t.Error(err)
					return
				}
				issued.Add(1)
				secrets = append(secrets, secret)
				secrets = secrets[max(0, len(secrets)-8):]
				for _, s := range secrets {
					for n, other := range nodes {
						if err := other.verify(s); err != nil {
							t.Errorf("node %d refuses a valid token: %v", n, err)
							return
						}
						good.Add(1)
					}
				}
			}
		})
	}
	used := map[string]bool{}
	began := time.Now()
	for i := range times {
		key, err := nodes[i%len(nodes)].ring.Rotate(t.Context())
		check(t, err)
		used[key.ID] = true
	}
	took := time.Since(began)
	close(done)
	load.Wait()
	t.Logf("%d rotations on %d nodes in %v (%v each): %d tokens issued, %d verified, none refused",
		times, len(nodes), took.Round(time.Millisecond), (took / time.Duration(times)).Round(time.Microsecond), issued.Load(), good.Load())
	if len(used) != times || good.Load() == 0 {
		t.Errorf("%d keys, %d verified", len(used), good.Load())
	}
}

// Rotations while tokens are issued and verified: none is refused.
func TestRotationsUnderLoad(t *testing.T) {
	rotations(t, 50, newNode(t, embedded(t), nil, 0))
}

// TestTortureRotations does it 1,000 times.
func TestTortureRotations(t *testing.T) {
	if os.Getenv("SALLYPORT_TORTURE") == "" {
		t.Skip("only for make torture")
	}
	rotations(t, 1000, newNode(t, embedded(t), nil, 0))
}

func TestRotationsOnThreeNodes(t *testing.T) {
	c := natstest.Start(t, 3)
	var seal [32]byte
	_, _ = rand.Read(seal[:])
	var nodes []*node
	for i := range 3 {
		o := registry.Options{Name: fmt.Sprint("node", i), Shared: &registry.Shared{Servers: c.URLs(), Replicas: 3, Bucket: "keys"}}
		nodes = append(nodes, newNode(t, o, &seal, 0))
	}
	if a, b := nodes[0].keys.Active(), nodes[2].keys.Active(); a != b {
		t.Fatalf("signing keys %s and %s", a, b)
	}
	rotations(t, 20, nodes...)
	sealed, _ := nodes[0].registry.Keys()
	var other [32]byte
	for _, k := range sealed {
		if _, err := (&shared{seal: seal}).open(k.Sealed); err != nil {
			t.Error(err)
		}
		if _, err := (&shared{seal: other}).open(k.Sealed); err == nil {
			t.Error("opens with another key")
		}
		if strings.Contains(string(k.Sealed), "PRIVATE KEY") {
			t.Error("not sealed")
		}
	}
	if _, err := OpenShared(t.Context(), nodes[0].registry, other, Options{Keys: &token.Keys{}, Signed: nodes[0].registry.Signed}); err == nil || !strings.Contains(err.Error(), "state.key_file") {
		t.Errorf("with another key_file: %v", err)
	}
}
