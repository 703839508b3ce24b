package api

import (
	"crypto/x509"
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/federation"
	"github.com/sallyport-db/sallyport/internal/registry"
	"github.com/sallyport-db/sallyport/token"
)

// Right is what somebody may do here. The zero Right is nobody's.
type Right string

// The rights. Whoever reaches the admin socket has all of them; over the network they come from the grants of the
// configuration.
const (
	Anybody       Right = "anybody" // the request itself proves what it must: a token in it, its signature
	ReadTokens    Right = "token:read"
	IssueTokens   Right = "token:issue" // of any scope: over the admin socket only
	RevokeTokens  Right = "token:revoke"
	ReadSessions  Right = "session:read"
	KillSessions  Right = "session:kill"
	ReadAudit     Right = "audit:read"
	ExplainPolicy Right = "policy:explain"
	Operate       Right = "operate" // reload, rotate keys: over the admin socket only
)

// Grantable are the rights that a grant of the configuration can give.
var Grantable = []Right{ReadTokens, RevokeTokens, ReadSessions, KillSessions, ReadAudit, ExplainPolicy}

// Caller is whoever sends a request.
type Caller struct {
	Name        string            // for the records
	Address     netip.Addr        // invalid on the admin socket
	Certificate *x509.Certificate // verified by tls.client_ca; nil: none
	Claims      *token.Claims     // of the token that it shows; nil: none

	all    bool
	rights []Right
	good   func() error // why its credential does not count any more; nil: it is not one that ends
}

// over says why what was granted to the caller ends, for requests that last.
func (c *Caller) over() error {
	if c.good == nil {
		return nil
	}
	return c.good()
}

// may is the one place where it is decided who may do what.
func (c *Caller) may(r Right) bool {
	switch {
	case r == "":
		return false
	case r == Anybody || c.all:
		return true
	}
	return slices.Contains(Grantable, r) && slices.Contains(c.rights, r)
}

// identify says who sends a request: the user at the other end of the admin socket, or over HTTPS the bearer of a
// token, or the holder of a client certificate. The error is a refusal of credentials that are not good.
func (a *Admin) identify(r *http.Request) (*Caller, error) {
	if name, ok := socketPeer(r); ok {
		return &Caller{Name: name, all: true}, nil
	}
	if r.TLS == nil {
		return nil, fail(http.StatusForbidden, "this is for HTTPS only")
	}
	c := &Caller{Name: "nobody"}
	if at, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		c.Address = at.Addr().Unmap()
	}
	if len(r.TLS.VerifiedChains) > 0 {
		c.Certificate = r.TLS.VerifiedChains[0][0]
	}
	if secret, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		if claims, err := a.bearer(c, secret); err != nil {
			return c, errors.Join(fail(http.StatusUnauthorized, "the bearer token is refused: %v", err), a.notTaken(r, claims, err))
		}
		return c, nil
	}
	if id := certified(c.Certificate); id != nil {
		c.Name = "certificate " + id.Subject
		c.rights = rightsOf(a.Federation.Rights(id, c.Address))
		c.good = func() error {
			if a.now().After(c.Certificate.NotAfter) {
				return errors.New("the certificate has expired")
			}
			return nil
		}
	}
	return c, nil
}

// bearer takes the rights of the token that is shown. The claims of one that is refused are for the record.
func (a *Admin) bearer(c *Caller, secret string) (*token.Claims, error) {
	claims, err := a.shownBy(c, secret)
	if err != nil {
		return claims, err
	}
	rec, err := a.Registry.Get(claims.ID)
	if err != nil {
		return claims, err
	}
	c.Claims, c.Name, c.rights = claims, "token "+claims.ID+" of "+claims.Subject, rightsOf(rec.Rights)
	c.good = func() error {
		_, err := a.shownBy(c, secret)
		return err
	}
	return claims, nil
}

// notTaken records a bearer token that was refused, as at the databases' doors: it may be stolen.
func (a *Admin) notTaken(r *http.Request, claims *token.Claims, err error) error {
	e := &audit.Event{Event: audit.TokenRefused, Reason: "bearer token of the API: " + err.Error()}
	var refused *token.Error
	if errors.As(err, &refused) {
		e.Reason = "bearer token of the API: " + string(refused.Code) + ": " + refused.Reason
	}
	at, _ := netip.ParseAddrPort(r.RemoteAddr)
	origin := audit.Origin{Source: at}
	if claims != nil {
		origin.Token = audit.Token{ID: claims.ID, Sub: claims.Subject, Fam: claims.Family}
	}
	e.Subject = audit.NewSubject(origin)
	return a.Log.Write(e)
}

// shownBy verifies a token that a caller shows. A node that cannot vouch for
// its registry believes none, as on the databases' wires.
func (a *Admin) shownBy(c *Caller, secret string) (*token.Claims, error) {
	if !a.Registry.Held(time.Now()) {
		return nil, registry.ErrFenced
	}
	return a.Verifier.Verify(secret, clientOf(c))
}

func clientOf(c *Caller) token.Client {
	client := token.Client{Source: c.Address}
	if c.Certificate != nil {
		client.Certificate, client.SPIFFE = token.Thumbprint(c.Certificate.Raw), token.SPIFFE(c.Certificate)
	}
	return client
}

// certified is the identity that a client certificate is: its SPIFFE ID, or else its common name.
func certified(cert *x509.Certificate) *federation.Identity {
	if cert == nil {
		return nil
	}
	claims := map[string]any{"x5t#S256": token.Thumbprint(cert.Raw)}
	name := cert.Subject.CommonName
	if name != "" {
		claims["cn"] = name
	}
	if id := token.SPIFFE(cert); id != "" {
		claims["spiffe"], name = id, id
	}
	return federation.NewIdentity(federation.ClientCertificate, name, claims)
}

func rightsOf(names []string) []Right {
	list := make([]Right, len(names))
	for i, n := range names {
		list[i] = Right(n)
	}
	return list
}
