package main

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/sallyport-db/sallyport/internal/config"
)

func versionCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "version", Short: "Print the version", Args: exactly()}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if e.json {
			return printJSON(cmd.OutOrStdout(), map[string]string{
				"version": version, "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH,
			})
		}
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "sallyport %s (%s, %s/%s)\n",
			version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return err
	}
	return e.jsonFlag(cmd)
}

func configCommand(e *env) *cobra.Command {
	return group("config", "Check the configuration, and have it read again", configCheck(e), configReload(e))
}

func configCheck(e *env) *cobra.Command {
	connect := false
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Say what is wrong with the configuration and where, also with the files that it names",
		Args:  exactly(),
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := config.Load(e.configFile)
		if err == nil {
			err = c.CheckFiles()
		}
		if err != nil {
			fmt.Fprintln(cmd.ErrOrStderr(), err)
			return errSaid
		}
		for _, w := range c.Warnings {
			fmt.Fprintln(cmd.ErrOrStderr(), "warning:", w)
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s is good: cluster %s, %d upstreams\n", c.File, c.Cluster, len(c.Upstreams))
		switch {
		case !connect:
			fmt.Fprintln(cmd.OutOrStdout(), "not tried: to log in to the upstreams, and to see what their roles can do too much of (--connect does)")
		case !checkConnections(cmd.Context(), cmd.OutOrStdout(), paintFor(os.Stdout), c):
			return errSaid
		}
		return nil
	}
	cmd.Flags().BoolVar(&connect, "connect", false, "also log in to every upstream, and say what its role can do that no token needs")
	return cmd
}

func configReload(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "reload",
		Short: "Have the server read its configuration again, wholly or not at all (as SIGHUP does)",
		Args:  exactly(),
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := e.client()
		if err != nil {
			return err
		}
		result, err := c.Reload(cmd.Context())
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(cmd.OutOrStdout(), result)
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "loaded; changed: %s\n", or(strings.Join(result.Changed, ", "), "nothing"))
		return err
	}
	return e.jsonFlag(cmd)
}
