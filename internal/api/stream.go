package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/sallyport-db/sallyport/audit"
)

const (
	heartbeat  = 15 * time.Second // a comment, so that those in between do not take the stream for dead
	recheck    = time.Second      // how often a silent stream asks whether its reader still may
	slowReader = 30 * time.Second // one that takes none of it for so long is let go; Last-Event-ID brings it back
)

// stream sends the audit log as server-sent events (WHATWG HTML, section 9.2): what matches of what comes, and behind
// Last-Event-ID or `after` also of what was. The id of an event is its seq, its data the line as it is in the log.
func (a *Admin) stream(w http.ResponseWriter, r *http.Request) {
	f, after, err := filterOf(r)
	if err == nil && after == nil {
		after = new(uint64)
		*after, err = audit.Tail(a.AuditDir, 0, audit.Filter{}, nil)
	}
	if err != nil {
		respond(w, nil, bad(err))
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	out := &eventStream{w: w, ctl: http.NewResponseController(w), reader: callerOf(r)}
	if out.send(": the audit log of %s\n\n", a.Info.Cluster) != nil {
		return
	}
	go out.keep(ctx, cancel)
	_ = audit.Follow(ctx, a.AuditDir, *after, f, func(rec *audit.Record) error { // it ends as the connection does
		return out.send("id: %d\nevent: %s\ndata: %s\n\n", rec.Seq, rec.Event, rec.Line)
	})
}

// eventStream writes to one client, from two goroutines.
type eventStream struct {
	mu     sync.Mutex
	w      http.ResponseWriter
	ctl    *http.ResponseController
	reader *Caller
}

// keep ends a stream when its reader may not read it any more, and shows
// meanwhile that it lives.
func (s *eventStream) keep(ctx context.Context, end func()) {
	defer end()
	for last := time.Now(); ; {
		select {
		case <-ctx.Done():
			return
		case <-time.After(recheck):
		}
		if s.reader.over() != nil {
			return
		}
		if time.Since(last) < heartbeat {
			continue
		}
		if last = time.Now(); s.send(": \n\n") != nil {
			return
		}
	}
}

// send asks each time whether the reader still may: a token can expire, or be
// revoked, in the middle of a stream.
func (s *eventStream) send(format string, args ...any) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.reader.over(); err != nil {
		return err
	}
	if err := s.ctl.SetWriteDeadline(time.Now().Add(slowReader)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(s.w, format, args...); err != nil {
		return err
	}
	return s.ctl.Flush()
}

// filterOf reads the filters of a stream: those of `audit tail`. after is nil where the stream begins with what comes.
func filterOf(r *http.Request) (f audit.Filter, after *uint64, err error) {
	for name, values := range r.URL.Query() {
		value := values[0]
		switch name {
		case "sub":
			f.Sub = value
		case "token":
			f.Token = value
		case "session":
			f.Session = value
		case "upstream":
			f.Upstream = value
		case "object":
			f.Object = value
		case "event":
			f.Event = value
		case "after":
			after = new(uint64)
			*after, err = strconv.ParseUint(value, 10, 64)
		default:
			err = fmt.Errorf("the filter %q is not known", name)
		}
		if err != nil || len(values) != 1 {
			return f, nil, errors.Join(fmt.Errorf("%s is not as it should be", name), err)
		}
	}
	if last := r.Header.Get("Last-Event-ID"); last != "" {
		after = new(uint64)
		*after, err = strconv.ParseUint(last, 10, 64)
	}
	return f, after, err
}
