-- Views over tables, views, functions; rules; triggers; row security.
CREATE VIEW report AS SELECT id, total FROM orders;
CREATE VIEW writable AS SELECT id, name FROM customers;
CREATE VIEW app.deep AS SELECT r.id, c.name FROM report r JOIN customers c ON c.id = r.id;
CREATE VIEW app.deeper AS SELECT d.id, d.name, t.v FROM app.deep d LEFT JOIN app.things t ON t.id = d.id;
CREATE VIEW app.checked_view AS SELECT id, s FROM app.checked WHERE id > 0 WITH CHECK OPTION;
CREATE VIEW app.cascaded AS SELECT id, s FROM app.checked_view WHERE id < 100 WITH CASCADED CHECK OPTION;
CREATE VIEW app.with_function AS SELECT id, app.key_of(note) AS k FROM orders;
CREATE VIEW app.over_function AS SELECT k FROM app.with_function;
CREATE VIEW app.filtered AS SELECT id, v FROM app.things WHERE app.allowed(id);
CREATE VIEW app.from_function AS SELECT * FROM rows_of(3) AS n;
CREATE VIEW app.with_operator AS SELECT id FROM orders WHERE note === secret;
CREATE VIEW app.with_aggregate AS SELECT app.total(id) AS t FROM orders;
CREATE VIEW app.with_definer AS SELECT id, app.total_of(id) AS t FROM app.things;
CREATE VIEW app.over_catalog AS SELECT relname, nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace;
CREATE VIEW app.barrier WITH (security_barrier) AS SELECT id, note FROM orders WHERE state = 'new';
CREATE VIEW app.salaries AS SELECT id, person FROM hr.salaries;
CREATE MATERIALIZED VIEW app.frozen AS SELECT id, note, secret FROM orders;
CREATE UNIQUE INDEX ON app.frozen (id);
CREATE VIEW app.over_frozen AS SELECT id, note FROM app.frozen;
CREATE VIEW app.over_parts AS SELECT * FROM part.ranged;
CREATE VIEW app.grouped AS SELECT state, count(*) AS n, sum(total) AS total FROM orders GROUP BY state;

-- from 15
CREATE VIEW app.invoker WITH (security_invoker) AS SELECT id, note FROM orders;
CREATE VIEW app.invoker_deep WITH (security_invoker) AS SELECT i.id, r.total FROM app.invoker i JOIN report r ON r.id = i.id;
CREATE VIEW app.owner_over_invoker AS SELECT id, note FROM app.invoker;
CREATE VIEW app.invoker_writable WITH (security_invoker) AS SELECT id, name, email FROM customers;
CREATE VIEW app.invoker_function WITH (security_invoker) AS SELECT id, app.key_of(note) AS k FROM orders;
CREATE VIEW app.invoker_sub WITH (security_invoker) AS SELECT id, (SELECT max(amount) FROM hr.salaries) AS top FROM app.things;

-- Rules and triggers.
CREATE TABLE app.ruled (id int, v text);
CREATE TABLE app.ruled_log (id int, v text);
CREATE RULE log_it AS ON INSERT TO app.ruled DO ALSO INSERT INTO app.ruled_log VALUES (new.id, new.v);
CREATE TABLE app.redirected (id int, v text);
CREATE RULE redirect AS ON UPDATE TO app.redirected DO INSTEAD UPDATE app.things SET v = new.v WHERE id = old.id;
CREATE RULE nothing AS ON DELETE TO app.redirected DO INSTEAD NOTHING;
CREATE VIEW app.ruled_view AS SELECT id, v FROM app.things;
CREATE RULE insert_there AS ON INSERT TO app.ruled_view DO INSTEAD INSERT INTO app.things VALUES (new.id, app.key_of(new.v)) RETURNING id, v;
CREATE TABLE app.triggered (id int, v text);
CREATE FUNCTION app.tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM count(*) FROM hr.salaries; RETURN new; END';
CREATE TRIGGER tell BEFORE INSERT ON app.triggered FOR EACH ROW EXECUTE FUNCTION app.tell();
CREATE FUNCTION app.tell_definer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN PERFORM count(*) FROM hr.salaries; RETURN new; END';
CREATE TRIGGER tell_definer BEFORE UPDATE ON app.triggered FOR EACH ROW WHEN (app.is_short(new.v)) EXECUTE FUNCTION app.tell_definer();
CREATE VIEW app.instead AS SELECT id, v, upper(v) AS u FROM app.things;
CREATE FUNCTION app.instead_of() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER instead INSTEAD OF INSERT OR UPDATE ON app.instead FOR EACH ROW EXECUTE FUNCTION app.instead_of();

-- Row security.
CREATE TABLE sec.notes (id int, owner text, body text);
ALTER TABLE sec.notes ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON sec.notes USING (owner = current_user);
CREATE TABLE sec.forced (id int, owner text, body text);
ALTER TABLE sec.forced ENABLE ROW LEVEL SECURITY;
ALTER TABLE sec.forced FORCE ROW LEVEL SECURITY;
CREATE POLICY of_people ON sec.forced USING (id IN (SELECT id FROM hr.people));
CREATE VIEW sec.over_notes AS SELECT id, body FROM sec.notes;
CREATE TABLE sec.off (id int, body text);
CREATE POLICY unused ON sec.off USING (false);

-- Foreign tables, on this server itself.
CREATE SERVER loopback FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '@PORT@', dbname 'shop');
CREATE USER MAPPING FOR PUBLIC SERVER loopback OPTIONS (user 'postgres', password_required 'false');
CREATE FOREIGN TABLE remote.orders (id int, note text, secret text) SERVER loopback OPTIONS (schema_name 'public', table_name 'orders');
CREATE FOREIGN TABLE remote.things (id int, v text) SERVER loopback OPTIONS (schema_name 'app', table_name 'things');
CREATE VIEW remote.seen AS SELECT id, note FROM remote.orders;
