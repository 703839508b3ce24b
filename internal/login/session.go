package login

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Session is a login that lasts: what the identity provider gave, and the server that it is for.
type Session struct {
	Server       string    `json:"server"`
	CA           string    `json:"ca,omitempty"`
	Issuer       string    `json:"issuer"`
	ClientID     string    `json:"client_id"`
	Subject      string    `json:"sub"`
	IDToken      string    `json:"id_token"`
	RefreshToken string    `json:"refresh_token,omitempty"`
	Expires      time.Time `json:"expires"` // of IDToken
}

// DefaultFile is where a session is kept: in the user's configuration directory.
func DefaultFile() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "sallyport", "session.json"), nil
}

// Save writes the session for its user alone, wholly or not at all.
func (s *Session) Save(file string) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(file), ".session") // mode 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(append(raw, '\n'))
	err = errors.Join(err, tmp.Sync(), tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return nil
}

// Load reads a session. A file that others may read is refused: it is as good as a password.
func Load(file string) (*Session, error) {
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("nobody is logged in: use `sallyport login`")
	}
	if err != nil {
		return nil, err
	}
	if perm := info.Mode().Perm(); perm&0o077 != 0 {
		return nil, fmt.Errorf("%s is open to others (mode %04o): log in again, and keep it to yourself", file, perm)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	s := &Session{}
	if err := json.Unmarshal(raw, s); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return s, nil
}

// soon is how long an identity token must still live to be shown.
const soon = 30 * time.Second

// Fresh gets another identity token where the one at hand has expired, and says whether it did.
func (s *Session) Fresh(ctx context.Context, now time.Time) (bool, error) {
	if now.Add(soon).Before(s.Expires) {
		return false, nil
	}
	if s.RefreshToken == "" {
		return false, errors.New("the login has expired: use `sallyport login` again")
	}
	provider, err := oidc.NewProvider(ctx, s.Issuer)
	if err != nil {
		return false, fmt.Errorf("identity provider: %w", err)
	}
	if err := unaltered(s.Issuer, provider.Endpoint().TokenURL); err != nil {
		return false, err
	}
	conf := &oauth2.Config{ClientID: s.ClientID, Endpoint: provider.Endpoint()}
	tok, err := conf.TokenSource(ctx, &oauth2.Token{RefreshToken: s.RefreshToken}).Token()
	if err != nil {
		return false, fmt.Errorf("the login has ended: use `sallyport login` again (%w)", err)
	}
	return true, s.take(ctx, provider, tok, "")
}

// Granted is a token of the server's.
type Granted struct {
	Token     string `json:"access_token"`
	Scope     string `json:"scope"`
	ExpiresIn int64  `json:"expires_in"` // seconds
}

// Exchange gets a token: RFC 8693. What is empty in want (scope, ttl, from) is left to the server's grant.
func (s *Session) Exchange(ctx context.Context, want map[string]string) (*Granted, error) {
	client, err := s.client()
	if err != nil {
		return nil, err
	}
	form := url.Values{
		"grant_type":         {"urn:ietf:params:oauth:grant-type:token-exchange"},
		"subject_token":      {s.IDToken},
		"subject_token_type": {"urn:ietf:params:oauth:token-type:id_token"},
	}
	for name, value := range want {
		if value != "" {
			form.Set(name, value)
		}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Server+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var answer struct {
		Granted
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	if json.Unmarshal(raw, &answer) != nil || resp.StatusCode == http.StatusOK && answer.Token == "" {
		return nil, fmt.Errorf("%s answers %s, and not as a Sallyport server would", s.Server, resp.Status)
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server refuses: %s (%s)", answer.Description, answer.Error)
	}
	return &answer.Granted, nil
}

// client verifies the server, and follows no redirect with a credential in its hands.
func (s *Session) client() (*http.Client, error) {
	conf := &tls.Config{MinVersion: tls.VersionTLS12}
	if s.CA != "" {
		raw, err := os.ReadFile(s.CA)
		if err != nil {
			return nil, err
		}
		conf.RootCAs = x509.NewCertPool()
		if !conf.RootCAs.AppendCertsFromPEM(raw) {
			return nil, fmt.Errorf("%s holds no certificate", s.CA)
		}
	}
	return &http.Client{
		Timeout:       30 * time.Second,
		Transport:     &http.Transport{TLSClientConfig: conf, Proxy: http.ProxyFromEnvironment, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, nil
}
