package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/sallyport-db/sallyport/internal/config"
)

func serveCommand(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "serve", Short: "Run the proxy", Args: exactly()}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := config.Load(e.configFile)
		if err == nil {
			err = cfg.CheckFiles()
		}
		if err != nil {
			var list config.Errors
			if errors.As(err, &list) {
				fmt.Fprintln(cmd.ErrOrStderr(), list) // a line for each: as `config check` prints them
				return errSaid
			}
			return err
		}
		return serve(cmd.Context(), cfg, newLogger(zapcore.InfoLevel))
	}
	return cmd
}

// serve runs the server until ctx is done, which is when a signal asks for its end.
func serve(ctx context.Context, cfg *config.Config, logger *zap.Logger) error {
	defer func() { _ = logger.Sync() }()
	forgetLibpq(cfg, logger)
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	s, err := start(cfg, logger)
	if err != nil {
		return err
	}
	logger.Info("ready", zap.String("postgres", s.info.Postgres), zap.String("http", s.info.HTTP),
		zap.String("admin", s.dir.AdminSocket()), zap.String("ca", s.live.Load().info.CAFile), zap.String("version", version))
	go govern(ctx)
	for {
		select {
		case <-hangup:
			_, _ = s.reload("SIGHUP") // which has said what was wrong
		case err := <-s.broken:
			return errors.Join(err, s.stop("a listener failed"))
		case <-ctx.Done():
			logger.Info("stopping; a second signal ends the process at once")
			return s.stop("asked to")
		}
	}
}

// newLogger writes for people, to standard error.
func newLogger(level zapcore.Level) *zap.Logger {
	c := zap.NewProductionEncoderConfig()
	c.EncodeTime = zapcore.RFC3339TimeEncoder
	c.EncodeLevel = zapcore.CapitalLevelEncoder
	return zap.New(zapcore.NewCore(zapcore.NewConsoleEncoder(c), zapcore.Lock(os.Stderr), level))
}

// forgetLibpq removes the variables that pgconn would read connection parameters from: nothing but the configuration
// says where and how the proxy logs in.
func forgetLibpq(cfg *config.Config, logger *zap.Logger) {
	for _, v := range os.Environ() {
		name := nameOf(v)
		if !libpqVariable(name) || passwordVariable(cfg, name) {
			continue
		}
		logger.Warn("an environment variable is ignored: connections are as the configuration says", zap.String("variable", name))
		_ = os.Unsetenv(name) // fails only for names that cannot be set
	}
}
