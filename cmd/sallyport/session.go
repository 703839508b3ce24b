package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

func sessionCommand(e *env) *cobra.Command {
	return group("session", "See and end live sessions", sessionList(e), sessionKill(e))
}

func sessionList(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List who is in, since when, and doing what", Args: exactly()}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := e.client()
		if err != nil {
			return err
		}
		sessions, err := c.Sessions(cmd.Context())
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(cmd.OutOrStdout(), sessions)
		}
		now := time.Now()
		rows := [][]string{{"ID", "SUB", "UPSTREAM", "FROM", "TLS", "APPLICATION", "MODE", "STATE", "STATEMENTS", "OPENED", "EXPIRES", "TOKEN"}}
		for _, s := range sessions {
			rows = append(rows, []string{s.ID, s.Subject, s.Upstream, s.Source.String(), or(s.TLS, "none"),
				or(s.Application, "-"), s.Mode, s.State, fmt.Sprint(s.Statements), when(s.Opened, now), when(s.Expires, now), s.TokenID})
		}
		return table(cmd.OutOrStdout(), rows)
	}
	return e.jsonFlag(cmd)
}

func or(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}

func sessionKill(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "kill ID",
		Short: "End a session; its token stays valid (revoke that to keep its holder out)",
		Args:  exactly("the session's ID"),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		c, err := e.client()
		if err != nil {
			return err
		}
		if err := c.Kill(cmd.Context(), args[0]); err != nil {
			return err
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "session %s has ended\n", args[0])
		return err
	}
	return cmd
}
