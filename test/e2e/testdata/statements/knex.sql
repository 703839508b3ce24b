-- What Knex 3.3.0 sends, from the log of the server (log_statement = all).

select version();

set search_path to "public","stock"

select * from information_schema.tables where table_name = 'orders' and table_schema = current_schema()

select * from information_schema.columns where table_name = 'orders' and column_name = 'item' and table_schema = current_schema()

select * from information_schema.columns where table_name = 'orders' and table_catalog = current_database() and table_schema = current_schema()

select "item" from "orders" where "id" = '7' limit '1'

BEGIN;

select count(*) from "orders"

COMMIT;

select version()

select * from information_schema.tables where table_name = 'items' and table_schema = 'stock'
