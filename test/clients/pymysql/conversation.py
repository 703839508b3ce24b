"""The conversation of test/mysql with PyMySQL or mysqlclient (MySQLdb)."""
import importlib
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

driver = importlib.import_module(sys.argv[1])
ca = os.environ["DB_CA"]


def connect():
    return driver.connect(
        host=os.environ["DB_HOST"], port=int(os.environ["DB_PORT"]), user=os.environ["DB_USER"],
        password=os.environ["DB_PASSWORD"], database=os.environ["DB_NAME"], ssl={"ca": ca})


db = connect()
cur = db.cursor()


def one(text, args=None):
    cur.execute(text, args)
    return cur.fetchone()


def state(text, args=None):
    try:
        cur.execute(text, args)
        return "no error"
    except driver.Error as e:
        return e.args[0]


def count(what):
    print(what, one("SELECT count(*) FROM orders")[0])


print("one:", *one("SELECT id, item, price, paid FROM orders WHERE id = %s", (7,)))
for i in (1, 2):
    note = one("SELECT note FROM orders WHERE item = %s AND id = %s", (f"item {i}", i))[0]
    print("prepared:", *(["false"] if note is None else ["true", note]))
cur.execute("SELECT id FROM orders ORDER BY id")
rows = cur.fetchall()
print("rows:", len(rows), sum(r[0] for r in rows))
# Rows that the server sends while they are read.
stream = db.cursor(importlib.import_module(sys.argv[1] + ".cursors").SSCursor)
stream.execute("SELECT id, pad FROM wide")
n = size = 0
for row in stream:
    n, size = n + 1, size + len(row[1])
print("large:", n, size)
stream.execute("SELECT a.id FROM orders a, orders b LIMIT 100000")
print("many:", sum(1 for _ in stream))
stream.close()
print("value:", len(one("SELECT REPEAT('x', 20971520)")[0]))
print("error:", state("INSERT INTO orders (id, item) VALUES (%s, %s)", (1, "again")))
db.rollback()
print("denied:", state("SELECT amount FROM salaries"))
print("denied:", state("SELECT amount FROM salaries WHERE id = %s", (1,)))
count("alive:")
db.rollback()

db.begin() if hasattr(db, "begin") else cur.execute("BEGIN")
cur.execute("INSERT INTO orders (id, item) VALUES (%s, %s)", (1001, "kept by nobody"))
print("denied in transaction:", state("DELETE FROM salaries"))
count("intact:")
db.rollback()
count("rolled back:")
cur.execute("INSERT INTO orders (id, item) VALUES (%s, %s)", (1002, "kept"))
db.commit()
count("committed:")
print("deleted:", cur.execute("DELETE FROM orders WHERE id > %s", (1000,)))
db.commit()
# What one session runs another one stops, by the number that the driver knows.
with ThreadPoolExecutor() as pool:
    running = pool.submit(state, "SELECT COUNT(*) FROM orders a, orders b, orders c, orders d WHERE a.id + b.id + c.id + d.id < 0")
    other = connect()
    while not running.done():
        other.cursor().execute(f"KILL QUERY {db.thread_id()}")
        time.sleep(0.05)
    print("canceled:", running.result())
count("alive:")
db.ping()
db.select_db("shop")
db.close()
print("done")
