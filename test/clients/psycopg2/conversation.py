"""The conversation of test/e2e with psycopg2, which takes everything from libpq's environment variables."""
import io

import psycopg2

conn = psycopg2.connect("")
conn.autocommit = True
cur = conn.cursor()


def one(sql, *params):
    cur.execute(sql, params or None)
    return cur.fetchone()


def state(sql, *params):
    try:
        cur.execute(sql, params or None)
    except psycopg2.Error as e:
        return e.pgcode
    return "no error"


def count(what):
    print(what, one("SELECT count(*) FROM orders")[0])


def text(v):
    return str(v).lower() if isinstance(v, bool) else str(v)


print("one:", *map(text, one("SELECT id, item, price, paid FROM orders WHERE id = %s", 7)))
cur.execute("PREPARE note (text, int) AS SELECT note FROM orders WHERE item = $1 AND id = $2")
for i in (1, 2):
    note = one("EXECUTE note (%s, %s)", "item %d" % i, i)[0]
    print("prepared:", text(note is not None), note or "")
cur.execute("DEALLOCATE note")

conn.autocommit = False
with conn.cursor(name="server_side") as rows:  # DECLARE, FETCH, CLOSE
    rows.itersize = 64
    rows.execute("SELECT id FROM orders ORDER BY id")
    ids = [r[0] for r in rows]
print("rows:", len(ids), sum(ids))
conn.commit()
conn.autocommit = True

print("error:", state("SELECT 1/0"))
print("denied:", state("SELECT amount FROM salaries"))
print("denied:", state("SELECT amount FROM salaries WHERE id = %s", 1))
count("alive:")

conn.autocommit = False
cur.execute("INSERT INTO orders (id, item) VALUES (%s, %s)", (1001, "kept by nobody"))
print("denied in transaction:", state("DELETE FROM salaries"))
print("aborted:", state("SELECT 1"))
conn.rollback()
count("rolled back:")
cur.execute("INSERT INTO orders (id, item) VALUES (%s, %s)", (1002, "kept"))
conn.commit()
conn.autocommit = True
count("committed:")
cur.execute("DELETE FROM orders WHERE id > %s", (1000,))
print("deleted:", cur.rowcount)

lines = "".join("%d\tcopied\\twith a tab\t5\n" % i for i in (2001, 2002, 2003))
cur.copy_expert("COPY orders (id, item, quantity) FROM STDIN", io.StringIO(lines))
count("copied in:")
out = io.StringIO()
cur.copy_expert("COPY (SELECT id, item, quantity FROM orders WHERE id > 2000 ORDER BY id) TO STDOUT", out)
print("copied out:", text(out.getvalue() == lines))
try:
    cur.copy_expert("COPY salaries TO STDOUT", out)
    print("copy denied: no error")
except psycopg2.Error as e:
    print("copy denied:", e.pgcode)
try:
    cur.copy_expert("COPY salaries FROM STDIN", io.StringIO("9\t9\n"))
    print("copy denied: no error")
except psycopg2.Error as e:
    print("copy denied:", e.pgcode)
cur.execute("DELETE FROM orders WHERE id > 2000")
print("done")
