-- What postgres.js 3.4.9 sends, from the log of the server (log_statement = all).

select b.oid, b.typarray
      from pg_catalog.pg_type a
      left join pg_catalog.pg_type b on b.oid = a.typelem
      where a.typcategory = 'A'
      group by b.oid, b.typarray
      order by b.oid

select item, price from orders where id = '7'

select * from orders where item = any('{"item 1","item 2"}')

begin

select count(*) from orders

commit

select id from orders
