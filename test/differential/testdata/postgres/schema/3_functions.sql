-- Functions, procedures, aggregates, operators, casts.
CREATE FUNCTION refund(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION label(orders) RETURNS text LANGUAGE sql AS 'SELECT $1.note';
CREATE FUNCTION first_of(pair) RETURNS int LANGUAGE sql AS 'SELECT $1.a';
CREATE FUNCTION rows_of(n int) RETURNS SETOF int LANGUAGE sql VOLATILE AS 'SELECT generate_series(1, n)';
CREATE FUNCTION app.hidden() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1';
CREATE FUNCTION same(text, text) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, FUNCTION = same);
CREATE FUNCTION app.total_of(int) RETURNS numeric LANGUAGE plpgsql SECURITY DEFINER AS
	'BEGIN RETURN (SELECT total FROM public.orders WHERE id = $1); END';
CREATE FUNCTION app.note_of(int) RETURNS text LANGUAGE plpgsql SECURITY INVOKER AS
	'BEGIN RETURN (SELECT note FROM public.orders WHERE id = $1); END';
CREATE FUNCTION hr.salary_of(who text) RETURNS int LANGUAGE sql VOLATILE SECURITY DEFINER AS
	'SELECT amount FROM hr.salaries WHERE person = who';
CREATE FUNCTION hr.everyone() RETURNS SETOF hr.people LANGUAGE plpgsql AS 'BEGIN RETURN QUERY SELECT * FROM hr.people; END';
CREATE FUNCTION over(int) RETURNS text LANGUAGE sql AS 'SELECT ''int''::text';
CREATE FUNCTION over(text) RETURNS text LANGUAGE sql AS 'SELECT ''text''::text';
CREATE FUNCTION app.over(int, int DEFAULT 2) RETURNS text LANGUAGE sql AS 'SELECT ''app''::text';
CREATE FUNCTION twice(n int, times int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT n * times';
CREATE FUNCTION sum_of(VARIADIC int[]) RETURNS int LANGUAGE sql AS 'SELECT sum(x)::int FROM unnest($1) x';
CREATE FUNCTION same_type(anyelement, anyelement) RETURNS bool LANGUAGE sql AS 'SELECT $1 = $2';
CREATE FUNCTION outs(IN n int, OUT a int, OUT b text) LANGUAGE sql AS 'SELECT n, ''x''::text';
CREATE FUNCTION tabled(n int) RETURNS TABLE (id int, note text) LANGUAGE sql VOLATILE AS 'SELECT n, ''x''::text';
CREATE FUNCTION lower(pair) RETURNS text LANGUAGE sql AS 'SELECT ''pair''::text';
CREATE FUNCTION app.length(text) RETURNS int LANGUAGE sql AS 'SELECT 7';
CREATE FUNCTION "Odd Schema"."Fn Name"(int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION app.nested(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN app.hidden() + $1; END';
CREATE FUNCTION app.dynamic(q text) RETURNS text LANGUAGE plpgsql AS 'DECLARE r text; BEGIN EXECUTE q INTO r; RETURN r; END';
CREATE PROCEDURE tidy(int) LANGUAGE sql AS '';
CREATE PROCEDURE app.tidy(INOUT n int) LANGUAGE plpgsql AS 'BEGIN n := n + 1; END';
CREATE PROCEDURE app.note_it(t text) LANGUAGE plpgsql AS 'BEGIN INSERT INTO app.things VALUES (1, t); END';
CREATE FUNCTION app.step(s int, v int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT coalesce(s, 0) + coalesce(v, 0)';
CREATE AGGREGATE app.total(int) (SFUNC = app.step, STYPE = int, INITCOND = '0');
CREATE AGGREGATE plain_total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE FUNCTION app.ordered(app.things, app.things) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1.id < $2.id';
CREATE OPERATOR app.<<< (LEFTARG = app.things, RIGHTARG = app.things, FUNCTION = app.ordered);
CREATE OPERATOR !!! (RIGHTARG = text, FUNCTION = app.key_of);
CREATE FUNCTION app.pair_text(pair) RETURNS text LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN ''a pair''; END';
CREATE FUNCTION app.int_pair(int) RETURNS pair LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN ROW($1, $1)::pair; END';
CREATE CAST (int AS pair) WITH FUNCTION app.int_pair(int) AS ASSIGNMENT;
CREATE CAST (pair AS text) WITH FUNCTION app.pair_text(pair) AS ASSIGNMENT;
CREATE TYPE app.amount AS (n numeric);
CREATE FUNCTION app.amount_of(numeric) RETURNS app.amount LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN ROW($1)::app.amount; END';
CREATE CAST (numeric AS app.amount) WITH FUNCTION app.amount_of(numeric) AS IMPLICIT;
CREATE FUNCTION app.pay(app.amount) RETURNS numeric LANGUAGE sql AS 'SELECT $1.n';
CREATE FUNCTION app.allowed(int) RETURNS bool LANGUAGE plpgsql STABLE AS 'BEGIN RETURN $1 > 0; END';
