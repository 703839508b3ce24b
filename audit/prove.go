package audit

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A proof is a C2SP tlog-proof: the line itself as extra data, its place, the
// hashes that lead from its leaf to the root, and the checkpoint that is signed.
const proofMagic = "c2sp.org/tlog-proof@v1\n"

// Prove returns a proof that line seq is in the log, which the log is not
// needed to check.
func Prove(dir string, seq uint64) ([]byte, error) {
	list, err := segments(dir)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	p := &prover{dir: dir, list: list, seq: seq}
	if err := p.find(); err != nil {
		return nil, err
	}
	proof, err := tlog.ProveRecord(int64(p.size), int64(seq-1), p) //nolint:gosec // numbers of lines fit 63 bits
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%sextra %s\nindex %d\n", proofMagic, base64.StdEncoding.EncodeToString(p.line), seq-1)
	for _, h := range proof {
		fmt.Fprintln(&b, h)
	}
	fmt.Fprintf(&b, "\n%s", p.checkpoint)
	return b.Bytes(), nil
}

// prover walks through the log twice: for the line and the first checkpoint
// behind it, then for the hashes that the proof asks for.
type prover struct {
	dir  string
	list []uint64
	seq  uint64

	line, checkpoint []byte
	size             uint64 // of the tree that the checkpoint signs
}

// find finds the line, and the first checkpoint that covers it.
func (p *prover) find() error {
	err := p.walk(p.seq, func(line []byte, h header) bool {
		if h.seq == p.seq {
			p.line = bytes.Clone(line)
		}
		if p.line == nil || h.seq == p.seq || string(h.event) != string(Checkpoint) {
			return true
		}
		text, err := checkpointOf(line)
		p.checkpoint, p.size = text, h.seq-1
		return err != nil
	})
	switch {
	case err != nil:
		return err
	case p.line == nil:
		return fmt.Errorf("audit: there is no line %d in %s", p.seq, p.dir)
	case p.checkpoint == nil:
		return fmt.Errorf("audit: no checkpoint covers line %d yet; wait a second and try again", p.seq)
	}
	return nil
}

// walk calls fn with the lines from the segment of line from on, until fn
// returns false.
func (p *prover) walk(from uint64, fn func(line []byte, h header) bool) error {
	for i, first := range p.list {
		if i+1 < len(p.list) && p.list[i+1] <= from {
			continue
		}
		f, err := os.Open(segmentPath(p.dir, first))
		if err != nil {
			return fmt.Errorf("audit: %w", err)
		}
		more, err := eachLine(f, fn)
		if err != nil || !more {
			return errors.Join(err, f.Close())
		}
		_ = f.Close()
	}
	return nil
}

func eachLine(r io.Reader, fn func(line []byte, h header) bool) (more bool, err error) {
	buf := bufio.NewReaderSize(r, 1<<20)
	for {
		line, err := readLine(buf)
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, fmt.Errorf("audit: %w", err)
		}
		line = line[:len(line)-1]
		if h, ok := parseHeader(line); ok && !fn(line, h) {
			return false, nil
		}
	}
}

// ReadHashes gives the subtrees that are asked for, by building the tree.
func (p *prover) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	want := make(map[node]int, len(indexes))
	for i, index := range indexes {
		level, n := tlog.SplitStoredHashIndex(index)
		want[node{level, uint64(n)}] = i //nolint:gosec // never negative
	}
	out, found := make([]tlog.Hash, len(indexes)), 0
	see := func(at node, h tlog.Hash) {
		if i, ok := want[at]; ok {
			out[i] = h
			found++
		}
	}
	var f frontier
	if len(p.list) > 0 {
		if known, err := readHashes(segmentPath(p.dir, p.list[0]), p.list[0]); err == nil {
			f = known.start
			f.each(see)
		}
	}
	var leaves leafHasher
	err := p.walk(0, func(line []byte, _ header) bool {
		f.pushSeen(leaves.hash(line), see)
		return f.size < p.size
	})
	if err == nil && found < len(want) {
		err = fmt.Errorf("audit: what the proof needs of older segments is gone")
	}
	return out, err
}

// CheckProof checks a proof and returns the line that it is about.
func CheckProof(proof []byte, keys note.Verifiers) ([]byte, error) {
	head, checkpoint, ok := strings.Cut(string(proof), "\n\n")
	head, magic := strings.CutPrefix(head+"\n", proofMagic)
	if !ok || !magic {
		return nil, errors.New("audit: this is not a proof (its first line is not " + strings.TrimSpace(proofMagic) + ")")
	}
	fields := strings.Split(strings.TrimSuffix(head, "\n"), "\n")
	if len(fields) < 2 {
		return nil, errors.New("audit: the proof is incomplete")
	}
	extra, isExtra := strings.CutPrefix(fields[0], "extra ")
	number, isIndex := strings.CutPrefix(fields[1], "index ")
	line, err := base64.StdEncoding.DecodeString(extra)
	index, err2 := strconv.ParseInt(number, 10, 64)
	if !isExtra || !isIndex || err != nil || err2 != nil {
		return nil, errors.New("audit: the proof does not say which line it is about")
	}
	var path tlog.RecordProof
	for _, text := range fields[2:] {
		h, err := tlog.ParseHash(text)
		if err != nil {
			return nil, fmt.Errorf("audit: proof: %w", err)
		}
		path = append(path, h)
	}
	signed, err := OpenCheckpoint([]byte(checkpoint), keys)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	if h, ok := parseHeader(line); !ok || h.seq != uint64(index)+1 { //nolint:gosec // compared, not used
		return nil, errors.New("audit: the line in the proof has another number")
	}
	if err := tlog.CheckRecord(path, int64(signed.Size), signed.Root, index, tlog.RecordHash(line)); err != nil { //nolint:gosec // numbers of lines fit 63 bits
		return nil, fmt.Errorf("audit: the proof does not hold: %w", err)
	}
	return line, nil
}
