"""The conversation of test/e2e with psycopg 3, which takes everything from libpq's environment variables."""
import psycopg

conn = psycopg.connect("", autocommit=True)


def one(sql, *params, **how):
    return conn.execute(sql, params or None, **how).fetchone()


def state(sql, *params):
    try:
        conn.execute(sql, params or None)
    except psycopg.Error as e:
        return e.sqlstate
    return "no error"


def count(what):
    print(what, one("SELECT count(*) FROM orders")[0])


def text(v):
    return str(v).lower() if isinstance(v, bool) else str(v)


print("one:", *map(text, one("SELECT id, item, price, paid FROM orders WHERE id = %s", 7)))
for i in (1, 2):
    note = one("SELECT note FROM orders WHERE item = %s AND id = %s", "item %d" % i, i, prepare=True)[0]
    print("prepared:", text(note is not None), note or "")

with conn.transaction(), conn.cursor(name="server_side") as rows:  # DECLARE, FETCH, CLOSE
    rows.itersize = 64
    ids = [r[0] for r in rows.execute("SELECT id FROM orders ORDER BY id")]
print("rows:", len(ids), sum(ids))

print("error:", state("SELECT 1/0"))
print("denied:", state("SELECT amount FROM salaries"))
print("denied:", state("SELECT amount FROM salaries WHERE id = %s", 1))
count("alive:")

conn.autocommit = False
conn.execute("INSERT INTO orders (id, item) VALUES (%s, %s)", (1001, "kept by nobody"))
print("denied in transaction:", state("DELETE FROM salaries"))
print("aborted:", state("SELECT 1"))
conn.rollback()
count("rolled back:")
conn.execute("INSERT INTO orders (id, item) VALUES (%s, %s)", (1002, "kept"))
conn.commit()
conn.autocommit = True
count("committed:")
print("deleted:", conn.execute("DELETE FROM orders WHERE id > %s", (1000,)).rowcount)

lines = [(i, "copied\twith a tab", 5) for i in (2001, 2002, 2003)]
cur = conn.cursor()
with cur.copy("COPY orders (id, item, quantity) FROM STDIN") as copy:
    for line in lines:
        copy.write_row(line)
count("copied in:")
with cur.copy("COPY (SELECT id, item, quantity FROM orders WHERE id > 2000 ORDER BY id) TO STDOUT (FORMAT binary)") as copy:
    copy.set_types(["int4", "text", "int4"])
    print("copied out:", text(list(copy.rows()) == lines))
for denied in ("COPY salaries TO STDOUT", "COPY salaries FROM STDIN"):
    try:
        with cur.copy(denied):
            print("copy denied: no error")
    except psycopg.Error as e:
        print("copy denied:", e.sqlstate)
conn.execute("DELETE FROM orders WHERE id > 2000")
print("done")
