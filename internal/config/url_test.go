package config

import (
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// Our reading of a URL must be the driver's: what was validated is what is connected to.
func TestDriverReadsTheURLAsWeDo(t *testing.T) {
	for _, url := range []string{
		"postgres://svc@127.0.0.1/shop",
		"postgresql://svc@db.example:5433/shop?sslmode=disable",
		"postgres://svc@db1,db2:5433,[::1]:5434/shop?sslmode=require&target_session_attrs=primary",
		"postgres://a%40b%2Fc@db/Order%20Items?connect_timeout=5&channel_binding=require",
		"postgres://svc@/shop?host=/run/postgresql&port=5433&sslmode=disable",
		"postgres://svc@db/shop?sslrootcert=system&sslnegotiation=direct",
	} {
		c, err := Parse("s.yaml", []byte("upstreams: {s: {url: '"+url+"'}}"))
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		u := c.Upstreams[0]
		got, err := pgconn.ParseConfig(u.URL)
		if err != nil {
			t.Errorf("%s became %s: %v", url, u.URL, err)
			continue
		}
		if got.User != u.User || got.Database != u.Database {
			t.Errorf("%s: the driver reads %q %q, we read %q %q", url, got.User, got.Database, u.User, u.Database)
		}
		hosts := []string{address(got.Host, got.Port)}
		for _, f := range got.Fallbacks {
			hosts = append(hosts, address(f.Host, f.Port))
		}
		if strings.Join(hosts, " ") != strings.Join(u.Hosts, " ") {
			t.Errorf("%s: the driver reads %v, we read %v", url, hosts, u.Hosts)
		}
		if strict := strings.HasPrefix(u.SSLMode, "verify-"); strict && (got.TLSConfig == nil || got.TLSConfig.ServerName == "" || len(got.Fallbacks) > 0) {
			t.Errorf("%s: sslmode %s, and the driver would connect without", url, u.SSLMode)
		}
	}
}

func address(host string, port uint16) string {
	if strings.HasPrefix(host, "/") {
		return host
	}
	return net.JoinHostPort(host, strconv.Itoa(int(port)))
}
