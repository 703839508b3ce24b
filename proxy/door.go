package proxy

import (
	"errors"
	"net/netip"
	"slices"
	"time"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/token"
)

// Door is where a protocol asks for a client to be let in. Each connection has
// one of its own.
type Door struct {
	server  *Server
	peer    Peer     // at the other end of the connection
	source  Peer     // the client: the peer, or whom its PROXY header vouches for
	session *Session // once admitted
	id      string
	shown   *Credential
}

// ID is the session's id, under which the audit log says what happened.
func (d *Door) ID() string { return d.id }

// Source is where the client is.
func (d *Door) Source() Peer { return d.source }

// Plaintext says whether the client may log in without TLS: the way from the
// peer to us must be one of those that are trusted with passwords, and so must
// the client's own.
func (d *Door) Plaintext(trusted []netip.Prefix) bool {
	may := func(a netip.Addr) bool {
		return a.IsLoopback() || slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	return may(d.peer.Addr()) && may(d.source.Addr())
}

// Admit checks a client's credential. It returns the name of the upstream that
// the token opens, or what the client is to be told; the audit log has then
// been told why.
func (d *Door) Admit(c *Credential, protocol string) (string, *Refusal) {
	d.shown = c
	claims, err := d.server.opt.Verifier.Verify(c.Secret, token.Client{Source: d.source.Addr(), Certificate: c.certificate, SPIFFE: c.spiffe})
	if err != nil {
		return "", d.refuseToken(claims, err, protocol)
	}
	d.session = d.server.newSession(d, claims, protocol)
	if !d.server.opt.Held(d.server.now()) {
		return "", d.Reject(Fenced())
	}
	if c.User != claims.Subject {
		return "", d.Reject(refuse(CodeUser, "the user name must be the token's subject"))
	}
	scope, err := policy.ParseScope(claims.Scope)
	if err != nil {
		return "", d.Reject(&Refusal{Code: CodeToken, Message: "the token's scope cannot be read", Reason: err.Error()})
	}
	name, refusal := d.upstream(c.Database, scope)
	if refusal != nil {
		return "", d.Reject(refusal)
	}
	d.session.open(c, scope, d.server.upstream(name))
	if spent := d.session.life.Load().meter.take(0, 0, 0); spent != nil {
		return "", d.Reject(spent)
	}
	return name, nil
}

// upstream is the one that the client names, or the token's only one.
func (d *Door) upstream(asked string, scope policy.Scope) (string, *Refusal) {
	own := scope.Upstreams()
	if asked == "" {
		if len(own) != 1 {
			return "", refuse(CodeUpstream, "the token opens several upstreams: name one as the database")
		}
		asked = own[0]
	}
	if d.server.upstream(asked) == nil {
		return "", refuse(CodeUpstream, "upstream %q does not exist", asked)
	}
	for _, name := range own {
		if name == asked {
			return asked, nil
		}
	}
	return "", refuse(CodeUpstream, "the token does not open upstream %q", asked)
}

// refuseToken records why a token was refused. Before its signature is
// verified the client is told one and the same thing.
func (d *Door) refuseToken(claims *token.Claims, err error, protocol string) *Refusal {
	r := refuse(CodeToken, "token refused")
	r.Reason = err.Error()
	var te *token.Error
	if errors.As(err, &te) {
		r.Reason = string(te.Code) + ": " + te.Reason
		if te.Public {
			r.Message = te.ClientMessage()
		}
	}
	origin := d.origin(protocol)
	if claims != nil {
		origin.Token = audit.Token{ID: claims.ID, Sub: claims.Subject, Fam: claims.Family}
	}
	e := audit.Event{Event: audit.TokenRefused, Subject: audit.NewSubject(origin)}
	if te != nil && te.Code == token.CodeCanary {
		e.Event = audit.TokenCanary
	}
	if te != nil && te.Misuse() {
		e.Severity = audit.SeverityHigh
	}
	d.record(e, r)
	if te != nil && te.Misuse() && d.server.opt.OnMisuse != nil {
		d.server.opt.OnMisuse(claims, te.Reason)
	}
	return d.named(r)
}

// Reject records that a connection does not become a session, and gives the
// refusal the id that it ends with.
func (d *Door) Reject(r *Refusal) *Refusal {
	subject := audit.NewSubject(d.origin(""))
	if d.session != nil {
		subject = d.session.subject()
		d.server.forget(d.session)
	}
	d.record(audit.Event{Event: audit.SessionRejected, Subject: subject}, r)
	return d.named(r)
}

func (d *Door) named(r *Refusal) *Refusal {
	r.Session, r.Position = d.id, -1
	return r
}

func (d *Door) origin(protocol string) audit.Origin {
	return audit.Origin{Session: d.id, Source: d.source, Protocol: protocol}
}

func (d *Door) record(e audit.Event, r *Refusal) {
	d.server.opt.Metrics.refusal(r.Code)
	e.Reason = r.Error()
	if d.session != nil && d.session.target != nil {
		e.Mode = d.session.mode()
	}
	if d.shown != nil {
		e.User, e.Database, e.Application, e.TLS = d.shown.User, d.shown.Database, d.shown.Application, d.shown.TLS
	}
	_ = d.server.opt.Log.Write(&e) // refused either way
}

// Dialed records how long it took to reach the upstream.
func (d *Door) Dialed(took time.Duration) { d.server.opt.Metrics.dial.Observe(took.Seconds()) }

// Unreachable is what a client is told when its upstream cannot be reached:
// nothing about where it is or why.
func (d *Door) Unreachable(err error) *Refusal {
	r := refuse(CodeUnreachable, "the database cannot be reached at the moment")
	r.Reason = err.Error()
	return d.Reject(r)
}

// Cancel is how a protocol lets one connection stop what another runs. key is
// what Secret of the other's link gave; the source must be the session's own.
func (d *Door) Cancel(key [8]byte) {
	if s := d.other(key); s != nil {
		_ = d.server.opt.Log.Write(&audit.Event{Event: audit.SessionCancelled, Subject: s.subject(), Mode: s.mode(), Reason: "cancel requested by the client"})
		s.cancelUpstream()
	}
}

// Kill is how a protocol lets one connection end another, by the same key. It
// does not wait: two sessions may end each other.
func (d *Door) Kill(key [8]byte) {
	if s := d.other(key); s != nil {
		go s.End(Killed())
	}
}

// May says whether Cancel and Kill would find a session by that key.
func (d *Door) May(key [8]byte) bool { return d.other(key) != nil }

func (d *Door) other(key [8]byte) *Session {
	s := d.server.byKey(key)
	if s == nil || s.source.Addr() != d.source.Addr() {
		return nil
	}
	return s
}

// Key makes the session's cancel key.
func (d *Door) Key() [8]byte { return d.session.key }

// Rejected is Reject for a client that has not been asked for its token.
func (d *Door) Rejected(c *Credential, r *Refusal) *Refusal {
	d.shown = c
	return d.Reject(r)
}
