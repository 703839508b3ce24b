package differential

import (
	"os"
	"testing"

	"github.com/sallyport-db/sallyport/test/e2e"
)

const upstream = "shop" // and the database, or the schema, behind it

var binary string

func TestMain(m *testing.M) {
	os.Exit(e2e.Main(m, func(path string) { binary = path }))
}
