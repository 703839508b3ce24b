"""SQLAlchemy's reflection: all that an inspector can be asked, the reflected tables, and the ORM on one of them."""
import re
import warnings

import sqlalchemy as sa
from sqlalchemy.ext.automap import automap_base
from sqlalchemy.orm import Session

warnings.simplefilter("ignore")  # what reflection does not know is the same on both sides
engine = sa.create_engine("postgresql+psycopg2://")
inspector = sa.inspect(engine)


def show(what, value):
    if isinstance(value, list) and value and isinstance(value[0], dict):
        for v in sorted(value, key=lambda v: str(v.get("name"))):
            print(what, {k: str(x) if k == "type" else x for k, x in v.items()})
    else:
        print(what, sorted(value, key=str) if isinstance(value, list) else value)


print(inspector.default_schema_name, sorted(inspector.get_schema_names()))
for schema in ("public", "stock", None):
    show("tables", inspector.get_table_names(schema))
    show("views", inspector.get_view_names(schema))
    show("materialized", inspector.get_view_names(schema, include=("materialized",)))
    show("foreign tables", inspector.get_foreign_table_names(schema))
    show("sequences", inspector.get_sequence_names(schema))
    show("enums", inspector.get_enums(schema or "*"))
    show("sorted", inspector.get_sorted_table_and_fkc_names(schema))
    for view in inspector.get_view_names(schema):
        show(view, inspector.get_view_definition(view, schema))
    for table in inspector.get_table_names(schema) + inspector.get_view_names(schema):
        print("--", schema, table, inspector.has_table(table, schema))
        show("column", inspector.get_columns(table, schema))
        show("primary key", inspector.get_pk_constraint(table, schema))
        show("foreign key", inspector.get_foreign_keys(table, schema))
        show("index", inspector.get_indexes(table, schema))
        show("unique", inspector.get_unique_constraints(table, schema))
        show("check", inspector.get_check_constraints(table, schema))
        show("comment", inspector.get_table_comment(table, schema))
        show("oid", bool(inspector.get_table_oid(table, schema)))
print("has sequence", engine.dialect.has_sequence(engine.connect(), "numbers", "stock"), engine.dialect.has_schema(engine.connect(), "stock"),
      engine.dialect.has_type(engine.connect(), "size", "stock"))

for schema in ("public", "stock"):
    meta = sa.MetaData()
    meta.reflect(engine, schema=schema, views=True)
    for table in sorted(meta.tables.values(), key=lambda t: t.fullname):
        print(re.sub(" at 0x[0-9a-f]+", "", repr(table)))

base = automap_base()
base.prepare(engine, reflect=True)
Order = base.classes.orders
with Session(engine) as session:
    print(session.query(sa.func.count(Order.id)).scalar(), session.get(Order, 7).item)
    print([o.item for o in session.query(Order).filter(Order.price > 100).order_by(Order.id).limit(3)])
    with session.begin_nested():
        print(session.execute(sa.select(Order.item).where(Order.id.in_([1, 2])).order_by(Order.id)).all())
for level in ("READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE", "AUTOCOMMIT"):
    with engine.connect().execution_options(isolation_level=level) as conn:
        print(conn.get_isolation_level(), conn.execute(sa.text("SELECT item FROM orders WHERE id = :id"), {"id": 1}).scalar())
with engine.connect().execution_options(stream_results=True) as conn:  # a cursor on the server
    print(sum(r.id for r in conn.execute(sa.text("SELECT id FROM orders"))))
