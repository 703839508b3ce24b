package main

import (
	"encoding/json"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sallyport-db/sallyport/internal/api"
	"github.com/sallyport-db/sallyport/internal/config"
	"github.com/sallyport-db/sallyport/internal/datadir"
)

// env is what the commands share.
type env struct {
	configFile string
	json       bool
}

func newRoot() *cobra.Command {
	e := &env{configFile: os.Getenv("SALLYPORT_CONFIG")}
	if e.configFile == "" {
		e.configFile = "sallyport.yaml"
	}
	root := group("sallyport", "A database access proxy: short-lived, scoped tokens instead of passwords",
		serveCommand(e), demoCommand(), tokenCommand(e), keyCommand(e), sessionCommand(e), auditCommand(e), policyCommand(e),
		connectCommand(e), loginCommand(), configCommand(e), versionCommand(e))
	root.SilenceErrors, root.SilenceUsage = true, true
	root.PersistentFlags().StringVar(&e.configFile, "config", e.configFile,
		"the server's configuration file (environment: SALLYPORT_CONFIG)")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage("%s", err) })
	e.completes(root)
	return root
}

// group is a command that only holds others.
func group(name, short string, commands ...*cobra.Command) *cobra.Command {
	g := &cobra.Command{Use: name, Short: short}
	g.AddCommand(commands...)
	g.Args = cobra.ArbitraryArgs
	g.RunE = func(cmd *cobra.Command, args []string) error {
		if len(args) == 0 {
			_ = cmd.Help()
			return errSaid
		}
		cmd.SuggestionsMinimumDistance = 2
		hint := ""
		if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
			hint = "; did you mean " + strings.Join(near, " or ") + "?"
		}
		return usage("%s has no command %q%s", cmd.CommandPath(), args[0], hint)
	}
	return g
}

// exactly demands positional arguments by name.
func exactly(names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return usage("%s is missing", names[len(args)])
		case len(args) > len(names):
			return usage("%q is one argument too many", args[len(names)])
		}
		return nil
	}
}

// need demands flags.
func need(cmd *cobra.Command, flags ...string) error {
	var missing []string
	for _, f := range flags {
		if !cmd.Flags().Changed(f) {
			missing = append(missing, "--"+f)
		}
	}
	switch len(missing) {
	case 0:
		return nil
	case 1:
		return usage("%s is missing", missing[0])
	}
	return usage("%s are missing", strings.Join(missing, " and "))
}

// jsonFlag gives a command that prints data its --json.
func (e *env) jsonFlag(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().BoolVar(&e.json, "json", false, "print JSON")
	return cmd
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// client reaches the server of the configuration.
func (e *env) client() (*api.Client, error) {
	c, err := config.Load(e.configFile)
	if err != nil {
		return nil, err
	}
	return api.NewClient(datadir.AdminSocket(c.DataDir)), nil
}
