package registry

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// Shared is a NATS cluster that several nodes share.
type Shared struct {
	Servers     []string    // nats://host:port or tls://host:port
	Credentials string      // file; empty: none
	TLS         *tls.Config // nil: none
	Replicas    int         // of the bucket, when it is made
	Bucket      string      // see BucketName
}

var bucketName = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// BucketName is the bucket of a cluster of nodes: its name, where a bucket can
// have it.
func BucketName(cluster string) string {
	if bucketName.MatchString(cluster) {
		return "sallyport_" + cluster
	}
	sum := sha256.Sum256([]byte(cluster))
	return "sallyport__" + hex.EncodeToString(sum[:12])
}

// connect connects to one of the servers that are named, and again by itself
// whenever the connection is lost.
// Nothing is kept for later while there is none: an old lease would be worth
// nothing, and an old revocation has been answered with an error.
func (s *Shared) connect(name string) (*nats.Conn, error) {
	opts := []nats.Option{
		nats.Name("sallyport " + name), nats.MaxReconnects(-1), nats.ReconnectWait(100 * time.Millisecond),
		nats.ReconnectJitter(50*time.Millisecond, 50*time.Millisecond), nats.ReconnectBufSize(-1),
		nats.IgnoreDiscoveredServers(), nats.Timeout(time.Second), nats.PingInterval(500 * time.Millisecond), nats.MaxPingsOutstanding(2),
	}
	if s.Credentials != "" {
		opts = append(opts, nats.UserCredentials(s.Credentials))
	}
	if s.TLS != nil {
		opts = append(opts, nats.Secure(s.TLS))
	}
	conn, err := nats.Connect(strings.Join(s.Servers, ","), opts...)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be reached: %w", strings.Join(s.Servers, ", "), err)
	}
	return conn, nil
}
