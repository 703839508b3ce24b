package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/sallyport-db/sallyport/internal/api"
)

func policyCommand(e *env) *cobra.Command {
	return group("policy", "Try out scopes", policyExplain(e))
}

func policyExplain(e *env) *cobra.Command {
	var q api.ExplainRequest
	cmd := &cobra.Command{
		Use:     "explain --scope GRANTS --upstream NAME 'SQL'",
		Short:   "Say what a statement does and whether a scope lets it pass (status 1 if not), by the code that enforces",
		Example: `  sallyport policy explain --upstream shop --scope 'shop/public.orders:select' 'SELECT total FROM orders'`,
		Args:    exactly("the SQL"),
	}
	cmd.Flags().StringArrayVar(&q.Scope, "scope", nil, "the scope to judge by; may be repeated")
	cmd.Flags().StringVar(&q.Upstream, "upstream", "", "the upstream whose catalogue the names are looked up in")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := need(cmd, "scope", "upstream"); err != nil {
			return err
		}
		c, err := e.client()
		if err != nil {
			return err
		}
		q.SQL = args[0]
		list, err := c.Explain(cmd.Context(), q)
		if err != nil {
			return err
		}
		if e.json {
			err = printJSON(cmd.OutOrStdout(), list)
		} else {
			err = explained(cmd.OutOrStdout(), paintFor(os.Stdout), q.SQL, list)
		}
		for _, x := range list {
			if err == nil && !x.Allow {
				err = errSaid
			}
		}
		return err
	}
	return e.jsonFlag(cmd)
}

func explained(w io.Writer, p paint, sql string, list []api.Explanation) error {
	if len(list) == 0 {
		_, err := fmt.Fprintln(w, "There is no statement in this text, which is allowed and does nothing.")
		return err
	}
	for i, x := range list {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if len(list) > 1 {
			fmt.Fprintln(w, p.in(dim, fmt.Sprintf("statement %d: %s", i+1, visible(strings.TrimSpace(sql[x.Start:x.End])))))
		}
		if err := accesses(w, sql, x.Accesses); err != nil {
			return err
		}
		verdict(w, p, sql, &x)
	}
	return nil
}

func accesses(w io.Writer, sql string, list []api.Access) error {
	var rows [][]string
	for _, a := range list {
		object := a.Object
		if len(a.Columns) > 0 {
			object += "(" + strings.Join(a.Columns, ",") + ")"
		}
		note := ""
		if a.Free {
			note = "needs no grant"
		}
		at := ""
		if a.Position != nil {
			line, column := place(sql, *a.Position)
			at = fmt.Sprintf("at %d:%d", line, column)
		}
		rows = append(rows, []string{"  " + a.Op, object, at, note})
	}
	return table(w, rows)
}

func verdict(w io.Writer, p paint, sql string, x *api.Explanation) {
	if x.Allow {
		fmt.Fprintf(w, "%s  %s\n", p.in(green, "allowed"), x.Rule)
		return
	}
	fmt.Fprintf(w, "%s  %s: %s\n", p.in(red, "denied"), or(x.Rule, "no rule"), visible(x.Reason))
	if x.Missing != "" {
		fmt.Fprintf(w, "missing: %s\n", visible(x.Missing))
	}
	if x.Position != nil {
		point(w, p, sql, *x.Position)
	}
}

// place is the line and column of a byte offset, in characters and from 1.
func place(text string, pos int) (line, column int) {
	before := text[:min(pos, len(text))]
	start := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[start:]) + 1
}

// shownAround is how much of a line is shown on either side of the place that is pointed at, in bytes.
const shownAround = 60

// point shows the line of a byte offset with a caret below it.
func point(w io.Writer, p paint, sql string, pos int) {
	pos = min(pos, len(sql))
	start := strings.LastIndexByte(sql[:pos], '\n') + 1
	end := len(sql)
	if i := strings.IndexByte(sql[pos:], '\n'); i >= 0 {
		end = pos + i
	}
	start, end = max(start, pos-shownAround), min(end, pos+shownAround)
	before := visible(strings.ToValidUTF8(sql[start:pos], ""))
	after := visible(strings.ToValidUTF8(sql[pos:end], ""))
	fmt.Fprintf(w, "  %s%s\n  %s%s\n", before, after, strings.Repeat(" ", utf8.RuneCountInString(before)), p.in(red, "^"))
}
