package api

import (
	"context"
	"fmt"
	"net/http"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/keyring"
)

// Keys is what the commands need of the signing keys.
type Keys interface {
	List() []keyring.Info
	Rotate(ctx context.Context) (keyring.Info, error)
}

func (a *Admin) keys(*http.Request, *struct{}) ([]keyring.Info, error) { return a.Keys.List(), nil }

// rotateKey makes a new signing key.
func (a *Admin) rotateKey(r *http.Request, _ *struct{}) (*keyring.Info, error) {
	key, err := a.Keys.Rotate(r.Context())
	if err != nil {
		return nil, err
	}
	e := &audit.Event{Event: audit.KeyRotated, By: caller(r), Reason: "the key " + key.ID + " signs from now on"}
	if err := a.Log.Write(e); err != nil {
		return nil, fmt.Errorf("the key is changed, but the audit log cannot be written: %w", err)
	}
	return &key, nil
}

// Keys lists the keys that verify tokens, the oldest first.
func (c *Client) Keys(ctx context.Context) (a []keyring.Info, err error) {
	return a, c.call(ctx, http.MethodGet, "/v1/keys", nil, &a)
}

// RotateKey makes a new signing key.
func (c *Client) RotateKey(ctx context.Context) (a keyring.Info, err error) {
	return a, c.call(ctx, http.MethodPost, "/v1/keys/rotate", struct{}{}, &a)
}
