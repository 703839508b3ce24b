package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"github.com/sallyport-db/sallyport/internal/api"
	"github.com/sallyport-db/sallyport/policy"
)

func policyCommand(e *env) *cobra.Command {
	return group("policy", "Try out scopes", policyExplain(e))
}

func policyExplain(e *env) *cobra.Command {
	var q api.ExplainRequest
	cmd := &cobra.Command{
		Use:   "explain --scope GRANTS --upstream NAME 'SQL'",
		Short: "Say what a statement does and whether a scope lets it pass (status 1 if not), by the code that enforces",
		Example: `  sallyport policy explain --upstream shop --scope 'shop/public.orders:select' 'SELECT total FROM orders'
  sallyport policy explain --upstream shop --scope 'shop/*.*:select' --search-path 'app, public' "$(cat report.sql)"`,
		Args: exactly("the SQL"),
	}
	cmd.Flags().StringArrayVar(&q.Scope, "scope", nil, "the scope to judge by; may be repeated")
	cmd.Flags().StringVar(&q.Upstream, "upstream", "", "the upstream whose catalogue the names are looked up in")
	cmd.Flags().StringVar(&q.SearchPath, "search-path", "",
		"the session's search_path, as SET search_path takes it (default: what a session begins with)")
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
	for i := range list {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if len(list) > 1 {
			fmt.Fprintln(w, p.in(bold, fmt.Sprintf("statement %d", i+1)))
		}
		if err := explainedOne(w, p, sql, &list[i]); err != nil {
			return err
		}
	}
	return nil
}

// explainedOne shows a statement with what it touches marked in it, then each access with what covers it or is missing,
// then the verdict.
func explainedOne(w io.Writer, p paint, sql string, x *api.Explanation) error {
	var marks []mark
	for i, a := range x.Accesses {
		if a.Position != nil {
			marks = append(marks, mark{*a.Position, fmt.Sprint(i + 1), colorOf(&a)})
		}
	}
	from, to := trimmed(sql, x.Start, x.End)
	if !x.Allow && !marked(x) {
		at := from // where no place can be named, all of it is meant
		if x.Position != nil {
			at = *x.Position
		}
		marks = append(marks, mark{at, " " + x.Rule, red})
	}
	annotate(w, p, sql, from, to, marks)
	fmt.Fprintln(w)
	if err := accesses(w, p, sql, x); err != nil {
		return err
	}
	verdict(w, p, sql, x)
	return nil
}

// marked says that what decided is one of the accesses, which has a mark of its own.
func marked(x *api.Explanation) bool {
	for i := range x.Accesses {
		if a := &x.Accesses[i]; a.Position != nil && x.Position != nil && *a.Position == *x.Position && colorOf(a) == red {
			return true
		}
	}
	return false
}

// trimmed leaves out white space around a statement.
func trimmed(sql string, from, to int) (int, int) {
	s := sql[from:to]
	from += len(s) - len(strings.TrimLeft(s, " \t\r\n"))
	return from, from + len(strings.TrimSpace(s))
}

func colorOf(a *api.Access) string {
	switch {
	case a.Forbidden != nil:
		return red
	case a.Free:
		return dim
	case a.Grants != nil:
		return green
	}
	return red
}

func accesses(w io.Writer, p paint, sql string, x *api.Explanation) error {
	rows := make([][]string, len(x.Accesses))
	for i := range x.Accesses {
		a := &x.Accesses[i]
		object := a.Object
		if len(a.Columns) > 0 {
			object += "(" + strings.Join(a.Columns, ",") + ")"
		}
		at := "not named" // a view, a default or a constraint of what is named does it
		if a.Position != nil {
			line, column := place(sql, *a.Position)
			at = fmt.Sprintf("at %d:%d", line, column)
		}
		rows[i] = []string{fmt.Sprintf("%4d", i+1), a.Op, object, at, because(a)}
	}
	var b strings.Builder
	if err := table(&b, rows); err != nil {
		return err
	}
	for i, line := range strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n") {
		if len(rows) > 0 {
			fmt.Fprintln(w, p.in(colorOf(&x.Accesses[i]), line))
		}
	}
	return nil
}

// because says what lets an access pass, or does not.
func because(a *api.Access) string {
	switch {
	case a.Forbidden != nil:
		return "forbidden by " + strings.Join(a.Forbidden, " ")
	case a.Free:
		return "needs no grant"
	case a.Grants != nil:
		return "granted by " + strings.Join(a.Grants, " ")
	case a.Missing != "":
		return "lacks " + a.Missing
	}
	return "no grant can give this"
}

// meaning is what a rule that allows says.
var meaning = map[string]string{
	string(policy.RuleGrant):        "every access is granted or needs no grant",
	string(policy.RuleUnrestricted): "the scope lets everything pass",
}

func verdict(w io.Writer, p paint, sql string, x *api.Explanation) {
	if x.Allow {
		fmt.Fprintf(w, "%s  %s: %s\n", p.in(green, "allowed"), x.Rule, meaning[x.Rule])
		return
	}
	where := ""
	if x.Position != nil {
		line, column := place(sql, *x.Position)
		where = fmt.Sprintf(" (at %d:%d)", line, column)
	}
	fmt.Fprintf(w, "%s  %s: %s%s\n", p.in(red, "denied"), or(x.Rule, "no rule"), visible(x.Reason), where)
	if x.Missing != "" {
		fmt.Fprintf(w, "missing: %s\n", visible(x.Missing))
	}
	for _, n := range x.Notes {
		fmt.Fprintln(w, p.in(yellow, n))
	}
}

// place is the line and column of a byte offset, in characters and from 1.
func place(text string, pos int) (line, column int) {
	before := text[:min(pos, len(text))]
	start := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[start:]) + 1
}
