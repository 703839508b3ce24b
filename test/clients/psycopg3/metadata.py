"""What psycopg 3 asks by itself: types by name, and statements that it prepares after a few runs or sends in a pipeline."""
import psycopg
from psycopg.types import TypeInfo
from psycopg.types.composite import CompositeInfo
from psycopg.types.enum import EnumInfo
from psycopg.types.hstore import register_hstore
from psycopg.types.multirange import MultirangeInfo
from psycopg.types.range import RangeInfo

conn = psycopg.connect("", autocommit=True)
print(conn.info.server_version, conn.info.encoding, conn.info.timezone)
for info, name in (
    (TypeInfo, "hstore"), (TypeInfo, "stock.sku"), (EnumInfo, "stock.size"), (CompositeInfo, "stock.place"),
    (RangeInfo, "stock.span"), (MultirangeInfo, "stock.spanmultirange"), (TypeInfo, "nothing_of_that_name"),
):
    t = info.fetch(conn, name)
    print(name, t and [(k, v) for k, v in sorted(vars(t).items()) if "oid" not in k and "types" not in k])
register_hstore(TypeInfo.fetch(conn, "hstore"), conn)
print(conn.execute("SELECT 'a=>1'::hstore").fetchone())

for i in range(12):  # prepared from the sixth run on
    conn.execute("SELECT item FROM orders WHERE id = %s", (i,)).fetchall()
print(conn.execute("SELECT count(*) FROM pg_prepared_statements").fetchone())

with conn.pipeline(), conn.transaction():
    answers = [conn.execute("SELECT item FROM orders WHERE id = %s", (i,)) for i in range(1, 6)]
    print([a.fetchone() for a in answers])
with conn.transaction(), conn.transaction():  # a savepoint inside
    print(conn.cursor().executemany("SELECT item FROM orders WHERE id = %s", [(1,), (2,)]))
with psycopg.ClientCursor(conn) as cur:  # parameters written into the text
    print(cur.execute("SELECT %s::text, %s, item FROM orders WHERE id = %s", ("it's", None, 3)).fetchone())
