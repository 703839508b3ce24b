package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sallyport-db/sallyport/internal/pgtest"
)

func demoCommand() *cobra.Command {
	keep := false
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Show it all on throwaway databases: what passes, what is refused, a revocation, and the audit trail",
		Args:  exactly(),
	}
	cmd.Flags().BoolVar(&keep, "keep", false, "leave it running until Ctrl-C, and print how to connect")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		err := demo(cmd.Context(), cmd.OutOrStdout(), paintFor(os.Stdout), keep)
		var missing *pgtest.MissingError
		switch {
		case errors.As(err, &missing):
			return missing
		case cmd.Context().Err() != nil && err != nil:
			return errors.New("interrupted; everything the demonstration started has been cleaned up")
		}
		return err
	}
	return cmd
}

// demo shows the scenes one after another and cleans up, however it ends.
func demo(ctx context.Context, out io.Writer, p paint, keep bool) (err error) {
	s, err := setStage(ctx, &narrator{out: out, paint: p})
	defer func() { err = errors.Join(err, s.clear()) }()
	if err != nil {
		return err
	}
	for _, a := range s.acts {
		for _, scene := range []func(context.Context, *act) error{s.issue, s.allowed, s.denied, s.elsewhere, s.revoked} {
			if err := scene(ctx, a); err != nil {
				return err
			}
		}
	}
	if err := s.trail(ctx); err != nil {
		return err
	}
	if keep {
		return s.keep(ctx)
	}
	s.say("\nThat was all. `sallyport demo --keep` leaves it running, for psql, mariadb and every other client.")
	return nil
}

// narrator writes what the audience sees.
type narrator struct {
	out    io.Writer
	paint  paint
	scenes int
}

func (n *narrator) title(text string) {
	n.scenes++
	fmt.Fprintf(n.out, "\n%s\n", n.paint.in(bold, fmt.Sprintf("%d. %s", n.scenes, text)))
}

func (n *narrator) say(format string, args ...any) { fmt.Fprintf(n.out, format+"\n", args...) }

// ran shows a command or a statement.
func (n *narrator) ran(prompt, text string) {
	n.say("%s", n.paint.in(cyan, "   "+prompt+" "+text))
}

func (n *narrator) good(format string, args ...any) {
	n.say("   %s %s", n.paint.in(green, "passes "), fmt.Sprintf(format, args...))
}

func (n *narrator) bad(format string, args ...any) {
	n.say("   %s %s", n.paint.in(red, "refused"), fmt.Sprintf(format, args...))
}

// program is how this program was called, to be called again.
func program() string {
	if strings.ContainsRune(os.Args[0], filepath.Separator) {
		if abs, err := filepath.Abs(os.Args[0]); err == nil {
			return abs
		}
	}
	return "sallyport"
}
