package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/config"
)

// The audit commands read the files themselves: they work while the server is down, and need no more rights than it.
func auditCommand(e *env) *cobra.Command {
	return group("audit", "Read the audit log", auditTail(e), auditSearch(e), auditVerify(e), auditProve(e))
}

// filterFlags are the ways to choose events.
type filterFlags struct {
	filter       audit.Filter
	since, until string
}

func (f *filterFlags) on(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&f.filter.Sub, "sub", "", "of this subject or login name")
	fl.StringVar(&f.filter.Token, "token", "", "of the token with this id")
	fl.StringVar(&f.filter.Session, "session", "", "of this session")
	fl.StringVar(&f.filter.Upstream, "upstream", "", "of this upstream")
	fl.StringVar(&f.filter.Object, "object", "", "touching this object: schema.name, or schema.*")
	fl.StringVar(&f.filter.Event, "event", "", "of this name, or all that begin with it: statement.")
	fl.StringVar(&f.since, "since", "", "not before: RFC 3339, or how long ago (15m)")
	fl.StringVar(&f.until, "until", "", "before: RFC 3339, or how long ago (15m)")
}

func (f *filterFlags) compile(now time.Time) (audit.Filter, error) {
	out := f.filter
	var err error
	if out.Since, err = moment("since", f.since, now); err != nil {
		return out, err
	}
	out.Until, err = moment("until", f.until, now)
	return out, err
}

// moment reads a time, or how long ago.
func moment(flag, text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return now.Add(-ago), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, usage("--%s %q is neither a time such as 2026-01-31T09:00:00Z nor a duration such as 15m", flag, text)
	}
	return t, nil
}

// auditDir is where the log of the configuration is.
func (e *env) auditDir() (string, error) {
	c, err := config.Load(e.configFile)
	if err != nil {
		return "", err
	}
	return filepath.Join(c.DataDir, "audit"), nil
}

// printer prints records as they come.
func (e *env) printer(cmd *cobra.Command, color paint) func(*audit.Record) error {
	return func(r *audit.Record) error {
		if e.json {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s\n", r.Line)
			return err
		}
		_, err := fmt.Fprintln(cmd.OutOrStdout(), audit.Format(r, bool(color)))
		return err
	}
}

func auditSearch(e *env) *cobra.Command {
	var f filterFlags
	cmd := &cobra.Command{Use: "search", Short: "Print past events, the oldest first", Args: exactly()}
	f.on(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		filter, err := f.compile(time.Now())
		if err != nil {
			return err
		}
		dir, err := e.auditDir()
		if err != nil {
			return err
		}
		return audit.Search(dir, filter, e.printer(cmd, paintFor(os.Stdout)))
	}
	return e.jsonFlag(cmd)
}

func auditTail(e *env) *cobra.Command {
	var f filterFlags
	var follow bool
	var n int
	cmd := &cobra.Command{Use: "tail", Short: "Print the last events, and with -f those that come", Args: exactly()}
	f.on(cmd)
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on with the events that come")
	cmd.Flags().IntVarP(&n, "lines", "n", 10, "how many past events")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		filter, err := f.compile(time.Now())
		if err != nil {
			return err
		}
		if n < 0 {
			return usage("--lines is a number from 0")
		}
		dir, err := e.auditDir()
		if err != nil {
			return err
		}
		show := e.printer(cmd, paintFor(os.Stdout))
		last, err := audit.Tail(dir, n, filter, show)
		if err != nil || !follow {
			return err
		}
		return audit.Follow(cmd.Context(), dir, last, filter, show)
	}
	return e.jsonFlag(cmd)
}
