package wire
import "testing"
func TestDbg(t *testing.T) {
	server, _ := shop(t)
	r := direct(t, server, "ana")
	r.send(join(run("", "COPY wares FROM STDIN"), flushed()))
	t.Log(r.until("G"))
}
