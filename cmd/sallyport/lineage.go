package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/api"
	"github.com/sallyport-db/sallyport/internal/registry"
	"github.com/sallyport-db/sallyport/token"
)

// What the registry knows of tokens, for those who ask about one: the verifier and the proxy.

// stored finds the token that has a handle, or a canary.
func (s *server) stored(hash string) (*token.Stored, error) {
	rec, err := s.registry.ByHandle(hash)
	if errors.Is(err, registry.ErrUnknown) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c, err := api.Claims(&rec, s.cfg.Cluster)
	if err != nil {
		return nil, err
	}
	return &token.Stored{Claims: c, Canary: rec.Canary}, nil
}

// replaced says whether a revoked token has merely been rotated.
func (s *server) replaced(c *token.Claims) bool {
	followed := slices.ContainsFunc(s.registry.List(), func(r registry.Record) bool { return r.Replaces == c.ID })
	return followed && s.alive(c.Family)
}

// carry lets the live sessions of a token go on under the one that replaces it.
func (s *server) carry(next registry.Record) {
	c, err := api.Claims(&next, s.cfg.Cluster)
	if err != nil {
		s.logger.Error("sessions cannot be carried over to a new token", zap.String("token", next.ID), zap.Error(err))
		return
	}
	s.proxy.Carry(next.Replaces, c)
}

// parent is the token that one is derived from.
func (s *server) parent(c *token.Claims) *token.Claims {
	rec, err := s.registry.Get(c.ID)
	if err != nil || rec.Parent == "" {
		return nil
	}
	if rec, err = s.registry.Get(rec.Parent); err != nil {
		return nil // revoked, then
	}
	p, err := api.Claims(&rec, s.cfg.Cluster)
	if err != nil {
		return nil
	}
	return p
}

// misuse revokes the family of a token that is in the wrong hands, where that is configured. Of a family that is
// revoked already nothing is left to revoke.
func (s *server) misuse(c *token.Claims, why string) {
	if !s.live.Load().cfg.Tokens.RevokeOnMisuse || !s.alive(c.Family) {
		return
	}
	ctx, cancel := context.WithTimeout(s.life, stopWithin)
	defer cancel()
	const by = "tokens.on_misuse"
	_, err := s.registry.Revoke(ctx, registry.Revocation{Family: c.Family, By: by})
	e := &audit.Event{
		Event: audit.TokenRevoked, By: by, Reason: "a token of the family was misused: " + why, Severity: audit.SeverityHigh,
		Subject: audit.NewSubject(audit.Origin{Token: audit.Token{Sub: c.Subject, Fam: c.Family}}),
	}
	if err := errors.Join(err, s.log.Write(e)); err != nil {
		s.logger.Error("a misused token's family may not be revoked everywhere", zap.String("family", c.Family), zap.Error(err))
	}
}

// alive says whether any token of a family can still be used.
func (s *server) alive(family string) bool {
	now := time.Now()
	return slices.ContainsFunc(s.registry.List(), func(r registry.Record) bool {
		return r.Family == family && !r.Revoked() && now.Before(r.ExpiresAt)
	})
}
