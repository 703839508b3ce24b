package registry

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// bucket is the key-value bucket that holds everything: one stream, so that
// all changes have one order.
type bucket struct {
	conn   *nats.Conn
	js     jetstream.JetStream
	stream string
	prefix string // of the subjects that keys are
}

// markerLife is how long a bucket remembers that a key has expired.
const markerLife = time.Minute

// setup makes the bucket if there is none. An existing one is taken as it is.
func setup(ctx context.Context, conn *nats.Conn, name string, replicas int) (*bucket, error) {
	js, err := jetstream.New(conn)
	if err != nil {
		return nil, err
	}
	_, err = js.KeyValue(ctx, name)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		_, err = js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
			Bucket: name, Description: "tokens, revocations and sealed signing keys of Sallyport",
			Storage: jetstream.FileStorage, Replicas: replicas, History: 1, LimitMarkerTTL: markerLife,
		})
	}
	if err != nil {
		return nil, fmt.Errorf("bucket %s: %w", name, err)
	}
	return &bucket{conn: conn, js: js, stream: "KV_" + name, prefix: "$KV." + name + "."}, nil
}

// whatever is the expectation of a put that takes whatever was there before.
const whatever uint64 = math.MaxUint64

// put writes a key, if its last revision is the one that is expected (0: there
// is no such key), and returns the new revision. It is stored then. The key
// expires by itself after life; 0 is never.
func (b *bucket) put(ctx context.Context, key string, value []byte, life time.Duration, last uint64) (uint64, error) {
	var opts []jetstream.PublishOpt
	if life > 0 {
		opts = append(opts, jetstream.WithMsgTTL(max(life, time.Second).Round(time.Second)))
	}
	if last != whatever {
		opts = append(opts, jetstream.WithExpectLastSequencePerSubject(last))
	}
	ack, err := b.js.Publish(ctx, b.prefix+key, value, opts...)
	if err != nil {
		return 0, err
	}
	return ack.Sequence, nil
}

// remove takes a key and its value away.
func (b *bucket) remove(ctx context.Context, key string) (uint64, error) {
	m := nats.NewMsg(b.prefix + key)
	m.Header.Set("KV-Operation", "PURGE")
	m.Header.Set(nats.MsgRollup, nats.MsgRollupSubject)
	ack, err := b.js.PublishMsg(ctx, m, jetstream.WithMsgTTL(markerLife))
	if err != nil {
		return 0, err
	}
	return ack.Sequence, nil
}

// moved says that a put did not find the revision that it expected.
func moved(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence
}

// change is one revision of a key.
type change struct {
	key   string
	value []byte
	gone  bool // the key was removed, or has expired
	rev   uint64
}

// follow hands every change from a revision on to apply, in order, until the
// returned function is called. What had been overwritten does not come any more.
func (b *bucket) follow(ctx context.Context, from uint64, apply func(*change)) (stop func(), err error) {
	consumer, err := b.js.OrderedConsumer(ctx, b.stream, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: max(from, 1),
		InactiveThreshold: 10 * time.Second,
	})
	if err != nil {
		return nil, err
	}
	running, err := consumer.Consume(func(m jetstream.Msg) {
		meta, err := m.Metadata()
		if err != nil {
			return // not of the stream
		}
		key, ok := strings.CutPrefix(m.Subject(), b.prefix)
		if !ok {
			return
		}
		h := m.Headers()
		apply(&change{
			key: key, value: m.Data(), rev: meta.Sequence.Stream,
			gone: h.Get("KV-Operation") != "" || h.Get(jetstream.MarkerReasonHeader) != "",
		})
	})
	if err != nil {
		return nil, err
	}
	return running.Stop, nil
}
