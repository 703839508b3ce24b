package test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sallyport-db/sallyport/internal/api"
)

// idp makes an identity provider: its public key in jwks.json, and in the variable a token that it gave to ci.
func idp(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: idp VARIABLE")
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	point, err := key.PublicKey.Bytes() // 4, x and y: SEC 1, section 2.3.3
	ts.Check(err)
	half := func(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
	jwks := fmt.Sprintf(`{"keys":[{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":"1","x":%q,"y":%q}]}`, half(point[1:33]), half(point[33:]))
	ts.Check(os.WriteFile(ts.MkAbs("jwks.json"), []byte(jwks), 0o600))
	raw, err := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims{
		"iss": "https://idp.example", "aud": "sallyport", "sub": "deploy", "repository": "acme/shop", "exp": time.Now().Add(time.Hour).Unix(),
	}).SignedString(key)
	ts.Check(err)
	ts.Setenv(args[0], raw)
}

// addresses sets WEB to the address of listen.http, and PGHOST and PGPORT to that of listen.postgres.
func addresses(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: addresses")
	}
	info, err := api.NewClient(ts.MkAbs("data/admin.sock")).Info(context.Background())
	ts.Check(err)
	host, port, err := net.SplitHostPort(info.Postgres)
	ts.Check(err)
	ts.Setenv("WEB", info.HTTP)
	ts.Setenv("PGHOST", host)
	ts.Setenv("PGPORT", port)
}
