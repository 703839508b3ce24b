-- what graphical tools and mappers send, written down from their sources
-- DBeaver
/* mysql-connector-java-8.0.29 */SELECT @@session.auto_increment_increment AS auto_increment_increment, @@character_set_client AS character_set_client, @@character_set_connection AS character_set_connection, @@character_set_results AS character_set_results, @@character_set_server AS character_set_server, @@collation_server AS collation_server, @@collation_connection AS collation_connection, @@init_connect AS init_connect, @@interactive_timeout AS interactive_timeout, @@license AS license, @@lower_case_table_names AS lower_case_table_names, @@max_allowed_packet AS max_allowed_packet, @@net_write_timeout AS net_write_timeout, @@performance_schema AS performance_schema, @@sql_mode AS sql_mode, @@system_time_zone AS system_time_zone, @@time_zone AS time_zone, @@wait_timeout AS wait_timeout
SET SESSION net_write_timeout = 600
/* ApplicationName=DBeaver 23.0 - Main */ SELECT DATABASE()
/* ApplicationName=DBeaver 23.0 - Metadata */ SELECT @@lower_case_table_names
SHOW DATABASES
SHOW ENGINES
SHOW CHARSET
SHOW COLLATION
SHOW PLUGINS
SHOW VARIABLES LIKE 'lower_case_table_names'
SHOW FULL TABLES FROM `shop`
SHOW TABLE STATUS FROM `shop`
SHOW FULL COLUMNS FROM `shop`.`orders`
SHOW CREATE TABLE `shop`.`orders`
SHOW FULL PROCEDURELIST
SELECT * FROM information_schema.SCHEMATA
SELECT * FROM information_schema.TABLES t WHERE t.TABLE_SCHEMA = 'shop' ORDER BY t.TABLE_NAME
SELECT * FROM information_schema.COLUMNS WHERE TABLE_SCHEMA='shop' AND TABLE_NAME='orders' ORDER BY ORDINAL_POSITION
SELECT * FROM information_schema.STATISTICS WHERE TABLE_SCHEMA='shop' AND TABLE_NAME='orders' ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX
SELECT kc.CONSTRAINT_NAME,kc.TABLE_NAME,kc.COLUMN_NAME,kc.ORDINAL_POSITION FROM information_schema.KEY_COLUMN_USAGE kc WHERE kc.TABLE_SCHEMA='shop' AND kc.REFERENCED_TABLE_NAME IS NULL AND kc.TABLE_NAME='orders' ORDER BY kc.CONSTRAINT_NAME,kc.ORDINAL_POSITION
SELECT cc.CONSTRAINT_NAME, cc.CHECK_CLAUSE, tc.TABLE_NAME FROM information_schema.CHECK_CONSTRAINTS cc, information_schema.TABLE_CONSTRAINTS tc WHERE cc.CONSTRAINT_SCHEMA = 'shop' AND tc.TABLE_SCHEMA = cc.CONSTRAINT_SCHEMA AND tc.TABLE_NAME='stamped' AND cc.CONSTRAINT_NAME = tc.CONSTRAINT_NAME
SELECT * FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA='shop' ORDER BY ROUTINE_NAME
SELECT * FROM information_schema.EVENTS WHERE EVENT_SCHEMA='shop'
SELECT * FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA='shop' AND TABLE_NAME='parts'
SELECT * FROM information_schema.VIEWS WHERE TABLE_SCHEMA='shop' AND TABLE_NAME='report'
SHOW TRIGGERS FROM `shop`
SHOW CREATE VIEW `shop`.`report`
SHOW CREATE PROCEDURE `shop`.`tidy`
SHOW WARNINGS
SELECT o.id, o.customer, o.total, o.note FROM shop.orders o LIMIT 0, 200
SELECT count(*) FROM shop.orders
EXPLAIN SELECT id FROM shop.orders
EXPLAIN FORMAT=JSON SELECT id FROM shop.orders WHERE id = 1
UPDATE shop.orders SET note='x' WHERE id=1
DELETE FROM shop.items WHERE id=1
INSERT INTO shop.things (id, note) VALUES(900, 'x')
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ
SET SQL_SELECT_LIMIT=200
SET SQL_SELECT_LIMIT=DEFAULT
-- MySQL Workbench
SET NAMES 'utf8mb4'
SET CHARACTER SET utf8mb4
SET SQL_SAFE_UPDATES=1
SELECT current_user()
SHOW SESSION VARIABLES LIKE 'sql_mode'
SHOW SESSION STATUS LIKE 'Ssl_cipher'
SHOW VARIABLES LIKE 'version_comment'
SHOW GLOBAL STATUS
SHOW GLOBAL VARIABLES
SELECT CONNECTION_ID()
SHOW SESSION VARIABLES LIKE 'lower_case_table_names'
SHOW FULL TABLES FROM `shop` WHERE Table_type != 'VIEW'
SHOW COLUMNS FROM `shop`.`orders`
SHOW INDEXES FROM `shop`.`orders`
SHOW FUNCTION STATUS WHERE Db='shop'
SHOW PROCEDURE STATUS WHERE Db='shop'
SHOW TRIGGERS FROM `shop` WHERE `Table` = 'audited'
SELECT table_name, engine, table_rows, data_length FROM information_schema.tables WHERE table_schema = 'shop'
SELECT * FROM shop.orders LIMIT 0, 1000
EXPLAIN SELECT * FROM shop.orders
SELECT st.* FROM performance_schema.events_statements_current st
-- HeidiSQL
/*!40101 SET NAMES utf8mb4 */
SELECT CONNECTION_ID()
SHOW /*!50002 GLOBAL */ STATUS
SHOW VARIABLES
SELECT `DEFAULT_COLLATION_NAME` FROM `information_schema`.`SCHEMATA` WHERE `SCHEMA_NAME`='shop'
SELECT *, EVENT_SCHEMA AS `Db`, EVENT_NAME AS `Name` FROM information_schema.`EVENTS` WHERE `EVENT_SCHEMA`='shop'
SELECT * FROM `information_schema`.`COLUMNS` WHERE TABLE_SCHEMA='shop' AND TABLE_NAME='orders' ORDER BY ORDINAL_POSITION
SHOW CREATE TABLE `shop`.`orders`
SELECT tc.CONSTRAINT_NAME, cc.CHECK_CLAUSE FROM `information_schema`.`CHECK_CONSTRAINTS` AS cc, `information_schema`.`TABLE_CONSTRAINTS` AS tc WHERE tc.CONSTRAINT_SCHEMA='shop' AND tc.TABLE_NAME='orders' AND tc.CONSTRAINT_TYPE='CHECK' AND tc.CONSTRAINT_SCHEMA=cc.CONSTRAINT_SCHEMA AND tc.CONSTRAINT_NAME=cc.CONSTRAINT_NAME
SELECT `id`, `customer`, LEFT(`note`, 256) FROM `shop`.`orders` LIMIT 1000
UPDATE `shop`.`orders` SET `note`='y' WHERE `id`=1
-- phpMyAdmin
SELECT @@version, @@version_comment
SET NAMES 'utf8mb4' COLLATE 'utf8mb4_general_ci'
SET lc_messages = 'en_US'
SELECT CURRENT_USER()
SHOW SESSION VARIABLES LIKE 'FOREIGN_KEY_CHECKS'
SELECT `SCHEMA_NAME` FROM `INFORMATION_SCHEMA`.`SCHEMATA`
SELECT *, `TABLE_SCHEMA` AS `Db`, `TABLE_NAME` AS `Name`, `TABLE_TYPE` AS `TABLE_TYPE`, `ENGINE` AS `Engine` FROM `information_schema`.`TABLES` t WHERE `TABLE_SCHEMA` IN ('shop') AND t.`TABLE_NAME` = 'orders' ORDER BY Name ASC
SELECT COUNT(*) FROM `shop`.`orders`
SELECT * FROM `orders` LIMIT 0, 25
SELECT `orders`.* FROM `orders` ORDER BY `orders`.`id` DESC LIMIT 0, 25
-- Rails
SET NAMES utf8mb4, @@SESSION.sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), @@SESSION.sql_auto_is_null = 0, @@SESSION.wait_timeout = 2147483
SELECT VERSION()
SHOW FULL FIELDS FROM `orders`
SELECT column_name FROM information_schema.statistics WHERE index_name = 'PRIMARY' AND table_schema = database() AND table_name = 'orders' ORDER BY seq_in_index
SELECT table_name FROM (SELECT * FROM information_schema.tables WHERE table_schema = database()) _subquery WHERE _subquery.table_type = 'BASE TABLE'
SELECT fk.referenced_table_name AS 'to_table', fk.referenced_column_name AS 'primary_key', fk.column_name AS 'column', fk.constraint_name AS 'name', rc.update_rule AS 'on_update', rc.delete_rule AS 'on_delete' FROM information_schema.referential_constraints rc JOIN information_schema.key_column_usage fk USING (constraint_schema, constraint_name) WHERE fk.referenced_column_name IS NOT NULL AND fk.table_schema = database() AND fk.table_name = 'items' AND rc.constraint_schema = database() AND rc.table_name = 'items'
SHOW KEYS FROM `orders`
SELECT GET_LOCK('8373748943', 0)
SELECT `orders`.* FROM `orders` WHERE `orders`.`id` = 1 LIMIT 1
SELECT 1 AS one FROM `orders` WHERE `orders`.`note` = BINARY 'x' LIMIT 1
SELECT COUNT(*) AS count_all, `orders`.`customer` AS orders_customer FROM `orders` GROUP BY `orders`.`customer`
SELECT DISTINCT `orders`.`id` FROM `orders` INNER JOIN `customers` ON `customers`.`id` = `orders`.`customer` WHERE `customers`.`name` = 'ann'
INSERT INTO `orders` (`customer`, `note`) VALUES (1, 'x')
UPDATE `orders` SET `orders`.`note` = 'y' WHERE `orders`.`id` = 1
DELETE FROM `items` WHERE `items`.`id` = 1
INSERT INTO `things` (`id`,`note`) VALUES (1, 'x') ON DUPLICATE KEY UPDATE `note`=VALUES(`note`)
INSERT INTO `things` (`id`,`note`) VALUES (1, 'x') ON DUPLICATE KEY UPDATE `id`=`id`
SELECT sum(`orders`.`total`) FROM `orders`
SELECT `orders`.* FROM `orders` WHERE `orders`.`id` = 1 LIMIT 1 FOR UPDATE
-- Sequelize, TypeORM, Prisma
SELECT 1+1 AS result
SHOW INDEX FROM `orders` FROM `shop`
SELECT CONSTRAINT_NAME as constraint_name,CONSTRAINT_NAME as constraintName,CONSTRAINT_SCHEMA as constraintSchema,TABLE_NAME as tableName FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE where TABLE_NAME = 'items' AND CONSTRAINT_SCHEMA='shop' AND REFERENCED_TABLE_NAME IS NOT NULL
SELECT `id`, `customer`, `note` FROM `orders` AS `Order` WHERE (`Order`.`id` = 1 AND `Order`.`total` > 0)
SELECT `Order`.`id`, `c`.`name` AS `c.name` FROM `orders` AS `Order` LEFT OUTER JOIN `customers` AS `c` ON `Order`.`customer` = `c`.`id` LIMIT 1
INSERT INTO `orders` (`id`,`note`) VALUES (DEFAULT,'x')
SELECT VERSION() AS `version`
SELECT * FROM `INFORMATION_SCHEMA`.`COLUMNS` WHERE `TABLE_SCHEMA` = 'shop' AND `TABLE_NAME` = 'orders'
SELECT DATABASE() AS `db_name`
INSERT INTO `orders`(`id`, `note`) VALUES (DEFAULT, 'x')
SELECT `o`.`id` AS `o_id`, `o`.`note` AS `o_note` FROM `orders` `o` WHERE `o`.`id` IN (1, 2)
SELECT @@max_allowed_packet
SET TRANSACTION ISOLATION LEVEL READ COMMITTED
SELECT `shop`.`orders`.`id`, `shop`.`orders`.`note` FROM `shop`.`orders` WHERE (`shop`.`orders`.`id` = 1 AND 1=1) LIMIT 1 OFFSET 0
SELECT COUNT(*) FROM (SELECT `shop`.`orders`.`id` FROM `shop`.`orders` WHERE 1=1 LIMIT 100 OFFSET 0) AS `sub`
INSERT INTO `shop`.`orders` (`note`,`total`) VALUES ('x',1)
UPDATE `shop`.`orders` SET `note` = 'z' WHERE (`shop`.`orders`.`id` IN (1) AND (`shop`.`orders`.`id` = 1 AND 1=1))
SELECT `table_name` FROM `information_schema`.`tables` WHERE `table_schema` = DATABASE() AND `table_type` = 'BASE TABLE'
-- Laravel, Doctrine
set names 'utf8mb4' collate 'utf8mb4_unicode_ci'
set session sql_mode='ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'
select * from information_schema.tables where table_schema = 'shop' and table_name = 'migrations' and table_type = 'BASE TABLE'
select column_name as `column_name` from information_schema.columns where table_schema = 'shop' and table_name = 'orders'
select exists(select * from `orders` where `id` = 1) as `exists`
select count(*) as aggregate from `orders`
select `orders`.*, (select count(*) from `items` where `orders`.`id` = `items`.`order_id`) as `items_count` from `orders` limit 15 offset 0
select * from `orders` where `customer` in (1, 2) and json_contains(`note`, '1')
insert ignore into `things` (`id`, `note`) values (1, 'x')
insert into `things` (`id`, `note`) values (1, 'x') on duplicate key update `note` = values(`note`)
update `orders` inner join `customers` on `customers`.`id` = `orders`.`customer` set `orders`.`note` = 'x' where `customers`.`name` = 'ann'
delete `items` from `items` inner join `orders` on `orders`.`id` = `items`.`order_id` where `orders`.`note` = 'n'
select * from `orders` where `id` = 1 limit 1 lock in share mode
SELECT COLUMN_NAME AS Field, COLUMN_TYPE AS Type, IS_NULLABLE AS `Null`, COLUMN_KEY AS `Key`, COLUMN_DEFAULT AS `Default`, EXTRA AS Extra, COLUMN_COMMENT AS Comment FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 'orders' ORDER BY ORDINAL_POSITION ASC
-- Hibernate
select order0_.id as id1_0_0_, order0_.note as note2_0_0_, order0_.total as total3_0_0_ from orders order0_ where order0_.id=1
select o1_0.id,c1_0.id,c1_0.name,o1_0.note from orders o1_0 left join customers c1_0 on c1_0.id=o1_0.customer where o1_0.total>0 order by o1_0.id limit 0,10
select next_val as id_val from hibernate_sequence for update
select nextval(numbers)
select next value for numbers
insert into orders (customer,note,total) values (1,'x',1)
update orders set customer=1,note='x',total=2 where id=1
select avg(o1_0.total),count(distinct o1_0.customer) from orders o1_0 group by o1_0.customer having count(*)>1
select rank() over(partition by o1_0.customer order by o1_0.total desc) from orders o1_0
with recursive tree (id,depth) as (select o.id, 1 from orders o where o.customer is null union all select o.id, t.depth+1 from orders o join tree t on o.customer=t.id where t.depth < 3) select id,depth from tree
