package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"github.com/sallyport-db/sallyport/audit"
)

// verifyFlags are what a log is held against besides itself.
type verifyFlags struct {
	key, since, write, proof string
}

func auditVerify(e *env) *cobra.Command {
	var f verifyFlags
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that no line of the log was altered, taken out, put in or moved",
		Long: `Check that no line of the log was altered, taken out, put in or moved.

Signed checkpoints in the log cover the lines before them. What came after the newest one is
at most a second old while the server runs. Somebody who can write to data_dir and read the
server's key could make another log altogether: keep a checkpoint elsewhere from time to time
(--write-checkpoint), and have later logs held against it (--since-checkpoint).`,
		Args: exactly(),
	}
	fl := cmd.Flags()
	fl.StringVar(&f.key, "key", "", "file with the public keys of checkpoints, one a line (default: the server's own, with the log)")
	fl.StringVar(&f.since, "since-checkpoint", "", "file with a checkpoint that was kept elsewhere: the log must continue it")
	fl.StringVar(&f.write, "write-checkpoint", "", "file to write the newest checkpoint to, once all is well")
	fl.StringVar(&f.proof, "proof", "", "check this proof of one line instead, without the log; print the line")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		dir := ""
		if f.proof == "" || f.key == "" {
			var err error
			if dir, err = e.auditDir(); err != nil {
				return err
			}
		}
		keys, err := verifiers(f.key, dir)
		switch {
		case err != nil:
			return err
		case f.proof != "":
			return checkProof(cmd.OutOrStdout(), f.proof, keys)
		}
		return e.verify(cmd, dir, keys, f)
	}
	return e.jsonFlag(cmd)
}

// verifiers are the keys that are named, or the server's own.
func verifiers(file, dir string) (note.Verifiers, error) {
	if file != "" {
		return audit.LoadVerifiers(file, "")
	}
	return audit.OwnVerifiers(filepath.Dir(dir), dir)
}

func (e *env) verify(cmd *cobra.Command, dir string, keys note.Verifiers, f verifyFlags) error {
	var since *audit.SignedRoot
	if f.since != "" {
		text, err := os.ReadFile(f.since)
		if err != nil {
			return err
		}
		if since, err = audit.OpenCheckpoint(text, keys); err != nil {
			return fmt.Errorf("%s: %w", f.since, err)
		}
	}
	v, err := audit.Verify(dir, keys, since)
	if err == nil && f.write != "" {
		if v.Checkpoint == nil {
			return errors.New("there is no checkpoint in the log yet")
		}
		err = os.WriteFile(f.write, v.Checkpoint, 0o644) //nolint:gosec // it is there to be given to others
	}
	if e.json {
		return errors.Join(err, printJSON(cmd.OutOrStdout(), verdictJSON(v, err)))
	}
	if err != nil {
		return fmt.Errorf("the audit log is not sound: %w; sound up to line %d", err, v.Covered)
	}
	_, err = fmt.Fprintln(cmd.OutOrStdout(), soundness(v))
	return err
}

func verdictJSON(v audit.Verified, err error) any {
	out := struct {
		Sound bool `json:"sound"`
		audit.Verified
		Line  uint64 `json:"line,omitempty"` // the first bad one
		To    uint64 `json:"to,omitempty"`
		Error string `json:"error,omitempty"`
	}{Sound: err == nil, Verified: v}
	var d *audit.Damage
	if errors.As(err, &d) {
		out.Line, out.To = d.Line, d.To
	}
	if err != nil {
		out.Error = err.Error()
	}
	return out
}

// soundness is what a person reads.
func soundness(v audit.Verified) string {
	if v.Lines == 0 {
		return "sound: the log is empty"
	}
	s := fmt.Sprintf("sound: lines %d to %d (%.1f MB) under %d checkpoints", v.First, v.First+v.Lines-1, float64(v.Bytes)/1e6, v.Checkpoints)
	switch after := v.First + v.Lines - 1 - v.Covered; {
	case v.Checkpoints == 0:
		s = fmt.Sprintf("lines %d to %d follow each other, and NO CHECKPOINT covers them: nothing shows that they are as they were written", v.First, v.First+v.Lines-1)
	case after > 1: // the checkpoint itself is one
		s += fmt.Sprintf("; the last %d lines are covered by none yet", after-1)
	}
	return s
}

func checkProof(w io.Writer, path string, keys note.Verifiers) error {
	proof, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	line, err := audit.CheckProof(proof, keys)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s\n", line)
	return err
}

func auditProve(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "prove SEQ",
		Short: "Print a proof that this line is in the log (audit verify --proof checks it without the log)",
		Args:  exactly("SEQ"),
		RunE: func(cmd *cobra.Command, args []string) error {
			seq, err := strconv.ParseUint(args[0], 10, 63)
			if err != nil || seq == 0 {
				return usage("%q is not the number of a line: its seq", args[0])
			}
			dir, err := e.auditDir()
			if err != nil {
				return err
			}
			proof, err := audit.Prove(dir, seq)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(proof)
			return err
		},
	}
}
