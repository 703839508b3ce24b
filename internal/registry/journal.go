package registry

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// The journal is a file of JSON lines, one change each. A line counts if its
// newline is there:
//
//	append:   write(line+"\n")  fsync
//	rewrite:  open(new, 0600)  write  fsync  rename(new, journal)  fsync(dir)
const (
	journalName = "tokens.jsonl"
	journalNew  = "tokens.jsonl.new"
	lockName    = "tokens.lock"
)

// entry is one line: exactly one of its fields is set.
type entry struct {
	Add    *Record     `json:"add,omitempty"`
	Revoke *revocation `json:"revoke,omitempty"`
}

type revocation struct {
	ID string    `json:"id"`
	At time.Time `json:"at"`
	By string    `json:"by"`
}

type journal struct {
	dir      string
	lock     *os.File
	file     *os.File
	size     int64           // of what is known to be whole lines
	appended int             // lines since the last rewrite
	pending  map[string]bool // ids of revocations whose write failed
	broken   error           // set when the file's state is no longer known
}

// openJournal locks the directory and reads the journal in it, if any. The
// file itself is opened by the rewrite that must follow.
func openJournal(dir string) (*journal, map[string]Record, error) {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, nil, err
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, nil, err
	}
	data, err := os.ReadFile(filepath.Join(dir, journalName))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	records := map[string]Record{}
	if err == nil {
		err = replay(data, records)
	}
	if err != nil {
		return nil, nil, errors.Join(err, lock.Close())
	}
	return &journal{dir: dir, lock: lock, pending: map[string]bool{}}, records, nil
}

// lockDir takes the lock that keeps a second process out. The kernel gives it
// back when the process ends, however it ends.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		if errors.Is(err, syscall.EWOULDBLOCK) {
			err = fmt.Errorf("%w; stop it, or give this one a data_dir of its own", ErrInUse)
		}
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// replay applies the lines of a journal. What follows the last newline was
// never acknowledged and is left out; a whole line that cannot be read is an
// error, since it may have been a revocation.
func replay(data []byte, records map[string]Record) error {
	for n := 1; ; n++ {
		line, rest, whole := bytes.Cut(data, []byte("\n"))
		if !whole {
			return nil
		}
		data = rest
		if err := apply(line, records); err != nil {
			return fmt.Errorf("%s, line %d: %w; restore the file from a copy, or remove it and with it every token issued so far", journalName, n, err)
		}
	}
}

func apply(line []byte, records map[string]Record) error {
	dec := json.NewDecoder(bytes.NewReader(line))
	dec.DisallowUnknownFields()
	var e entry
	if err := dec.Decode(&e); err != nil {
		return errors.New("not a change that this version knows")
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("more than one change")
	}
	switch {
	case e.Add != nil && e.Revoke == nil && e.Add.ID != "" && !e.Add.ExpiresAt.IsZero():
		records[e.Add.ID] = *e.Add
	case e.Revoke != nil && e.Add == nil && !e.Revoke.At.IsZero():
		rec, ok := records[e.Revoke.ID]
		if !ok {
			return fmt.Errorf("revokes a token that was never added (%q)", e.Revoke.ID)
		}
		rec.RevokedAt, rec.RevokedBy = e.Revoke.At, e.Revoke.By
		records[rec.ID] = rec
	default:
		return errors.New("not a complete change")
	}
	return nil
}

// append writes one line and waits until it is on disk. If it cannot, nothing
// of it stays in the file; a revocation is noted as pending.
func (j *journal) append(e entry) error {
	err := j.tryAppend(e)
	if e.Revoke != nil {
		delete(j.pending, e.Revoke.ID)
		if err != nil {
			j.pending[e.Revoke.ID] = true
		}
	}
	return err
}

func (j *journal) tryAppend(e entry) error {
	if j.broken != nil {
		return j.broken
	}
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	line = append(line, '\n')
	if _, err := j.file.WriteAt(line, j.size); err != nil {
		if cut := j.file.Truncate(j.size); cut != nil {
			return j.fail(errors.Join(err, cut))
		}
		return err
	}
	// After a failed fsync the kernel may have dropped the pages and report
	// success the next time: nothing more is to be believed of this file.
	if err := j.file.Sync(); err != nil {
		return j.fail(err)
	}
	j.size += int64(len(line))
	j.appended++
	return nil
}

func (j *journal) fail(err error) error {
	j.broken = fmt.Errorf("%s can no longer be written; restart when the disk is well: %w", journalName, err)
	return j.broken
}

// rewrite replaces the journal by one line for each record.
func (j *journal) rewrite(records []Record) error {
	if j.broken != nil {
		return j.broken
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b) // ends each value with a newline
	for i := range records {
		if err := enc.Encode(entry{Add: &records[i]}); err != nil {
			return err
		}
	}
	f, err := replaceFile(j.dir, b.Bytes())
	if err != nil {
		return err
	}
	old := j.file
	j.file, j.size, j.appended = f, int64(b.Len()), 0
	clear(j.pending) // memory was right, and is what was written
	if err := syncDir(j.dir); err != nil {
		return j.fail(err) // which of the two files a power cut leaves is unknown
	}
	if old != nil {
		return old.Close()
	}
	return nil
}

// replaceFile puts data in the journal's place at once and returns it open.
func replaceFile(dir string, data []byte) (*os.File, error) {
	path := filepath.Join(dir, journalNew)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if _, err = f.Write(data); err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(path, filepath.Join(dir, journalName))
	}
	if err != nil {
		return nil, errors.Join(err, f.Close(), os.Remove(path))
	}
	return f, nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (j *journal) close() error {
	var err error
	if j.file != nil {
		err = j.file.Close()
	}
	return errors.Join(err, j.lock.Close())
}
