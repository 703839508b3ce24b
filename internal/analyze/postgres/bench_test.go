package postgres

import (
	"testing"

	"github.com/multigres/multigres/go/common/parser"
)

const pointQuery = "SELECT id, note FROM orders WHERE id = $1"

const cteQuery = `WITH recent AS (
	SELECT o.id, o.customer_id, o.total, o.created
	FROM orders o
	WHERE o.created > now() - interval '7 days'
), spent AS (
	SELECT c.id, c.name, sum(r.total) AS total, count(*) AS n
	FROM customers c
	JOIN recent r ON r.customer_id = c.id
	GROUP BY c.id, c.name
)
SELECT s.name, s.total, s.n, rank() OVER (ORDER BY s.total DESC)
FROM spent s
WHERE s.n > 1 AND EXISTS (SELECT 1 FROM items i WHERE i.order_id = s.id AND i.qty > 2)
ORDER BY s.total DESC
LIMIT 10`

func BenchmarkGuard(b *testing.B) {
	text := []byte(pointQuery)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Guard(text)
	}
}

func BenchmarkAnalyze(b *testing.B) {
	env := fixtureEnv()
	for name, sql := range map[string]string{"point": pointQuery, "cte": cteQuery} {
		if f := Analyze([]byte(sql), env)[0].Statement.Fault; f != nil {
			b.Fatal(f.Reason)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			text := []byte(sql)
			for b.Loop() {
				Analyze(text, env)
			}
		})
		b.Run(name+"/parser alone", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				parser.ParseSQL(sql)
			}
		})
	}
}

const describeQuery = `SELECT n.nspname as "Schema", c.relname as "Name",
  CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' END as "Type",
  pg_catalog.pg_get_userbyid(c.relowner) as "Owner"
FROM pg_catalog.pg_class c
     LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_catalog.pg_am am ON am.oid = c.relam
WHERE c.relkind IN ('r','p','v','m','S','f','')
      AND n.nspname <> 'pg_catalog'
      AND n.nspname !~ '^pg_toast'
      AND n.nspname <> 'information_schema'
  AND pg_catalog.pg_table_is_visible(c.oid)
ORDER BY 1,2;`

func BenchmarkAnalyzePsql(b *testing.B) {
	o := newOracle(b)
	if f := Analyze([]byte(describeQuery), o.env)[0].Statement.Fault; f != nil {
		b.Fatal(f.Reason)
	}
	text := []byte(describeQuery)
	for b.Loop() {
		Analyze(text, o.env)
	}
}
