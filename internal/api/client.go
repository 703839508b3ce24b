package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"
)

// Client speaks to a server over its admin socket. Its errors are for people; one that the server gave is an *Error.
type Client struct {
	socket string
	http   http.Client
}

// NewClient returns a client of the server whose admin socket is at path. Nothing is connected yet.
func NewClient(path string) *Client {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "unix", path)
	}
	return &Client{socket: path, http: http.Client{
		Timeout:   time.Minute,
		Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true},
	}}
}

// Info asks what the server is.
func (c *Client) Info(ctx context.Context) (a Info, err error) {
	return a, c.call(ctx, http.MethodGet, "/v1/info", nil, &a)
}

// Issue asks for a token.
func (c *Client) Issue(ctx context.Context, q IssueRequest) (a Issued, err error) {
	return a, c.call(ctx, http.MethodPost, "/v1/tokens", q, &a)
}

// Tokens lists the registered tokens, the oldest first.
func (c *Client) Tokens(ctx context.Context) (a []Token, err error) {
	return a, c.call(ctx, http.MethodGet, "/v1/tokens", nil, &a)
}

// Token is the registered token of that id.
func (c *Client) Token(ctx context.Context, id string) (a Token, err error) {
	return a, c.call(ctx, http.MethodGet, "/v1/tokens/"+url.PathEscape(id), nil, &a)
}

// Rotate puts a new token in the place of one.
func (c *Client) Rotate(ctx context.Context, id string, q RotateRequest) (a Issued, err error) {
	return a, c.call(ctx, http.MethodPost, "/v1/tokens/"+url.PathEscape(id)+"/rotate", q, &a)
}

// Derive asks for a narrower token of one.
func (c *Client) Derive(ctx context.Context, q DeriveRequest) (a Issued, err error) {
	return a, c.call(ctx, http.MethodPost, "/v1/tokens/derive", q, &a)
}

// Revoke revokes what q names. When it has returned nothing more of that is forwarded.
func (c *Client) Revoke(ctx context.Context, q RevokeRequest) (a RevokeResult, err error) {
	return a, c.call(ctx, http.MethodPost, "/v1/tokens/revoke", q, &a)
}

// Leaks revokes tokens that were found. The answers are in the order of the tokens.
func (c *Client) Leaks(ctx context.Context, tokens []string) (a []Leak, err error) {
	return a, c.call(ctx, http.MethodPost, "/v1/leaks", LeakRequest{tokens}, &a)
}

// Sessions lists the live sessions.
func (c *Client) Sessions(ctx context.Context) (a []Session, err error) {
	return a, c.call(ctx, http.MethodGet, "/v1/sessions", nil, &a)
}

// Kill ends a session.
func (c *Client) Kill(ctx context.Context, id string) error {
	return c.call(ctx, http.MethodPost, "/v1/sessions/"+url.PathEscape(id)+"/kill", struct{}{}, &struct{}{})
}

// Explain asks what the statements of a text would do and whether a scope lets them pass.
func (c *Client) Explain(ctx context.Context, q ExplainRequest) (a []Explanation, err error) {
	return a, c.call(ctx, http.MethodPost, "/v1/explain", q, &a)
}

// Reload has the server read its configuration again. The error names every problem, each on a line of its own; nothing
// has changed then.
func (c *Client) Reload(ctx context.Context) (a ReloadResult, err error) {
	return a, c.call(ctx, http.MethodPost, "/v1/reload", struct{}{}, &a)
}

func (c *Client) call(ctx context.Context, method, path string, q, a any) error {
	var body io.Reader
	if q != nil {
		text, err := json.Marshal(q)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://admin"+path, body)
	if err != nil {
		return err
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return c.unreachable(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		var refusal struct {
			Error string `json:"error"`
		}
		if err := json.NewDecoder(resp.Body).Decode(&refusal); err != nil || refusal.Error == "" {
			return fmt.Errorf("the server answers with %s", resp.Status)
		}
		return &Error{Status: resp.StatusCode, Message: refusal.Error}
	}
	if err := json.NewDecoder(resp.Body).Decode(a); err != nil {
		return fmt.Errorf("the server's answer cannot be read: %w", err)
	}
	return nil
}

func (c *Client) unreachable(err error) error {
	var in *url.Error
	if errors.As(err, &in) {
		err = in.Err
	}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("no server answers on the admin socket %s: "+
			"start one with `sallyport serve`, or name its configuration with --config", c.socket)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("the admin socket %s is not open to this user: "+
			"run the command as the user that the server runs as", c.socket)
	}
	return fmt.Errorf("admin socket %s: %w", c.socket, err)
}
