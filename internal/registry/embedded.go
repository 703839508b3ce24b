package registry

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// oldJournal is where versions before JetStream kept the tokens.
const oldJournal = "tokens.jsonl"

// readyWithin bounds the start of the server in this process.
const readyWithin = 10 * time.Second

// runServer runs a NATS server in this process on a folder: it listens
// nowhere, and what it acknowledges is on disk.
func runServer(dir string) (*server.Server, *nats.Conn, error) {
	if err := refuseJournal(dir); err != nil {
		return nil, nil, err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, nil, err
	}
	s, err := server.NewServer(&server.Options{
		ServerName: "sallyport", DontListen: true, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: dir, SyncAlways: true,
		JetStreamMaxMemory: 64 << 20, JetStreamMaxStore: 8 << 30,
		NoSystemAccount: true,
	})
	if err != nil {
		return nil, nil, err
	}
	s.Start()
	if !s.ReadyForConnections(readyWithin) {
		s.Shutdown()
		return nil, nil, errors.New("the store did not start: its folder may be damaged or unwritable")
	}
	conn, err := nats.Connect("", nats.InProcessServer(s), nats.Name("sallyport"))
	if err != nil {
		s.Shutdown()
		return nil, nil, err
	}
	return s, conn, nil
}

func refuseJournal(dir string) error {
	path := filepath.Join(dir, oldJournal)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	return fmt.Errorf("%s holds the tokens of an earlier version, which this one does not read: "+
		"remove it, and issue new tokens for those that still live", path)
}
