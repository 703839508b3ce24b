package main

import (
	"context"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/sallyport-db/sallyport/internal/api"
	"github.com/sallyport-db/sallyport/internal/config"
)

// completion is what a shell asks for when Tab is pressed.
type completion = func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective)

// completes gives the flag --upstream and the first argument of the commands below root what they can be.
func (e *env) completes(root *cobra.Command) {
	arguments := map[string]completion{
		"connect": e.upstreamNames, "session kill": e.sessionIDs, "token show": e.tokenIDs, "token revoke": e.tokenIDs, "token rotate": e.tokenIDs,
	}
	for name, words := range arguments {
		if cmd, _, err := root.Find(strings.Fields(name)); err == nil {
			cmd.ValidArgsFunction = first(words)
		}
	}
	for _, group := range root.Commands() {
		for _, cmd := range group.Commands() {
			if cmd.Flags().Lookup("upstream") != nil {
				_ = cmd.RegisterFlagCompletionFunc("upstream", e.upstreamNames) // fails only for a flag that is not there
			}
		}
	}
}

// first completes the first argument only.
func first(words completion) completion {
	return func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return words(cmd, args, word)
	}
}

// upstreamNames are those of the configuration; the server need not run.
func (e *env) upstreamNames(*cobra.Command, []string, string) (names []string, _ cobra.ShellCompDirective) {
	if c, err := config.Load(e.configFile); err == nil {
		for i := range c.Upstreams {
			names = append(names, c.Upstreams[i].Name)
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

func (e *env) sessionIDs(cmd *cobra.Command, _ []string, _ string) (ids []string, _ cobra.ShellCompDirective) {
	e.ask(cmd, func(ctx context.Context, c *api.Client) error {
		list, err := c.Sessions(ctx)
		for _, s := range list {
			ids = append(ids, s.ID+"\t"+visible(s.Subject)+" on "+s.Upstream)
		}
		return err
	})
	return ids, cobra.ShellCompDirectiveNoFileComp
}

func (e *env) tokenIDs(cmd *cobra.Command, _ []string, _ string) (ids []string, _ cobra.ShellCompDirective) {
	e.ask(cmd, func(ctx context.Context, c *api.Client) error {
		list, err := c.Tokens(ctx)
		for _, t := range list {
			if t.State == api.Active {
				ids = append(ids, t.ID+"\t"+visible(t.Subject))
			}
		}
		return err
	})
	return ids, cobra.ShellCompDirectiveNoFileComp
}

// ask asks the server; one that does not answer completes nothing.
func (e *env) ask(cmd *cobra.Command, f func(context.Context, *api.Client) error) {
	ctx, cancel := context.WithTimeout(cmd.Context(), time.Second)
	defer cancel()
	if c, err := e.client(); err == nil {
		_ = f(ctx, c)
	}
}
