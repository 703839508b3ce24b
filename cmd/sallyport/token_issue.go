package main

import (
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/sallyport-db/sallyport/internal/api"
	"github.com/sallyport-db/sallyport/token"
)

func tokenIssue(e *env) *cobra.Command {
	var w wish
	cmd := &cobra.Command{
		Use:   "issue --sub NAME --scope GRANTS --from CIDR|any",
		Short: "Issue a token: it alone on standard output, what it means on standard error",
		Example: `  sallyport token issue --sub ana --scope 'shop/public.orders:select' --from 127.0.0.1/32
  sallyport token issue --sub etl --scope 'shop/public.*:select,insert' --from 10.2.0.0/16 --ttl 1h
  sallyport token issue --sub app --scope 'shop/public.*:select' --from 10.2.0.0/16 --cert app.crt --max-rows 100000`,
		Args: exactly(),
	}
	w.flags(cmd)
	w.handle(cmd)
	cmd.Flags().BoolVar(&w.q.Canary, "canary", false,
		"a token that allows nothing, to be laid out where nobody should look: whoever tries it is in the audit log")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := need(cmd, "sub", "scope", "from"); err != nil {
			return err
		}
		q, err := w.request(cmd)
		if err != nil {
			return err
		}
		c, err := e.client()
		if err != nil {
			return err
		}
		t, err := c.Issue(cmd.Context(), q)
		if err != nil {
			return err
		}
		return e.handOut(cmd, t)
	}
	return e.jsonFlag(cmd)
}

// handOut prints a token alone on standard output, and on standard error what it means.
func (e *env) handOut(cmd *cobra.Command, t api.Issued) error {
	if e.json {
		return printJSON(cmd.OutOrStdout(), t)
	}
	describe(cmd.ErrOrStderr(), t.Token)
	_, err := fmt.Fprintln(cmd.OutOrStdout(), t.Secret)
	return err
}

// wish is what the flags of a command say of the token that it asks for.
type wish struct {
	q    api.IssueRequest
	ttl  time.Duration
	cert string
	lim  api.Limits
}

func (w *wish) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&w.q.Subject, "sub", w.q.Subject, "who the token is for: the login name it is used with")
	f.StringArrayVar(&w.q.Scope, "scope", nil, "what it allows, such as shop/public.orders:select; may be repeated")
	f.StringSliceVar(&w.q.From, "from", w.q.From, "the addresses and CIDRs it may be used from, or any; may be repeated")
	f.DurationVar(&w.ttl, "ttl", 0, "how long it lives (default: the server's default_ttl)")
	f.StringVar(&w.cert, "cert", "", "PEM file of the one client certificate that it may be used with")
	f.StringVar(&w.q.SPIFFE, "spiffe", "", "instead, the SPIFFE ID that the client's certificate must have")
	w.limits(cmd)
}

func (w *wish) handle(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&w.q.Handle, "handle", false, "hand out a short handle (sph_…) in the token's place, for clients that cut long passwords")
}

func (w *wish) limits(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Int64Var(&w.lim.Rows, "max-rows", 0, "rows that it may read in all (default: no limit)")
	f.Int64Var(&w.lim.Bytes, "max-bytes", 0, "bytes of rows that it may read in all (default: no limit)")
	f.Int64Var(&w.lim.Statements, "max-statements", 0, "statements that it may run in all (default: no limit)")
}

func (w *wish) request(cmd *cobra.Command) (q api.IssueRequest, err error) {
	f := cmd.Flags()
	q = w.q
	if f.Changed("ttl") {
		q.TTL = w.ttl.String()
	}
	for _, name := range []string{"max-rows", "max-bytes", "max-statements"} {
		if n, err := f.GetInt64(name); err != nil || f.Changed(name) && n <= 0 {
			return q, usage("--%s is a whole number above zero", name)
		}
	}
	if w.lim != (api.Limits{}) {
		q.Limits = &w.lim
	}
	if w.cert != "" {
		q.Certificate, err = thumbprint(w.cert)
	}
	return q, err
}

// thumbprint is that of the first certificate in a PEM file: the one that a client presents.
func thumbprint(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			return token.Thumbprint(block.Bytes), nil
		}
	}
	return "", errors.New(file + ": no certificate in PEM (-----BEGIN CERTIFICATE-----)")
}
