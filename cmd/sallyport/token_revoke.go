package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sallyport-db/sallyport/internal/api"
)

func tokenRevoke(e *env) *cobra.Command {
	var q api.RevokeRequest
	cmd := &cobra.Command{
		Use:   "revoke ID | --sub NAME | --family ID | --token TOKEN|- | --all",
		Short: "Revoke tokens: their live sessions end, and once this returns nothing more of them is forwarded",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usage("%q is one argument too many", args[1])
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.StringVar(&q.Subject, "sub", "", "every token of this subject that was issued until now")
	f.StringVar(&q.Family, "family", "", "every token of this family, which rotation has made")
	f.StringVar(&q.Token, "token", "", "this token, or the one of this handle; - reads it from standard input")
	f.BoolVar(&q.All, "all", false, "every token that was issued until now")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		named := len(args)
		for _, flag := range []string{"sub", "family", "token", "all"} {
			if cmd.Flags().Changed(flag) {
				named++
			}
		}
		if named != 1 {
			return usage("name one: the token's ID, --sub, --family, --token or --all")
		}
		if len(args) == 1 {
			q.ID = args[0]
		}
		var err error
		if q.Token, err = secretArgument(q.Token); err != nil {
			return err
		}
		c, err := e.client()
		if err != nil {
			return err
		}
		r, err := c.Revoke(cmd.Context(), q)
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(cmd.OutOrStdout(), r)
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "revoked %s; sessions ended: %d%s\n", what(&r), r.SessionsEnded, where(&r))
		return err
	}
	return e.jsonFlag(cmd)
}

func what(r *api.RevokeResult) string {
	switch {
	case r.ID != "":
		return r.ID + " of " + visible(r.Subject)
	case r.Family != "":
		return "the family " + r.Family
	case r.All:
		return "every token that was issued until now"
	}
	return "every token of " + visible(r.Subject)
}

// where names the nodes that could not be reached: they let nothing through.
func where(r *api.RevokeResult) string {
	if len(r.Lapsed) == 0 {
		return ""
	}
	return fmt.Sprintf(" on %d nodes; fenced until they have applied it: %s", r.Nodes, strings.Join(r.Lapsed, ", "))
}
