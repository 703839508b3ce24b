package e2e_test
import ("testing"; "github.com/jackc/pgx/v5")
func waitFor(t *testing.T, conn *pgx.Conn, sql string, want int) {}
