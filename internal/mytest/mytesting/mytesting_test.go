package mytesting_test

import (
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/mytest"
	"github.com/sallyport-db/sallyport/internal/mytest/mytesting"
)

// Each server that tests start is the one that its name says.
func TestServers(t *testing.T) {
	for name, server := range map[string]struct {
		start func(testing.TB, ...string) *mytest.Server
		is    string
	}{
		"this machine's": {mytesting.Start, "MariaDB"},
		"MySQL":          {other(mytesting.MySQL), "Debian"},
		"newer MariaDB":  {other(mytesting.MariaDB), "11.8."},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := server.start(t, "max-connections=77").Connect("")
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			r, err := c.Execute("SELECT CONCAT_WS(' ', @@version, @@version_comment, @@max_connections)")
			if err != nil {
				t.Fatal(err)
			}
			if is, _ := r.GetString(0, 0); !strings.Contains(is, server.is) || !strings.HasSuffix(is, " 77") {
				t.Errorf("it is %s", is)
			}
		})
	}
}

func other(name string) func(testing.TB, ...string) *mytest.Server {
	return func(t testing.TB, settings ...string) *mytest.Server {
		return mytesting.StartOther(t, name, settings...)
	}
}
