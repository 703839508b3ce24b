package federation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// Issuer is one identity provider. URL, Audience and Claim must be set, and one of JWKSFile and JWKSURL, or neither:
// then the provider is asked where its keys are (OpenID Connect Discovery).
type Issuer struct {
	URL      string // iss, to the letter
	Audience string // that its tokens must be for
	Claim    string // the claim that is the login name, such as sub or email
	Prefix   string // before it, to tell the names of one issuer from another's; may be empty

	JWKSFile, JWKSURL string

	Now func() time.Time // nil: time.Now

	keys atomic.Pointer[keySet]
}

// algorithms are those of public keys: RFC 7518, 3.1, and RFC 8037. HMAC is none, nor is none.
var algorithms = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA,
}

// Verify checks a token of this issuer's: signature, issuer, audience, expiry.
func (i *Issuer) Verify(ctx context.Context, raw string) (*Identity, error) {
	keys := i.keys.Load()
	if keys == nil || i.now().Sub(keys.fetched) > staleAfter {
		return nil, refuse("the keys of %s are not known at the moment; try again later", i.URL)
	}
	verifier := oidc.NewVerifier(i.URL, keys.set, &oidc.Config{
		ClientID: i.Audience, SupportedSigningAlgs: algorithms, Now: i.now,
	})
	verified, err := verifier.Verify(ctx, raw)
	if err != nil {
		return nil, refuse("%v", err)
	}
	id := &Identity{Issuer: i.URL}
	if err := verified.Claims(&id.claims); err != nil {
		return nil, refuse("its claims: %v", err)
	}
	if name := misspelt(id.claims); name != "" {
		return nil, refuse("the token has a claim %q, which can be read as another", clip(name))
	}
	name, ok := id.claims[i.Claim].(string)
	if !ok || name == "" {
		return nil, refuse("the token has no claim %q, which is the login name", i.Claim)
	}
	if i.Claim == mail && !id.mailVerified() {
		return nil, refuse("the provider has not verified the mail address %q", clip(name))
	}
	id.Subject = i.Prefix + name // whether it can be a login name is for the token to say
	return id, nil
}

// registered are the claims that verification reads. It does not tell AUD from
// aud, and some providers let people name claims of their own.
var registered = []string{"iss", "sub", "aud", "exp", "nbf", "iat"}

// misspelt is a claim that verification may have read for another, or empty.
func misspelt(claims map[string]any) string {
	for name := range claims {
		for _, r := range registered {
			if name != r && strings.EqualFold(name, r) {
				return name
			}
		}
	}
	return ""
}

func (i *Issuer) now() time.Time {
	if i.Now != nil {
		return i.Now()
	}
	return time.Now()
}

// mail is the claim that is a mail address.
const mail = "email"

// mailVerified says that the provider vouches for the mail address: one that it
// has not verified is anybody's.
func (id *Identity) mailVerified() bool { return id.claims["email_verified"] == true }

// Has says whether the token has a claim of that value, or a list with it.
func (id *Identity) Has(claim, value string) bool {
	if claim == mail && !id.mailVerified() {
		return false
	}
	switch v := id.claims[claim].(type) {
	case string:
		return v == value
	case bool:
		return fmt.Sprint(v) == value
	case []any:
		return slices.ContainsFunc(v, func(item any) bool { return item == value })
	}
	return false
}
