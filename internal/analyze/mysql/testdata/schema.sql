CREATE DATABASE shop; CREATE DATABASE hr; USE shop;
CREATE TABLE orders (id int PRIMARY KEY AUTO_INCREMENT, customer int, total decimal(10,2), note text, secret text);
CREATE TABLE customers (id int PRIMARY KEY, name text, email text, FULLTEXT (name));
CREATE TABLE parts (id int, d int) PARTITION BY RANGE (d) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE);
CREATE TABLE spare (id int, d int);
CREATE TABLE `odd name` (`Some Column` int, `select` int);
CREATE TABLE hr.salaries (id int PRIMARY KEY, amount int);
CREATE TABLE merged (id int, amount int) ENGINE=MERGE UNION=(spare);
CREATE TABLE hr.customers (id int PRIMARY KEY);
CREATE SEQUENCE counter; CREATE TRIGGER touched BEFORE UPDATE ON spare FOR EACH ROW SET NEW.d = 1;
INSERT INTO orders VALUES (1, 1, 10, 'n', 's'), (2, 2, 20, 'm', 't'); INSERT INTO customers VALUES (1, 'a', 'b'), (2, 'c', 'd');
INSERT INTO hr.salaries VALUES (1, 7321337);
CREATE VIEW report AS SELECT id, total FROM orders;
CREATE SQL SECURITY INVOKER VIEW own AS SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer WHERE o.total > 0;
CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC RETURN n * 2;
CREATE FUNCTION `variance`(n int) RETURNS int DETERMINISTIC RETURN n;
CREATE FUNCTION any_value(n int) RETURNS int DETERMINISTIC RETURN n;
CREATE PROCEDURE tidy(n int) SELECT n
