// Package natstest runs a NATS cluster in the process of a test.
package natstest

import (
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// Cluster is a few NATS servers with JetStream on free ports of 127.0.0.1.
type Cluster struct {
	Servers []*server.Server
	options []*server.Options
}

// Start starts a cluster of n servers. It is gone at the test's end.
func Start(t testing.TB, n int) *Cluster {
	t.Helper()
	c := &Cluster{}
	var routes []string
	ports := make([]int, n)
	for i := range n {
		ports[i] = freePort(t)
		routes = append(routes, fmt.Sprintf("nats://127.0.0.1:%d", ports[i]))
	}
	for i := range n {
		o := &server.Options{
			ServerName: "n" + strconv.Itoa(i), Host: "127.0.0.1", Port: freePort(t), NoLog: true, NoSigs: true,
			JetStream: true, StoreDir: filepath.Join(t.TempDir(), "js"), JetStreamMaxStore: 1 << 30, JetStreamMaxMemory: 64 << 20,
			SyncAlways: true,
		}
		if n > 1 {
			o.Cluster = server.ClusterOpts{Name: "test", Host: "127.0.0.1", Port: ports[i]}
			o.Routes = server.RoutesFromStr(strings.Join(routes, ","))
		}
		c.options = append(c.options, o)
		c.Servers = append(c.Servers, nil)
		c.Run(t, i)
	}
	t.Cleanup(func() {
		for i := range c.Servers {
			c.Kill(i)
		}
	})
	c.Wait(t)
	return c
}

// Run starts a server, again after Kill.
func (c *Cluster) Run(t testing.TB, i int) {
	t.Helper()
	o := *c.options[i]
	s, err := server.NewServer(&o)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	c.Servers[i] = s
}

// Kill ends a server and waits for its end.
func (c *Cluster) Kill(i int) {
	c.Servers[i].Shutdown()
	c.Servers[i].WaitForShutdown()
}

// Wait waits until the servers have found each other, and a leader.
func (c *Cluster) Wait(t testing.TB) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		leader := len(c.Servers) == 1 && c.Servers[0].ReadyForConnections(time.Second)
		for _, s := range c.Servers {
			leader = leader || s.JetStreamIsLeader() && len(s.JetStreamClusterPeers()) == len(c.Servers)
		}
		if leader {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the NATS cluster has no leader after 30 s")
		}
	}
}

// URL is where a server listens for clients.
func (c *Cluster) URL(i int) string { return fmt.Sprintf("nats://127.0.0.1:%d", c.options[i].Port) }

// URLs are those of all servers.
func (c *Cluster) URLs() (all []string) {
	for i := range c.options {
		all = append(all, c.URL(i))
	}
	return all
}

func freePort(t testing.TB) int {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().(*net.TCPAddr).Port
}
