package login

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// callback is where the provider sends the browser back to, on this machine: RFC 8252, section 7.3.
const callback = "/callback"

// answer is what the browser brings back.
type answer struct {
	code string
	err  error
}

// browser is the flow with a browser on this machine: the authorization code with PKCE (RFC 7636).
func browser(ctx context.Context, conf *oauth2.Config, r Request) (*oauth2.Token, string, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	conf.RedirectURL = "http://" + ln.Addr().String() + callback
	state, nonce, verifier := rand.Text(), rand.Text(), oauth2.GenerateVerifier()
	answers := make(chan answer, 1)
	server := &http.Server{Handler: receive(state, answers), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(ln) }()
	defer func() { _ = server.Close() }()

	url := conf.AuthCodeURL(state, oidc.Nonce(nonce), oauth2.S256ChallengeOption(verifier))
	if r.Open == nil || r.Open(url) != nil {
		r.Say("open this in a browser on this machine (or use --device):\n%s", url)
	} else {
		r.Say("a browser has been opened; if it has not:\n%s", url)
	}
	select {
	case <-ctx.Done():
		return nil, "", ctx.Err()
	case a := <-answers:
		if a.err != nil {
			return nil, "", a.err
		}
		tok, err := conf.Exchange(ctx, a.code, oauth2.VerifierOption(verifier))
		if err != nil {
			return nil, "", fmt.Errorf("identity provider: %w", err)
		}
		return tok, nonce, nil
	}
}

// receive takes one answer that has our state; what others send to the port is nothing.
func receive(state string, answers chan<- answer) http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET "+callback, func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(state)) != 1 {
			http.Error(w, "this is not the answer to a login that was begun here", http.StatusBadRequest)
			return
		}
		a := answer{code: q.Get("code")}
		if why := q.Get("error"); why != "" || a.code == "" {
			a.err = errors.New("the identity provider refused the login: " + why + " " + q.Get("error_description"))
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = fmt.Fprintln(w, "Done. You can close this window and go back to the terminal.")
		select {
		case answers <- a:
		default: // a second answer
		}
	})
	return m
}
