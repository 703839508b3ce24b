package federation

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

const (
	// RefreshEvery is how often keys are read again. A provider that rotates publishes the next key long before.
	RefreshEvery = 5 * time.Minute
	// staleAfter is how long keys are relied upon that could not be read again: a key that was withdrawn must not live on.
	staleAfter = time.Hour

	fetchWithin = 10 * time.Second
	maxJWKS     = 1 << 20
)

// keySet is what was fetched. It does not change.
type keySet struct {
	set     *oidc.StaticKeySet
	fetched time.Time
}

// Refresh reads the keys again. With an error the old ones stay in use until they are stale.
func (i *Issuer) Refresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, fetchWithin)
	defer cancel()
	raw, err := i.fetch(ctx)
	if err != nil {
		return fmt.Errorf("keys of %s: %w", i.URL, err)
	}
	keys, err := publicKeys(raw)
	if err != nil {
		return fmt.Errorf("keys of %s: %w", i.URL, err)
	}
	i.keys.Store(&keySet{&oidc.StaticKeySet{PublicKeys: keys}, i.now()})
	return nil
}

// Keep refreshes the keys as long as they are needed and ctx is not done, and says what went wrong: a provider may be
// down when the server starts.
func (i *Issuer) Keep(ctx context.Context, needed func() bool, report func(error)) {
	for needed() {
		wait := RefreshEvery
		if err := i.Refresh(ctx); err != nil && ctx.Err() == nil {
			report(err)
			wait = RefreshEvery / 10
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

func (i *Issuer) fetch(ctx context.Context) ([]byte, error) {
	if i.JWKSFile != "" {
		return os.ReadFile(i.JWKSFile)
	}
	url := i.JWKSURL
	if url == "" {
		provider, err := oidc.NewProvider(oidc.ClientContext(ctx, client), i.URL)
		if err != nil {
			return nil, err
		}
		var doc struct {
			JWKSURL string `json:"jwks_uri"`
		}
		if err := provider.Claims(&doc); err != nil || doc.JWKSURL == "" {
			return nil, errors.Join(errors.New("its discovery document has no jwks_uri"), err)
		}
		url = doc.JWKSURL
	}
	return get(ctx, url)
}

// client follows no redirect: keys come from where the configuration says.
var client = &http.Client{
	Timeout:       fetchWithin,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

func get(ctx context.Context, url string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", url, resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, maxJWKS))
}

// publicKeys reads a JWK set (RFC 7517) and keeps the public keys that sign.
func publicKeys(raw []byte) ([]crypto.PublicKey, error) {
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(raw, &set); err != nil {
		return nil, fmt.Errorf("not a JWK set: %w", err)
	}
	var keys []crypto.PublicKey
	for _, item := range set.Keys {
		var k jose.JSONWebKey
		if json.Unmarshal(item, &k) != nil || k.Use != "" && k.Use != "sig" {
			continue // of a kind that is not known here: RFC 7517, section 5
		}
		switch key := k.Key.(type) {
		case *ecdsa.PublicKey, ed25519.PublicKey:
			keys = append(keys, key)
		case *rsa.PublicKey:
			if key.N.BitLen() >= 2048 { // RFC 7518, 3.3
				keys = append(keys, key)
			}
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("there is no public key to verify signatures with")
	}
	return keys, nil
}
