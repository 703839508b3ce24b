package main

import (
	"context"
	"fmt"
	"net/url"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/sallyport-db/sallyport/internal/login"
)

func loginCommand() *cobra.Command {
	var r login.Request
	cmd := &cobra.Command{
		Use:   "login",
		Short: "Log in at your identity provider, to get tokens from a server elsewhere",
		Long: `Log in at your identity provider, in a browser on this machine or with a code that is typed in
elsewhere (--device). The session is kept in your configuration directory, readable by you alone;
` + "`sallyport token exchange`" + ` gets tokens with it, within what the server's grants allow.`,
		Args: exactly(),
	}
	fl := cmd.Flags()
	fl.StringVar(&r.Server, "server", "", "URL of the server's API, such as https://sallyport.example:6480")
	fl.StringVar(&r.CA, "ca", "", "file that the server is verified with (default: the system's authorities)")
	fl.StringVar(&r.Issuer, "issuer", "", "URL of the identity provider")
	fl.StringVar(&r.ClientID, "client-id", "sallyport", "under which the provider knows Sallyport")
	fl.BoolVar(&r.Device, "device", false, "show a code to type in on another machine")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		if r.Server == "" || r.Issuer == "" {
			return usage("--server and --issuer are needed")
		}
		if u, err := url.Parse(r.Server); err != nil || u.Scheme != "https" || u.Host == "" {
			return usage("--server %q is not an https URL", r.Server)
		}
		r.Server = strings.TrimSuffix(r.Server, "/")
		if r.CA != "" {
			abs, err := filepath.Abs(r.CA)
			if err != nil {
				return err
			}
			r.CA = abs
		}
		ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
		defer stop()
		r.Say = func(format string, args ...any) { fmt.Fprintf(cmd.ErrOrStderr(), format+"\n", args...) }
		r.Open = openBrowser
		s, err := login.Login(ctx, r)
		if err != nil {
			return err
		}
		file, err := login.DefaultFile()
		if err != nil {
			return err
		}
		if err := s.Save(file); err != nil {
			return err
		}
		r.Say("logged in as %s; get a token with: sallyport token exchange", s.Subject)
		return nil
	}
	return cmd
}

// openBrowser opens a browser where the desktop has one.
func openBrowser(u string) error {
	opener := "xdg-open"
	if runtime.GOOS == "darwin" {
		opener = "open"
	}
	path, err := exec.LookPath(opener)
	if err != nil {
		return err
	}
	return exec.Command(path, u).Start()
}

func tokenExchange(e *env) *cobra.Command {
	var scope, from []string
	var ttl time.Duration
	cmd := &cobra.Command{
		Use:   "exchange",
		Short: "Get a token from the server that you have logged in for; it alone goes to standard output",
		Args:  exactly(),
	}
	fl := cmd.Flags()
	fl.StringArrayVar(&scope, "scope", nil, "what the token may touch (default: all that the server grants you)")
	fl.StringArrayVar(&from, "from", nil, "addresses and CIDRs that it may be used from (default: this one, as the server sees it)")
	fl.DurationVar(&ttl, "ttl", 0, "its life (default: the server's)")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		want := map[string]string{"scope": strings.Join(scope, " "), "from": strings.Join(from, " ")}
		if cmd.Flags().Changed("ttl") {
			want["ttl"] = ttl.String()
		}
		granted, err := exchange(cmd.Context(), want)
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(cmd.OutOrStdout(), granted)
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "scope    %s\nexpires  in %s\n", granted.Scope, time.Duration(granted.ExpiresIn)*time.Second)
		_, err = fmt.Fprintln(cmd.OutOrStdout(), granted.Token)
		return err
	}
	return e.jsonFlag(cmd)
}

// exchange gets a token with the session of the user.
func exchange(ctx context.Context, want map[string]string) (*login.Granted, error) {
	file, err := login.DefaultFile()
	if err != nil {
		return nil, err
	}
	s, err := login.Load(file)
	if err != nil {
		return nil, err
	}
	renewed, err := s.Fresh(ctx, time.Now())
	if err != nil {
		return nil, err
	}
	if renewed {
		if err := s.Save(file); err != nil {
			return nil, err
		}
	}
	return s.Exchange(ctx, want)
}
