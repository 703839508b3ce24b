package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sallyport-db/sallyport/internal/api"
	"github.com/sallyport-db/sallyport/internal/registry"
	"github.com/sallyport-db/sallyport/token"
)

func tokenCommand(e *env) *cobra.Command {
	return group("token", "Issue, rotate, derive, look at and revoke tokens",
		tokenIssue(e), tokenRotate(e), tokenDerive(e), tokenExchange(e), tokenList(e), tokenShow(e), tokenInspect(e), tokenRevoke(e))
}

// describe says what a token means.
func describe(w io.Writer, t api.Token) {
	now := time.Now()
	rows := [][]string{
		{"id", t.ID}, {"sub", t.Subject}, {"scope", t.Scope}, {"from", sources(t.Source)},
		{"issued", when(t.IssuedAt, now)}, {"expires", when(t.ExpiresAt, now)},
	}
	for _, r := range [][]string{{"family", other(t.Family, t.ID)}, {"replaces", t.Replaces}, {"derived from", t.Parent}, {"acting", t.Actor},
		{"certificate", t.Certificate}, {"SPIFFE ID", t.SPIFFE}, {"limits", limitsOf(t.Limits)}} {
		if r[1] != "" {
			rows = append(rows, r)
		}
	}
	if t.Canary {
		rows = append(rows, []string{"canary", "allows nothing; whoever tries it is in the audit log as token.canary"})
	}
	if t.State != api.Active || t.IssuedBy != "" {
		rows = append(rows, []string{"state", string(t.State)}, []string{"issued by", t.IssuedBy})
	}
	if t.Revoked() {
		rows = append(rows, []string{"revoked", when(t.RevokedAt, now)}, []string{"revoked by", t.RevokedBy})
	}
	_ = table(w, rows)
}

func other(s, than string) string {
	if s == than {
		return ""
	}
	return s
}

func limitsOf(l *registry.Limits) string {
	var list []string
	if l == nil {
		l = &registry.Limits{}
	}
	for _, n := range []struct {
		n    int64
		what string
	}{{l.Rows, "rows"}, {l.Bytes, "bytes"}, {l.Statements, "statements"}} {
		if n.n > 0 {
			list = append(list, fmt.Sprint(n.n, " ", n.what))
		}
	}
	return strings.Join(list, ", ")
}

func sources(cidrs []string) string {
	s := strings.Join(cidrs, ", ")
	if s == "0.0.0.0/0, ::/0" {
		return "any address"
	}
	return s
}

func tokenList(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List the registered tokens", Args: exactly()}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := e.client()
		if err != nil {
			return err
		}
		tokens, err := c.Tokens(cmd.Context())
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(cmd.OutOrStdout(), tokens)
		}
		now := time.Now()
		rows := [][]string{{"ID", "SUB", "STATE", "EXPIRES", "FROM", "SCOPE"}}
		for _, t := range tokens {
			rows = append(rows, []string{t.ID, t.Subject, string(t.State), when(t.ExpiresAt, now), sources(t.Source), t.Scope})
		}
		return table(cmd.OutOrStdout(), rows)
	}
	return e.jsonFlag(cmd)
}

func tokenShow(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "show ID", Short: "Show one registered token", Args: exactly("the token's ID")}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := e.client()
		if err != nil {
			return err
		}
		t, err := c.Token(cmd.Context(), args[0])
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(cmd.OutOrStdout(), t)
		}
		describe(cmd.OutOrStdout(), t)
		return nil
	}
	return e.jsonFlag(cmd)
}

func tokenInspect(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "inspect TOKEN|-",
		Short: "Show what a token says, without a server and without verifying it; - reads it from standard input",
		Args:  exactly("the TOKEN"),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		tok, err := secretArgument(args[0])
		if err != nil {
			return err
		}
		claims, header, err := token.Inspect(tok)
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(cmd.OutOrStdout(), map[string]any{"verified": false, "header": headerJSON(header), "claims": claims})
		}
		return inspected(cmd.OutOrStdout(), claims, header)
	}
	return e.jsonFlag(cmd)
}

// secretArgument is an argument that - has read from standard input, so that it need not stand in a list of processes.
func secretArgument(text string) (string, error) {
	if text != "-" {
		return text, nil
	}
	line, err := bufio.NewReader(io.LimitReader(os.Stdin, token.MaxBytes+2)).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", err
	}
	return strings.TrimSpace(line), nil
}

func headerJSON(h *token.Header) map[string]string {
	return map[string]string{"alg": h.Algorithm, "typ": h.Type, "kid": h.KeyID}
}

func inspected(w io.Writer, c *token.Claims, h *token.Header) error {
	now := time.Now()
	rows := [][]string{
		{"verified", "no: this is what the token says of itself"},
		{"id", c.ID}, {"sub", c.Subject}, {"scope", c.Scope}, {"from", sources(token.SourceStrings(c.Source))},
		{"issued", when(c.IssuedAt, now)}, {"not before", when(c.NotBefore, now)}, {"expires", when(c.Expires, now)},
		{"issuer", c.Issuer}, {"cluster", c.Audience}, {"family", c.Family}, {"signing key", h.KeyID + " (" + h.Algorithm + ")"},
	}
	for _, r := range [][]string{{"certificate", c.Certificate}, {"SPIFFE ID", c.SPIFFE}, {"acting", c.Actor}} {
		if r[1] != "" {
			rows = append(rows, r)
		}
	}
	if c.Limits != (token.Limits{}) {
		text, err := json.Marshal(c.Limits)
		if err != nil {
			return err
		}
		rows = append(rows, []string{"limits", string(text)})
	}
	return table(w, rows)
}
