package registry

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
)

// The keys of the bucket:
//
//	token.ID            a Record
//	revoked.id.ID       a revocation; likewise revoked.fam.ID, revoked.sub.HEX, revoked.all
//	node.ID             a node's lease
//	key.KID             a Key, sealed
//	signer.key          the id of the key that signs
const (
	tokenKeys   = "token."
	revokedKeys = "revoked."
	nodeKeys    = "node."
	keyKeys     = "key."
	signerKey   = "signer.key"
)

// revocation is the value of a revoked key.
type revocation struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	From time.Time `json:"from,omitzero"`
	Ends time.Time `json:"ends"`
}

func (t target) key() string {
	switch t.kind {
	case byAll:
		return revokedKeys + string(byAll)
	case bySubject: // may hold what no key can
		return revokedKeys + string(bySubject) + "." + hex.EncodeToString([]byte(t.name))
	}
	return revokedKeys + string(t.kind) + "." + t.name
}

// readTarget reads a key without its revokedKeys.
func readTarget(key string) (target, error) {
	k, name, named := strings.Cut(key, ".")
	switch kind(k) {
	case byAll:
		if !named {
			return target{kind: byAll}, nil
		}
	case byID, byFamily:
		if validID(name) {
			return target{kind(k), name}, nil
		}
	case bySubject:
		if sub, err := hex.DecodeString(name); err == nil && len(sub) > 0 {
			return target{bySubject, string(sub)}, nil
		}
	}
	return target{}, fmt.Errorf("%q revokes what this version does not know", key)
}

// apply takes a change into memory. An error is a change that may restrict
// something and is not understood: the node then answers for nothing any more.
func (r *Registry) apply(c *change) error {
	kind, rest, _ := strings.Cut(c.key, ".")
	if kind+"." != nodeKeys {
		defer r.soon() // the others may be waiting for it
	}
	switch kind + "." {
	case tokenKeys:
		if !c.gone {
			r.applyToken(rest, c)
		}
		return nil
	case revokedKeys:
		if c.gone {
			return nil // memory forgets by itself
		}
		return r.applyRevocation(rest, c)
	case nodeKeys:
		return r.applyNode(rest, c)
	case keyKeys:
		return r.applyKey(rest, c)
	}
	if c.key == signerKey {
		return r.applySigner(c)
	}
	return fmt.Errorf("%q is nothing that this version knows", c.key)
}

// applyToken adds a token. One that cannot be read is not added: it is then
// refused as one that is not known.
func (r *Registry) applyToken(id string, c *change) {
	var rec Record
	if strictly(c.value, &rec) != nil || rec.ID != id || rec.check() != nil {
		return
	}
	r.view.add(rec, c.rev)
	if rec.Replaces != "" && r.loaded.Load() {
		r.opt.OnReplace(rec)
	}
}

func (r *Registry) applyRevocation(key string, c *change) error {
	t, err := readTarget(key)
	if err != nil {
		return err
	}
	var v revocation
	if err := strictly(c.value, &v); err != nil || v.At.IsZero() || v.Ends.IsZero() {
		return fmt.Errorf("the revocation %q cannot be read", c.key)
	}
	r.view.setMark(t, mark{at: v.At, by: v.By, from: v.From, ends: v.Ends, rev: c.rev, stored: true})
	r.enforce(v.From)
	return nil
}

// strictly decodes one JSON value with no unknown members and nothing behind it.
func strictly(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("something follows the value")
	}
	return nil
}
