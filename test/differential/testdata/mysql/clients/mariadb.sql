-- sent by the mariadb command line and mariadb-dump 10.11, taken from the server's log
SELECT DATABASE()
select DATABASE(), USER() limit 1
select @@version_comment limit 1
select @@character_set_client, @@character_set_connection, @@character_set_server, @@character_set_database limit 1
select * from orders
show tables
show warnings
describe orders
help 'select'
/*M!100100 SET @@MAX_STATEMENT_TIME=0.000000 */
/*M!100100 SET WAIT_TIMEOUT=DEFAULT */
SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ
START TRANSACTION /*!40100 WITH CONSISTENT SNAPSHOT */
UNLOCK TABLES
SHOW VARIABLES LIKE 'lower_case_table_names'
SELECT table_name FROM INFORMATION_SCHEMA.TABLES WHERE table_schema = DATABASE() AND table_name = 'orders'
SELECT table_name FROM INFORMATION_SCHEMA.TABLES WHERE table_schema = DATABASE() AND table_name = 'report'
SAVEPOINT sp
SELECT engine, table_type FROM INFORMATION_SCHEMA.TABLES WHERE table_schema = DATABASE() AND table_name = 'orders'
SELECT engine, table_type FROM INFORMATION_SCHEMA.TABLES WHERE table_schema = DATABASE() AND table_name = 'report'
SET SQL_QUOTE_SHOW_CREATE=1
SET SESSION character_set_results = 'binary'
show create table `orders`
SET SESSION character_set_results = 'utf8mb4'
select column_name, extra, generation_expression, data_type from information_schema.columns where table_schema=database() and table_name='orders' order by ordinal_position
SELECT /*!40001 SQL_NO_CACHE */ `id`, `customer`, `total`, `note`, `secret` FROM `orders`
select @@collation_database
SELECT TRIGGER_NAME FROM INFORMATION_SCHEMA.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = 'orders'
show create table `report`
SHOW FIELDS FROM `report`
SELECT TRIGGER_NAME FROM INFORMATION_SCHEMA.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = 'report'
RELEASE SAVEPOINT sp
SHOW CREATE TABLE `orders`
SHOW CREATE TABLE `report`
SELECT CHECK_OPTION, DEFINER, SECURITY_TYPE, CHARACTER_SET_CLIENT, COLLATION_CONNECTION FROM information_schema.views WHERE table_name='report' AND table_schema='shop'
SELECT table_name FROM INFORMATION_SCHEMA.TABLES WHERE table_schema = DATABASE() AND table_name = 'audited'
SHOW FUNCTION STATUS WHERE Db = 'shop'
SHOW CREATE FUNCTION `any_value`
SHOW CREATE FUNCTION `def_calls_own`
SHOW CREATE FUNCTION `label`
SHOW CREATE FUNCTION `Odd Fn`
SHOW PROCEDURE STATUS WHERE Db = 'shop'
SHOW CREATE PROCEDURE `def_read`
SHOW CREATE PROCEDURE `outs`
SHOW CREATE PROCEDURE `own_dynamic`
SHOW CREATE PROCEDURE `own_read`
SHOW PACKAGE STATUS WHERE Db = 'shop'
SHOW PACKAGE BODY STATUS WHERE Db = 'shop'
SELECT engine, table_type FROM INFORMATION_SCHEMA.TABLES WHERE table_schema = DATABASE() AND table_name = 'audited'
show create table `audited`
select column_name, extra, generation_expression, data_type from information_schema.columns where table_schema=database() and table_name='audited' order by ordinal_position
SELECT /*!40001 SQL_NO_CACHE */ `id`, `note`, `secret` FROM `audited`
SELECT TRIGGER_NAME FROM INFORMATION_SCHEMA.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = 'audited'
SHOW CREATE TRIGGER `audited_in`
SHOW CREATE TRIGGER `audited_up`
SHOW CREATE TRIGGER `audited_del`
set optimizer_switch='semijoin=off'
SELECT LOGFILE_GROUP_NAME, FILE_NAME, TOTAL_EXTENTS, INITIAL_SIZE, ENGINE, EXTRA FROM INFORMATION_SCHEMA.FILES WHERE FILE_TYPE = 'UNDO LOG' AND FILE_NAME IS NOT NULL AND LOGFILE_GROUP_NAME IS NOT NULL AND LOGFILE_GROUP_NAME IN (SELECT DISTINCT LOGFILE_GROUP_NAME FROM INFORMATION_SCHEMA.FILES WHERE FILE_TYPE = 'DATAFILE' AND TABLESPACE_NAME IN (SELECT DISTINCT TABLESPACE_NAME FROM INFORMATION_SCHEMA.PARTITIONS WHERE TABLE_SCHEMA IN ('shop'))) GROUP BY LOGFILE_GROUP_NAME, FILE_NAME, ENGINE, TOTAL_EXTENTS, INITIAL_SIZE ORDER BY LOGFILE_GROUP_NAME
SELECT DISTINCT TABLESPACE_NAME, FILE_NAME, LOGFILE_GROUP_NAME, EXTENT_SIZE, INITIAL_SIZE, ENGINE FROM INFORMATION_SCHEMA.FILES WHERE FILE_TYPE = 'DATAFILE' AND TABLESPACE_NAME IN (SELECT DISTINCT TABLESPACE_NAME FROM INFORMATION_SCHEMA.PARTITIONS WHERE TABLE_SCHEMA IN ('shop')) ORDER BY TABLESPACE_NAME, LOGFILE_GROUP_NAME
set optimizer_switch=default
SHOW FULL TABLES
SHOW CREATE SEQUENCE `numbers`
SELECT next_not_cached_value FROM `numbers`
SHOW CREATE SEQUENCE `other_numbers`
SELECT next_not_cached_value FROM `other_numbers`
SELECT engine, table_type FROM INFORMATION_SCHEMA.TABLES WHERE table_schema = DATABASE() AND table_name = 'Orders'
show create table `Orders`
select column_name, extra, generation_expression, data_type from information_schema.columns where table_schema=database() and table_name='Orders' order by ordinal_position
SELECT TRIGGER_NAME FROM INFORMATION_SCHEMA.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = 'Orders'
SHOW FIELDS FROM `calls`
SHOW FIELDS FROM `checked`
select column_name, extra, generation_expression, data_type from information_schema.columns where table_schema=database() and table_name='customers' order by ordinal_position
SHOW FIELDS FROM `def_on_own`
SHOW FIELDS FROM `def_on_own_vault`
SHOW FIELDS FROM `hidden`
SELECT CHECK_OPTION, DEFINER, SECURITY_TYPE, CHARACTER_SET_CLIENT, COLLATION_CONNECTION FROM information_schema.views WHERE table_name='calls' AND table_schema='shop'
SELECT CHECK_OPTION, DEFINER, SECURITY_TYPE, CHARACTER_SET_CLIENT, COLLATION_CONNECTION FROM information_schema.views WHERE table_name='checked' AND table_schema='shop'
SELECT CHECK_OPTION, DEFINER, SECURITY_TYPE, CHARACTER_SET_CLIENT, COLLATION_CONNECTION FROM information_schema.views WHERE table_name='def_on_own' AND table_schema='shop'
show table status from `shop`
show /*!32332 FULL */ columns from `orders`
show keys from `orders`
