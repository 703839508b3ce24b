package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"strconv"
	"time"
)

// Record is a line of the log, decoded. The fields are those of [Event] and
// [Origin]; DurationUS is in microseconds, TTL in seconds.
type Record struct {
	Seq      uint64    `json:"seq"`
	Dropped  uint64    `json:"dropped"` // outcomes lost before this line
	Time     time.Time `json:"time"`
	Event    Name      `json:"event"`
	Cluster  string    `json:"cluster"`
	Node     string    `json:"node"`
	Registry string    `json:"registry"` // "lost" while the node went on without it

	Session  string `json:"session"`
	Token    Token  `json:"token"`
	Source   Source `json:"source"`
	Upstream string `json:"upstream"`
	Protocol string `json:"protocol"`

	ID              uint64   `json:"id"`
	Statement       string   `json:"statement"`
	StatementSHA256 string   `json:"statement_sha256"`
	StatementBytes  uint64   `json:"statement_bytes"`
	Redacted        bool     `json:"redacted"`
	Fingerprint     string   `json:"fingerprint"`
	Access          []Access `json:"access"`
	Rule            string   `json:"rule"`
	Reason          string   `json:"reason"`
	Missing         string   `json:"missing"`
	Mode            string   `json:"mode"`
	Would           string   `json:"would_deny"`

	Statements uint64 `json:"statements"`
	Rows       uint64 `json:"rows"`
	Bytes      uint64 `json:"bytes"`
	DurationUS int64  `json:"duration_us"`
	SQLState   string `json:"sqlstate"`
	Outcome    string `json:"outcome"`

	User        string `json:"user"`
	Database    string `json:"database"`
	Application string `json:"application_name"`
	TLS         string `json:"tls_version"`

	By       string    `json:"by"`
	Scope    string    `json:"scope"`
	Src      []string  `json:"src"`
	TTL      int64     `json:"ttl"`
	Expires  time.Time `json:"expires"`
	Parent   string    `json:"parent"`
	Replaces string    `json:"replaces"`
	Actor    string    `json:"act"`

	Severity string `json:"severity"`

	File    string   `json:"file"`
	Changed []string `json:"changed"`
	Version string   `json:"version"`
	PID     int      `json:"pid"`

	Checkpoint string `json:"checkpoint"`
	Lost       uint64 `json:"lost"`

	Line []byte `json:"-"` // as it is in the log, without the newline
}

// Source is where a client comes from.
type Source struct {
	IP   string `json:"ip"`
	Port uint16 `json:"port"`
}

// Access is one thing that a statement does.
type Access struct {
	Op      string   `json:"op"`
	Object  string   `json:"object"`
	Columns []string `json:"columns"`
}

// ParseLine decodes one line. The Record keeps line.
func ParseLine(line []byte) (*Record, error) {
	if _, ok := parseHeader(line); !ok {
		return nil, fmt.Errorf("not a line of the audit log: it does not begin with seq, time and event")
	}
	r := &Record{Line: line}
	if err := json.Unmarshal(line, r); err != nil {
		return nil, fmt.Errorf("not a line of the audit log: %w", err)
	}
	return r, nil
}

// origin is the way back, for a record that belongs to the same session.
func (r *Record) origin() Origin {
	o := Origin{Session: r.Session, Token: r.Token, Upstream: r.Upstream, Protocol: r.Protocol}
	if ip, err := netip.ParseAddr(r.Source.IP); err == nil {
		o.Source = netip.AddrPortFrom(ip, r.Source.Port)
	}
	return o
}

// header is what every line begins with, found without decoding. The slices
// point into the line.
type header struct {
	seq         uint64
	time, event []byte
}

func parseHeader(line []byte) (h header, ok bool) {
	rest, ok := bytes.CutPrefix(line, []byte(`{"seq":`))
	if !ok {
		return h, false
	}
	digits, rest, _ := bytes.Cut(rest, []byte{','})
	seq, err := strconv.ParseUint(string(digits), 10, 64)
	if err != nil {
		return h, false
	}
	if after, ok := bytes.CutPrefix(rest, []byte(`"dropped":`)); ok {
		_, rest, _ = bytes.Cut(after, []byte{','})
	}
	rest, ok = bytes.CutPrefix(rest, []byte(`"time":"`))
	if !ok {
		return h, false
	}
	h.seq = seq
	if h.time, rest, ok = bytes.Cut(rest, []byte(`","event":"`)); !ok {
		return h, false
	}
	h.event, _, ok = bytes.Cut(rest, []byte{'"'})
	return h, ok && len(h.time) == len("2006-01-02T15:04:05.000000Z")
}
