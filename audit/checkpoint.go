package audit

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A checkpoint says, signed, how many lines the log has and what their tree's
// hash is: the body of a C2SP tlog-checkpoint (origin, size, hash) in a C2SP
// signed note. It stands in the log as a line of its own, which is a leaf as
// all others are, and covers exactly the lines before it.

// checkpointEvery is how old a line may become before a checkpoint covers it.
const checkpointEvery = time.Second

// busyRetry is how soon a checkpoint tries again that found the log writing.
const busyRetry = 5 * time.Millisecond

// dueCheckpoint is the timer's: a second has passed since a line came that no
// checkpoint covers.
func (l *Log) dueCheckpoint() {
	l.mu.Lock()
	switch {
	case l.closed:
		l.mu.Unlock()
	case l.writing:
		l.timer.Reset(busyRetry)
		l.mu.Unlock()
	default:
		l.writing = true
		l.mu.Unlock()
		l.checkpoint()
		l.mu.Lock()
		l.passOn()
		l.mu.Unlock()
	}
}

// uncovered reports whether there are lines that no checkpoint covers.
func (l *Log) uncovered() bool { return l.tree.size > l.tree.signed }

// checkpoint writes one, and the hashes of the lines that it covers. Only the
// leader calls it. What fails is tried again a second later: the lines stay
// uncovered until then, and statements are not kept waiting.
func (l *Log) checkpoint() {
	if l.opt.Signer == nil || !l.uncovered() {
		return
	}
	if l.seg != nil && l.Healthy() {
		text, err := signCheckpoint(l.opt.Signer, &l.tree.frontier)
		if err == nil {
			ln := l.encode(&Event{Event: Checkpoint, Checkpoint: text}, true)
			ln.fleeting = true
			before := l.tree.size
			l.sealing = true
			l.commit([]*line{ln})
			l.sealing = false
			if l.tree.size > before {
				l.tree.signed = l.tree.size
			}
		}
		if l.seg != nil {
			l.saveHashes()
		}
	}
	if l.uncovered() {
		l.timer.Reset(checkpointEvery)
	}
}

func signCheckpoint(s note.Signer, f *frontier) (string, error) {
	text := fmt.Sprintf("%s\n%d\n%s\n", s.Name(), f.size, f.root())
	signed, err := note.Sign(&note.Note{Text: text}, s)
	return string(signed), err
}

// SignedRoot is what a checkpoint says.
type SignedRoot struct {
	Origin string
	Size   uint64 // lines
	Root   tlog.Hash
}

var errCheckpoint = errors.New("not a checkpoint of an audit log")

// OpenCheckpoint checks a checkpoint's signature. What is not signed by one of
// keys is not read.
func OpenCheckpoint(text []byte, keys note.Verifiers) (*SignedRoot, error) {
	n, err := note.Open(text, keys)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) < 4 || lines[0] != n.Sigs[0].Name {
		return nil, errCheckpoint
	}
	r := &SignedRoot{Origin: lines[0]}
	if _, err := fmt.Sscanf(lines[1], "%d", &r.Size); err != nil || fmt.Sprint(r.Size) != lines[1] {
		return nil, errCheckpoint
	}
	if r.Root, err = tlog.ParseHash(lines[2]); err != nil {
		return nil, errCheckpoint
	}
	return r, nil
}

// checkpointOf returns the note in a checkpoint's line.
func checkpointOf(line []byte) ([]byte, error) {
	var fields struct {
		Checkpoint string `json:"checkpoint"`
	}
	if err := json.Unmarshal(line, &fields); err != nil {
		return nil, err
	}
	return []byte(fields.Checkpoint), nil
}

// Names of the files with the keys of checkpoints. The public ones lie with
// the log, one a line: a key that was lost is replaced by another, and old
// checkpoints stay readable.
const (
	signerFile = "checkpoint.key"
	publicFile = "checkpoint.pub"
)

// LoadSigner reads the key that signs checkpoints from keyDir, or makes one
// (mode 0600), and sees to it that its public half is among those in dir, the
// log's directory. The key's name tells the log from others.
func LoadSigner(keyDir, dir, cluster, node string) (note.Signer, error) {
	path := filepath.Join(keyDir, signerFile)
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return newSigner(path, dir, origin(cluster, node))
	}
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	signer, err := note.NewSigner(strings.TrimSpace(string(raw)))
	if err != nil {
		return nil, fmt.Errorf("audit: %s: %w", path, err)
	}
	return signer, nil
}

// origin is the name of a log, unique as its cluster and node are. A note's
// key has neither spaces nor plus signs in its name.
func origin(cluster, node string) string {
	return "sallyport/" + url.PathEscape(cluster) + "/" + url.PathEscape(node)
}

func newSigner(path, dir, name string) (note.Signer, error) {
	secret, public, err := note.GenerateKey(rand.Reader, strings.ReplaceAll(name, "+", "%2B"))
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	known, err := os.ReadFile(filepath.Join(dir, publicFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("audit: %w", err)
	}
	// The public half first: what was signed by a key that nobody knows would be worth nothing.
	if err := replaceFile(filepath.Join(dir, publicFile), append(known, public+"\n"...)); err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	if err := replaceFile(path, []byte(secret+"\n")); err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	return note.NewSigner(secret)
}

// LoadVerifiers reads public keys, one a line; path empty are those that lie
// with the log in dir.
func LoadVerifiers(path, dir string) (note.Verifiers, error) {
	if path == "" {
		path = filepath.Join(dir, publicFile)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	var list []note.Verifier
	for i, text := range strings.Fields(string(raw)) {
		v, err := note.NewVerifier(text)
		if err != nil {
			return nil, fmt.Errorf("audit: %s: key %d: %w", path, i+1, err)
		}
		list = append(list, v)
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("audit: %s holds no key", path)
	}
	return note.VerifierList(list...), nil
}
