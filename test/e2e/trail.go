package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Line is one line of the audit log, read with no code of the product's. Only
// what tests ask for.
type Line struct {
	Seq         uint64 `json:"seq"`
	Event       string `json:"event"`
	Session     string `json:"session"`
	ID          uint64 `json:"id"`
	Statement   string `json:"statement"`
	Rule        string `json:"rule"`
	Reason      string `json:"reason"`
	Outcome     string `json:"outcome"`
	SQLState    string `json:"sqlstate"`
	Database    string `json:"database"`
	Application string `json:"application_name"`
	Rows        uint64 `json:"rows"`
}

// Trail follows the audit log's files. It remembers how far it has read, and
// reads whole lines only: a line cut short by a kill is left for later.
type Trail struct {
	dir  string
	read map[string]int64
	last uint64 // seq
}

// Trail returns a reader that begins with the first line.
func (p *Proxy) Trail() *Trail {
	return &Trail{dir: filepath.Join(p.Dir, "data", "audit"), read: map[string]int64{}}
}

// Next returns the whole lines written since the last call. A gap in seq is an
// error, and so is a line that is not JSON.
func (t *Trail) Next() ([]Line, error) {
	files, err := filepath.Glob(filepath.Join(t.dir, "*.jsonl"))
	if err != nil {
		return nil, err
	}
	slices.Sort(files) // named by the number of their first line
	var lines []Line
	for _, file := range files {
		if lines, err = t.follow(file, lines); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

func (t *Trail) follow(file string, lines []Line) ([]Line, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if _, err := f.Seek(t.read[file], io.SeekStart); err != nil {
		return nil, err
	}
	for r := bufio.NewReaderSize(f, 1<<20); ; {
		text, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return nil, err
		}
		t.read[file] += int64(len(text))
		var l Line
		if err := json.Unmarshal(text, &l); err != nil {
			return nil, fmt.Errorf("%s: %w in %q", file, err, bytes.TrimSpace(text))
		}
		if l.Seq != t.last+1 {
			return nil, fmt.Errorf("%s: seq %d follows %d", file, l.Seq, t.last)
		}
		t.last = l.Seq
		lines = append(lines, l)
	}
}
