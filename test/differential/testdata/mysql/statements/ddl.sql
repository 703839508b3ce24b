alone: CREATE TABLE lab.n (id int)
alone: CREATE TABLE lab.n (id int PRIMARY KEY, a varchar(10), KEY (a)) ENGINE = InnoDB COMMENT 'x'
alone: CREATE TABLE IF NOT EXISTS lab.a (id int)
alone: CREATE OR REPLACE TABLE lab.a (id int)
alone: CREATE TABLE lab.n LIKE lab.a
alone: CREATE TABLE lab.n LIKE lab2.c
alone: CREATE TABLE lab.n AS SELECT id, note FROM lab.a
alone: CREATE TABLE lab.n SELECT secret FROM lab.a
alone: CREATE TABLE lab.n AS SELECT word FROM lab2.c
alone: CREATE TABLE lab.n AS SELECT word FROM vault.secrets
alone: CREATE TABLE lab.n (id int) AS SELECT id FROM lab.a
alone: CREATE TABLE lab.n (id int, FOREIGN KEY (id) REFERENCES lab.a (id))
alone: CREATE TABLE lab.n (id int, FOREIGN KEY (id) REFERENCES lab2.c (id))
alone: CREATE TABLE lab.n (id int REFERENCES lab.a (id))
alone: CREATE TABLE lab.n (id int DEFAULT nextval(lab.seq))
alone: CREATE TABLE lab.n (id int DEFAULT nextval(shop.numbers)) ;; INSERT INTO lab.n VALUES ()
alone: CREATE TABLE lab.n (id int, x int AS (id + 1))
alone: CREATE TABLE lab.n (id int) DATA DIRECTORY = '/tmp'
alone: CREATE TABLE lab.n (id int) ENGINE = FEDERATED CONNECTION = 'mysql://a'
alone: CREATE TABLE lab.n (id int) ENGINE = CSV
alone: CREATE TABLE lab.n (id int) ENGINE = MERGE UNION = (lab.a)
alone: CREATE TABLE lab.n (id int) WITH SYSTEM VERSIONING
alone: CREATE TABLE lab.n (id int) PARTITION BY HASH (id) PARTITIONS 2
alone: CREATE TABLE shop.n (id int)
alone: CREATE TABLE vault.n (id int)
alone: CREATE TABLE no_such.n (id int)
alone: ALTER TABLE lab.a ADD x int
alone: ALTER TABLE lab.a ADD COLUMN x int DEFAULT 1 AFTER id, DROP COLUMN note
alone: ALTER TABLE lab.a DROP secret
alone: ALTER TABLE lab.a MODIFY note text
alone: ALTER TABLE lab.a CHANGE secret open varchar(50)
alone: ALTER TABLE lab.a RENAME COLUMN secret TO open
alone: ALTER TABLE lab.a ALTER note SET DEFAULT 'x'
alone: ALTER TABLE lab.a ADD KEY (secret)
alone: ALTER TABLE lab.a ADD INDEX k (note), DROP INDEX note_key
alone: ALTER TABLE lab.a RENAME TO lab.n
alone: ALTER TABLE lab.a RENAME TO lab2.n
alone: ALTER TABLE lab.a RENAME lab.b
alone: ALTER TABLE lab.a ENGINE = InnoDB
alone: ALTER TABLE lab.a COMMENT 'x'
alone: ALTER TABLE lab.b ADD FOREIGN KEY (a_id) REFERENCES lab.a (id)
alone: ALTER TABLE lab.b ADD FOREIGN KEY (a_id) REFERENCES lab2.c (id)
alone: ALTER TABLE lab.a CONVERT TO CHARACTER SET utf8mb4
alone: ALTER TABLE lab.a DISABLE KEYS
alone: ALTER TABLE lab.a ADD CHECK (id > 0)
alone: ALTER TABLE lab.a ADD SYSTEM VERSIONING
alone: ALTER TABLE lab.a ORDER BY secret
alone: ALTER TABLE lab.p ADD PARTITION (PARTITION p2 VALUES LESS THAN (5))
alone: ALTER TABLE lab.p DROP PARTITION p0
alone: ALTER TABLE lab.p TRUNCATE PARTITION p0
alone: ALTER TABLE lab.p EXCHANGE PARTITION p0 WITH TABLE lab.n
alone: ALTER TABLE lab.p EXCHANGE PARTITION p0 WITH TABLE lab2.c
alone: ALTER TABLE lab.p REORGANIZE PARTITION p0, p1 INTO (PARTITION p VALUES LESS THAN MAXVALUE)
alone: ALTER TABLE lab.p REMOVE PARTITIONING
alone: ALTER TABLE lab.a DISCARD TABLESPACE
alone: ALTER TABLE lab.v RENAME TO lab.w
alone: DROP TABLE lab.a
alone: DROP TABLE IF EXISTS lab.no_such
alone: DROP TABLE lab.a, lab.b
alone: DROP TABLE lab.a, lab2.c
alone: DROP TABLE lab.v
alone: DROP TABLE lab2.c
alone: DROP TEMPORARY TABLE lab.a
alone: TRUNCATE lab.a
alone: TRUNCATE TABLE lab.b
alone: TRUNCATE lab.v
alone: RENAME TABLE lab.a TO lab.n
alone: RENAME TABLE lab.a TO lab2.n
alone: RENAME TABLE lab.a TO lab.n, lab.b TO lab.a
alone: RENAME TABLE lab2.c TO lab.c ;; SELECT word FROM lab.c
alone: RENAME TABLE lab.a TO lab.n ;; SELECT secret FROM lab.n
alone: CREATE INDEX k ON lab.a (secret)
alone: CREATE UNIQUE INDEX k ON lab.a (note)
alone: CREATE FULLTEXT INDEX k ON lab.a (note)
alone: DROP INDEX note_key ON lab.a
alone: CREATE VIEW lab.n AS SELECT id, note FROM lab.a
alone: CREATE VIEW lab.n AS SELECT secret FROM lab.a
alone: CREATE VIEW lab.n AS SELECT secret FROM lab.a ;; SELECT secret FROM lab.n
alone: CREATE VIEW lab.n AS SELECT * FROM lab2.c
alone: CREATE VIEW lab.n AS SELECT word FROM vault.secrets ;; SELECT word FROM lab.n
alone: CREATE VIEW lab.n AS SELECT 1 AS one
alone: CREATE VIEW lab.n AS SELECT id FROM lab.v
alone: CREATE VIEW lab.n AS SELECT id FROM lab.own
alone: CREATE VIEW lab.n AS SELECT lab.f(id) AS x FROM lab.a
alone: CREATE VIEW lab.n AS SELECT NEXTVAL(lab.seq) AS x
alone: CREATE VIEW lab.n AS SELECT id FROM lab.a WHERE secret = 'x'
alone: CREATE VIEW lab.n AS SELECT (SELECT max(word) FROM lab2.c) AS w
alone: CREATE VIEW lab.n AS SELECT id FROM lab.a; UPDATE lab.n SET id = 5
alone: CREATE VIEW lab.n AS SELECT id, note FROM lab.a ;; UPDATE lab.n SET note = 'x'
alone: CREATE VIEW lab.n AS SELECT id, note FROM lab.a ;; DELETE FROM lab.n
alone: CREATE VIEW lab.n AS SELECT id, note FROM lab.a ;; INSERT INTO lab.n VALUES (9, 'x')
alone: CREATE SQL SECURITY INVOKER VIEW lab.n AS SELECT secret FROM lab.a ;; SELECT secret FROM lab.n
alone: CREATE SQL SECURITY DEFINER VIEW lab.n AS SELECT id FROM lab.a
alone: CREATE DEFINER = CURRENT_USER VIEW lab.n AS SELECT id FROM lab.a
alone: CREATE DEFINER = root@localhost VIEW lab.n AS SELECT id FROM lab.a
alone: CREATE DEFINER = root@localhost SQL SECURITY INVOKER VIEW lab.n AS SELECT id FROM lab.a
alone: CREATE OR REPLACE VIEW lab.v AS SELECT id, secret AS note FROM lab.a
alone: CREATE OR REPLACE VIEW lab.a AS SELECT 1
alone: CREATE VIEW IF NOT EXISTS lab.v AS SELECT id FROM lab.a
alone: CREATE ALGORITHM = MERGE VIEW lab.n (x) AS SELECT id FROM lab.a WITH CHECK OPTION
alone: CREATE VIEW shop.n AS SELECT 1
alone: ALTER VIEW lab.v AS SELECT id, secret AS note FROM lab.a
alone: ALTER SQL SECURITY INVOKER VIEW lab.v AS SELECT id FROM lab.a
alone: DROP VIEW lab.v
alone: DROP VIEW IF EXISTS lab.v, lab.own
alone: DROP VIEW lab2.w
alone: CREATE FUNCTION lab.g(n int) RETURNS int DETERMINISTIC RETURN n
alone: CREATE FUNCTION lab.g() RETURNS varchar(50) READS SQL DATA RETURN (SELECT max(word) FROM vault.secrets) ;; SELECT lab.g()
alone: CREATE FUNCTION lab.g() RETURNS int SQL SECURITY INVOKER RETURN 1
alone: CREATE PROCEDURE lab.g() SELECT word FROM vault.secrets ;; CALL lab.g()
alone: CREATE PROCEDURE lab.g() SQL SECURITY INVOKER SELECT 1
alone: CREATE DEFINER = root@localhost PROCEDURE lab.g() SELECT 1
alone: CREATE OR REPLACE FUNCTION lab.f(n int) RETURNS int DETERMINISTIC RETURN n + 1
alone: ALTER FUNCTION lab.f SQL SECURITY INVOKER
alone: ALTER PROCEDURE lab.pr COMMENT 'x'
alone: DROP FUNCTION lab.f
alone: DROP PROCEDURE lab.pr
alone: DROP PROCEDURE IF EXISTS lab.no_such
alone: CREATE TRIGGER lab.t BEFORE INSERT ON lab.a FOR EACH ROW SET NEW.note = 'x'
alone: CREATE TRIGGER lab.t BEFORE INSERT ON lab.a FOR EACH ROW SET NEW.note = (SELECT max(word) FROM vault.secrets)
alone: DROP TRIGGER lab.a_in
alone: CREATE EVENT lab.e ON SCHEDULE EVERY 1 DAY DO DELETE FROM lab.a
alone: DROP EVENT IF EXISTS lab.e
alone: CREATE SEQUENCE lab.n
alone: CREATE SEQUENCE lab.n START WITH 5 INCREMENT BY 2 CACHE 10 CYCLE
alone: CREATE OR REPLACE SEQUENCE lab.seq
alone: ALTER SEQUENCE lab.seq RESTART 50
alone: DROP SEQUENCE lab.seq
alone: DROP TABLE lab.seq
alone: CREATE DATABASE lab3
alone: CREATE DATABASE IF NOT EXISTS lab
alone: ALTER DATABASE lab CHARACTER SET utf8mb4
alone: DROP DATABASE lab2
alone: CREATE OR REPLACE DATABASE lab2
alone: ANALYZE TABLE lab.a
alone: OPTIMIZE TABLE lab.a
alone: CHECK TABLE lab.a
alone: REPAIR TABLE lab.a
alone: CHECKSUM TABLE lab.a
alone: CHECKSUM TABLE lab2.c
alone: CHECK TABLE lab2.c
alone: ANALYZE TABLE lab2.c
alone: CREATE PACKAGE lab.pk AS PROCEDURE p; END
alone: CREATE TABLE lab.n (id int) ;; INSERT INTO lab.n VALUES (1) ;; SELECT id FROM lab.n ;; DROP TABLE lab.n
alone: USE lab ;; CREATE TABLE n (id int) ;; SELECT id FROM n
alone: USE lab ;; DROP TABLE a
alone: USE lab ;; CREATE VIEW n AS SELECT secret FROM a ;; SELECT secret FROM n
alone: CREATE TABLE lab.`odd one` (`a b` int, `é` int) ;; SELECT `a b`, `é` FROM lab.`odd one`
alone: CREATE TABLE lab.A (id int) ;; SELECT id FROM lab.A ;; SELECT secret FROM lab.a
