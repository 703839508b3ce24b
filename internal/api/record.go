package api

import (
	"slices"

	"github.com/sallyport-db/sallyport/internal/registry"
	"github.com/sallyport-db/sallyport/token"
)

// recordOf is what the registry keeps of a token: all that it says.
func recordOf(c *token.Claims) registry.Record {
	r := registry.Record{
		ID: c.ID, Subject: c.Subject, Family: c.Family, Scope: c.Scope, Source: token.SourceStrings(c.Source),
		IssuedAt: c.IssuedAt, ExpiresAt: c.Expires, Certificate: c.Certificate, SPIFFE: c.SPIFFE, Actor: c.Actor,
	}
	if c.Limits != (token.Limits{}) {
		r.Limits = &registry.Limits{Rows: c.Limits.Rows, Bytes: c.Limits.Bytes, Statements: c.Limits.Statements}
	}
	return r
}

// Claims are what the token of a record says in a cluster, for those that are shown without it: by a handle.
func Claims(r *registry.Record, cluster string) (*token.Claims, error) {
	source, err := token.ParseSources(sourcesOf(r))
	if err != nil {
		return nil, err
	}
	c := &token.Claims{
		Issuer: cluster, Audience: cluster, ID: r.ID, Subject: r.Subject, Family: r.Family, Scope: r.Scope, Source: source,
		IssuedAt: r.IssuedAt, NotBefore: r.IssuedAt, Expires: r.ExpiresAt,
		Certificate: r.Certificate, SPIFFE: r.SPIFFE, Actor: r.Actor,
	}
	if l := r.Limits; l != nil {
		c.Limits = token.Limits{Rows: l.Rows, Bytes: l.Bytes, Statements: l.Statements}
	}
	return c, nil
}

// sourcesOf are a record's sources as they are asked for: everywhere has a word of its own.
func sourcesOf(r *registry.Record) []string {
	if slices.Equal(r.Source, []string{"0.0.0.0/0", "::/0"}) {
		return []string{"any"}
	}
	return r.Source
}
