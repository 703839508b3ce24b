package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/sallyport-db/sallyport/internal/keyring"
)

func keyCommand(e *env) *cobra.Command {
	return group("key", "See and change the keys that sign tokens", keyList(e), keyRotate(e))
}

func keyList(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "list", Short: "List the keys that verify tokens, the oldest first", Args: exactly()}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := e.client()
		if err != nil {
			return err
		}
		keys, err := c.Keys(cmd.Context())
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(cmd.OutOrStdout(), keys)
		}
		now := time.Now()
		rows := [][]string{{"KEY", "MADE", "STATE"}}
		for _, k := range keys {
			rows = append(rows, []string{k.ID, when(k.Made, now), keyState(&k, now)})
		}
		return table(cmd.OutOrStdout(), rows)
	}
	return e.jsonFlag(cmd)
}

func keyState(k *keyring.Info, now time.Time) string {
	switch {
	case k.Signs:
		return "signs"
	case k.Until.IsZero():
		return "verifies"
	}
	return "verifies until " + when(k.Until, now)
}

func keyRotate(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "Make a new signing key; those before it verify until their last token has expired",
		Args:  exactly(),
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := e.client()
		if err != nil {
			return err
		}
		key, err := c.RotateKey(cmd.Context())
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(cmd.OutOrStdout(), key)
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s signs from now on\n", key.ID)
		return err
	}
	return e.jsonFlag(cmd)
}
