package token

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// fields maps each member that an object may have to what reads its value.
// Names are compared exactly; encoding/json into a struct would take "EXP" for
// exp and let the last of two duplicates win.
type fields map[string]func(json.RawMessage) error

// decodeObject reads exactly one JSON object, whose members must all be in f
// and there at most once. It returns the names that were present.
func decodeObject(data []byte, f fields) (present map[string]bool, err error) {
	if !utf8.Valid(data) {
		return nil, errors.New("not valid UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, errors.New("not a JSON object")
	}
	present = make(map[string]bool, len(f))
	for dec.More() {
		t, err := dec.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil, errors.New("not valid JSON")
		}
		read, known := f[name]
		switch {
		case !known:
			return nil, unknown(name)
		case present[name]:
			return nil, fmt.Errorf("%q is there twice", name)
		}
		present[name] = true
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return nil, errors.New("not valid JSON")
		}
		if err := read(raw); err != nil {
			return nil, fmt.Errorf("%q is %w", name, err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return nil, errors.New("not valid JSON")
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("followed by more than one JSON object")
	}
	return present, nil
}

// unknownError is a member that is not known. Its name is cut, being anybody's.
type unknownError struct{ name string }

func unknown(name string) error {
	return &unknownError{name[:min(len(name), 32)]}
}

func (e *unknownError) Error() string { return fmt.Sprintf("%q is not known", e.name) }

// text reads a JSON string of 1 to max bytes.
func text(into *string, max int) func(json.RawMessage) error {
	return func(raw json.RawMessage) error {
		if raw[0] != '"' {
			return errors.New("not a string")
		}
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return errors.New("not a string")
		}
		// Half a surrogate pair decodes to U+FFFD, which nobody would sign.
		if s == "" || len(s) > max || strings.ContainsRune(s, utf8.RuneError) {
			return fmt.Errorf("empty, longer than %d bytes or not Unicode", max)
		}
		*into = s
		return nil
	}
}

// number reads a JSON number that is a positive whole one below 2^53, written
// in digits alone: others (1e3, 1.0, 01, -1) are read differently by different
// programs.
func number(into *int64) func(json.RawMessage) error {
	return func(raw json.RawMessage) error {
		n, err := strconv.ParseUint(string(raw), 10, 53)
		if err != nil || n == 0 || raw[0] == '0' {
			return errors.New("not a positive whole number below 2^53")
		}
		*into = int64(n)
		return nil
	}
}

// list reads a JSON array of 1 to max strings.
func list(into *[]string, max int) func(json.RawMessage) error {
	return func(raw json.RawMessage) error {
		var items []json.RawMessage
		if err := json.Unmarshal(raw, &items); err != nil || len(items) == 0 || len(items) > max {
			return fmt.Errorf("not a list of 1 to %d", max)
		}
		*into = make([]string, len(items))
		for i, item := range items {
			if err := text(&(*into)[i], maxText)(item); err != nil {
				return err
			}
		}
		return nil
	}
}
