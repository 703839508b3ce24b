package main

import (
	"time"

	"github.com/spf13/cobra"

	"github.com/sallyport-db/sallyport/internal/api"
)

func tokenRotate(e *env) *cobra.Command {
	var q api.RotateRequest
	var ttl, overlap time.Duration
	cmd := &cobra.Command{
		Use:   "rotate ID",
		Short: "Put a new token in the place of one, whose live sessions go on; the old one dies after --overlap",
		Args:  exactly("the token's ID"),
	}
	f := cmd.Flags()
	f.DurationVar(&overlap, "overlap", 0, "how long the old token lives on")
	f.DurationVar(&ttl, "ttl", 0, "how long the new one lives (default: as long as the old one did)")
	f.StringArrayVar(&q.Scope, "scope", nil, "a narrower scope than the old one's; may be repeated")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		q.Overlap = overlap.String()
		if cmd.Flags().Changed("ttl") {
			q.TTL = ttl.String()
		}
		c, err := e.client()
		if err != nil {
			return err
		}
		t, err := c.Rotate(cmd.Context(), args[0], q)
		if err != nil {
			return err
		}
		return e.handOut(cmd, t)
	}
	return e.jsonFlag(cmd)
}

func tokenDerive(e *env) *cobra.Command {
	var q api.DeriveRequest
	var w wish
	cmd := &cobra.Command{
		Use:   "derive --token TOKEN|- --scope GRANTS",
		Short: "Make a narrower token of one: it never outlives that one, and dies with it",
		Example: `  sallyport token derive --token "$PGPASSWORD" --scope 'shop/public.orders(id,total):select' --ttl 2m --act nightly-report
  echo "$PGPASSWORD" | sallyport token derive --token - --scope 'shop/public.orders:select' --max-rows 100`,
		Args: exactly(),
	}
	f := cmd.Flags()
	f.StringVar(&q.Token, "token", "", "the token that it is derived from, or its handle; - reads it from standard input")
	f.StringArrayVar(&w.q.Scope, "scope", nil, "what it allows, within that token's scope; may be repeated")
	f.StringSliceVar(&w.q.From, "from", nil, "where it may be used from, within that token's sources (default: the same)")
	f.DurationVar(&w.ttl, "ttl", 0, "how long it lives (default: 15m, or what is left of that token's life)")
	f.StringVar(&q.Actor, "act", "", "who acts for the subject: a script, a program, a third party")
	w.handle(cmd)
	w.limits(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := need(cmd, "token", "scope"); err != nil {
			return err
		}
		r, err := w.request(cmd)
		if err == nil {
			q.Token, err = secretArgument(q.Token)
		}
		if err != nil {
			return err
		}
		q.Scope, q.From, q.TTL, q.Limits, q.Handle = r.Scope, r.From, r.TTL, r.Limits, r.Handle
		c, err := e.client()
		if err != nil {
			return err
		}
		t, err := c.Derive(cmd.Context(), q)
		if err != nil {
			return err
		}
		return e.handOut(cmd, t)
	}
	return e.jsonFlag(cmd)
}
