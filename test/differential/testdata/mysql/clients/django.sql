-- sent by Django 3.2, taken from the server's log
SET NAMES utf8mb3
SELECT VERSION(), @@sql_mode, @@default_storage_engine, @@sql_auto_is_null, @@lower_case_table_names, CONVERT_TZ('2001-01-01 01:00:00', 'UTC', 'UTC') IS NOT NULL
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED
SHOW FULL TABLES
SELECT column_name, referenced_table_name, referenced_column_name FROM information_schema.key_column_usage WHERE table_name = 'orders' AND table_schema = DATABASE() AND referenced_table_name IS NOT NULL AND referenced_column_name IS NOT NULL
SELECT kc.`constraint_name`, kc.`column_name`, kc.`referenced_table_name`, kc.`referenced_column_name` FROM information_schema.key_column_usage AS kc WHERE kc.table_schema = DATABASE() AND kc.table_name = 'orders' ORDER BY kc.`ordinal_position`
SELECT c.constraint_name, c.constraint_type FROM information_schema.table_constraints AS c WHERE c.table_schema = DATABASE() AND c.table_name = 'orders'
SELECT c.constraint_name AS column_name FROM information_schema.check_constraints AS c WHERE c.table_name = 'orders' AND LOWER(c.check_clause) = 'json_valid(`' + LOWER(c.constraint_name) + '`)' AND c.constraint_schema = DATABASE()
SELECT table_collation FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'orders'
SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, extra, column_default, CASE WHEN collation_name = 'utf8mb4_general_ci' THEN NULL ELSE collation_name END AS collation_name, CASE WHEN column_type LIKE '% unsigned' THEN 1 ELSE 0 END AS is_unsigned FROM information_schema.columns WHERE table_name = 'orders' AND table_schema = DATABASE()
SELECT * FROM `orders` LIMIT 1
SELECT c.constraint_name, c.check_clause FROM information_schema.check_constraints AS c WHERE c.constraint_schema = DATABASE() AND c.table_name = 'orders'
SHOW INDEX FROM `orders`
SELECT c.constraint_name AS column_name FROM information_schema.check_constraints AS c WHERE c.table_name = 'customers' AND LOWER(c.check_clause) = 'json_valid(`' + LOWER(c.constraint_name) + '`)' AND c.constraint_schema = DATABASE()
SELECT table_collation FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'customers'
SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, extra, column_default, CASE WHEN collation_name = 'utf8mb4_general_ci' THEN NULL ELSE collation_name END AS collation_name, CASE WHEN column_type LIKE '% unsigned' THEN 1 ELSE 0 END AS is_unsigned FROM information_schema.columns WHERE table_name = 'customers' AND table_schema = DATABASE()
SELECT * FROM `customers` LIMIT 1
SELECT column_name, referenced_table_name, referenced_column_name FROM information_schema.key_column_usage WHERE table_name = 'customers' AND table_schema = DATABASE() AND referenced_table_name IS NOT NULL AND referenced_column_name IS NOT NULL
SELECT kc.`constraint_name`, kc.`column_name`, kc.`referenced_table_name`, kc.`referenced_column_name` FROM information_schema.key_column_usage AS kc WHERE kc.table_schema = DATABASE() AND kc.table_name = 'customers' ORDER BY kc.`ordinal_position`
SELECT c.constraint_name, c.constraint_type FROM information_schema.table_constraints AS c WHERE c.table_schema = DATABASE() AND c.table_name = 'customers'
SELECT c.constraint_name, c.check_clause FROM information_schema.check_constraints AS c WHERE c.constraint_schema = DATABASE() AND c.table_name = 'customers'
SHOW INDEX FROM `customers`
SELECT engine FROM information_schema.tables WHERE table_name = 'customers'
SELECT engine FROM information_schema.tables WHERE table_name = 'orders'
SELECT c.constraint_name AS column_name FROM information_schema.check_constraints AS c WHERE c.table_name = 'parts' AND LOWER(c.check_clause) = 'json_valid(`' + LOWER(c.constraint_name) + '`)' AND c.constraint_schema = DATABASE()
SELECT table_collation FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'parts'
SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, extra, column_default, CASE WHEN collation_name = 'utf8mb4_general_ci' THEN NULL ELSE collation_name END AS collation_name, CASE WHEN column_type LIKE '% unsigned' THEN 1 ELSE 0 END AS is_unsigned FROM information_schema.columns WHERE table_name = 'parts' AND table_schema = DATABASE()
SELECT * FROM `parts` LIMIT 1
SELECT column_name, referenced_table_name, referenced_column_name FROM information_schema.key_column_usage WHERE table_name = 'parts' AND table_schema = DATABASE() AND referenced_table_name IS NOT NULL AND referenced_column_name IS NOT NULL
SELECT kc.`constraint_name`, kc.`column_name`, kc.`referenced_table_name`, kc.`referenced_column_name` FROM information_schema.key_column_usage AS kc WHERE kc.table_schema = DATABASE() AND kc.table_name = 'parts' ORDER BY kc.`ordinal_position`
SELECT c.constraint_name, c.constraint_type FROM information_schema.table_constraints AS c WHERE c.table_schema = DATABASE() AND c.table_name = 'parts'
SELECT c.constraint_name, c.check_clause FROM information_schema.check_constraints AS c WHERE c.constraint_schema = DATABASE() AND c.table_name = 'parts'
SHOW INDEX FROM `parts`
SELECT engine FROM information_schema.tables WHERE table_name = 'parts'
SELECT c.constraint_name AS column_name FROM information_schema.check_constraints AS c WHERE c.table_name = 'report' AND LOWER(c.check_clause) = 'json_valid(`' + LOWER(c.constraint_name) + '`)' AND c.constraint_schema = DATABASE()
SELECT table_collation FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'report'
SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, extra, column_default, CASE WHEN collation_name = NULL THEN NULL ELSE collation_name END AS collation_name, CASE WHEN column_type LIKE '% unsigned' THEN 1 ELSE 0 END AS is_unsigned FROM information_schema.columns WHERE table_name = 'report' AND table_schema = DATABASE()
SELECT * FROM `report` LIMIT 1
SELECT column_name, referenced_table_name, referenced_column_name FROM information_schema.key_column_usage WHERE table_name = 'report' AND table_schema = DATABASE() AND referenced_table_name IS NOT NULL AND referenced_column_name IS NOT NULL
SELECT kc.`constraint_name`, kc.`column_name`, kc.`referenced_table_name`, kc.`referenced_column_name` FROM information_schema.key_column_usage AS kc WHERE kc.table_schema = DATABASE() AND kc.table_name = 'report' ORDER BY kc.`ordinal_position`
SELECT c.constraint_name, c.constraint_type FROM information_schema.table_constraints AS c WHERE c.table_schema = DATABASE() AND c.table_name = 'report'
SELECT c.constraint_name, c.check_clause FROM information_schema.check_constraints AS c WHERE c.constraint_schema = DATABASE() AND c.table_name = 'report'
SHOW INDEX FROM `report`
SELECT engine FROM information_schema.tables WHERE table_name = 'report'
SELECT c.constraint_name AS column_name FROM information_schema.check_constraints AS c WHERE c.table_name = 'things' AND LOWER(c.check_clause) = 'json_valid(`' + LOWER(c.constraint_name) + '`)' AND c.constraint_schema = DATABASE()
SELECT table_collation FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'things'
SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, extra, column_default, CASE WHEN collation_name = 'utf8mb4_general_ci' THEN NULL ELSE collation_name END AS collation_name, CASE WHEN column_type LIKE '% unsigned' THEN 1 ELSE 0 END AS is_unsigned FROM information_schema.columns WHERE table_name = 'things' AND table_schema = DATABASE()
SELECT * FROM `things` LIMIT 1
SELECT column_name, referenced_table_name, referenced_column_name FROM information_schema.key_column_usage WHERE table_name = 'things' AND table_schema = DATABASE() AND referenced_table_name IS NOT NULL AND referenced_column_name IS NOT NULL
SELECT kc.`constraint_name`, kc.`column_name`, kc.`referenced_table_name`, kc.`referenced_column_name` FROM information_schema.key_column_usage AS kc WHERE kc.table_schema = DATABASE() AND kc.table_name = 'things' ORDER BY kc.`ordinal_position`
SELECT c.constraint_name, c.constraint_type FROM information_schema.table_constraints AS c WHERE c.table_schema = DATABASE() AND c.table_name = 'things'
SELECT c.constraint_name, c.check_clause FROM information_schema.check_constraints AS c WHERE c.constraint_schema = DATABASE() AND c.table_name = 'things'
SHOW INDEX FROM `things`
SELECT engine FROM information_schema.tables WHERE table_name = 'things'
SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret` FROM `orders`
SELECT COUNT(*) AS `__count` FROM `orders`
SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret` FROM `orders` WHERE `orders`.`id` = 1 LIMIT 21
SELECT (1) AS `a` FROM `orders` WHERE `orders`.`note` LIKE '%N%' LIMIT 1
SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret`, `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`secret` FROM `orders` INNER JOIN `customers` ON (`orders`.`customer` = `customers`.`id`) WHERE `customers`.`name` = 'ann' ORDER BY `orders`.`id` DESC LIMIT 3
SELECT `customers`.`name`, COUNT(`orders`.`id`) AS `n`, SUM(`orders`.`total`) AS `s` FROM `orders` LEFT OUTER JOIN `customers` ON (`orders`.`customer` = `customers`.`id`) GROUP BY `customers`.`name` HAVING COUNT(`orders`.`id`) > 0 ORDER BY NULL
SELECT `customers`.`id`, `customers`.`name`, `customers`.`email`, `customers`.`secret` FROM `customers`
SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret` FROM `orders` WHERE `orders`.`customer` IN (1, 2)
SELECT AVG(`orders`.`total`) AS `total__avg`, MAX(`orders`.`total`) AS `total__max`, STDDEV_POP(`orders`.`total`) AS `total__stddev` FROM `orders`
SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret` FROM `orders` WHERE `orders`.`id` IN (1, 2)
SELECT COUNT(*) AS `__count` FROM `orders` WHERE `orders`.`note` REGEXP BINARY '^n$'
EXPLAIN SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret` FROM `orders` WHERE `orders`.`id` = 1
SELECT DISTINCT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret` FROM `orders` WHERE (`orders`.`note` = 'n' OR NOT (`orders`.`total` > 3 AND `orders`.`total` IS NOT NULL))
SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret` FROM `orders` WHERE `orders`.`customer` IN (SELECT U0.`id` FROM `customers` U0 WHERE U0.`email` LIKE BINARY '%x')
SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret`, ROW_NUMBER() OVER (PARTITION BY `orders`.`customer` ORDER BY `orders`.`total` DESC) AS `r` FROM `orders`
(SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret` FROM `orders`) UNION (SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret` FROM `orders` WHERE `orders`.`id` = 1)
SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret`, (SELECT U0.`name` FROM `customers` U0 WHERE U0.`id` = `orders`.`customer` LIMIT 1) AS `x` FROM `orders`
SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret`, EXISTS(SELECT (1) AS `a` FROM `customers` U0 WHERE U0.`id` = `orders`.`customer` LIMIT 1) AS `e` FROM `orders` WHERE EXISTS(SELECT (1) AS `a` FROM `customers` U0 WHERE U0.`id` = `orders`.`customer` LIMIT 1)
SELECT `orders`.`id`, `orders`.`note` FROM `orders`
SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note` FROM `orders`
INSERT INTO `orders` (`customer`, `total`, `note`, `secret`) VALUES (NULL, 3, 'd', NULL) RETURNING `orders`.`id`
UPDATE `orders` SET `customer` = NULL, `total` = 3, `note` = 'e', `secret` = NULL WHERE `orders`.`id` = 4
UPDATE `orders` SET `note` = 'e' WHERE `orders`.`id` = 4
UPDATE `orders` SET `total` = (`orders`.`total` + 1) WHERE `orders`.`id` = 4
SAVEPOINT `s139834106810432_x1`
SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret` FROM `orders` WHERE `orders`.`id` = 4 LIMIT 21 FOR UPDATE
RELEASE SAVEPOINT `s139834106810432_x1`
INSERT INTO `orders` (`customer`, `total`, `note`, `secret`) VALUES (NULL, NULL, 'b1', NULL), (NULL, NULL, 'b2', NULL) RETURNING `orders`.`id`
SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret` FROM `orders` WHERE `orders`.`note` LIKE BINARY 'b%'
UPDATE `orders` SET `total` = CASE WHEN (`orders`.`id` = 5) THEN NULL WHEN (`orders`.`id` = 6) THEN NULL ELSE NULL END WHERE `orders`.`id` IN (5, 6)
INSERT IGNORE INTO `orders` (`id`, `customer`, `total`, `note`, `secret`) VALUES (1, NULL, NULL, 'b1', NULL)
SAVEPOINT `s139834106810432_x2`
SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret` FROM `orders` WHERE `orders`.`note` = 'zz' LIMIT 21 FOR UPDATE
SAVEPOINT `s139834106810432_x3`
INSERT INTO `orders` (`customer`, `total`, `note`, `secret`) VALUES (NULL, 1, 'zz', NULL) RETURNING `orders`.`id`
RELEASE SAVEPOINT `s139834106810432_x3`
RELEASE SAVEPOINT `s139834106810432_x2`
SELECT `orders`.`id`, `orders`.`customer`, `orders`.`total`, `orders`.`note`, `orders`.`secret` FROM `orders` WHERE `orders`.`note` = 'zz' LIMIT 21
DELETE FROM `orders` WHERE `orders`.`id` IN (4)
DELETE FROM `orders` WHERE `orders`.`note` LIKE BINARY 'b%'
DELETE FROM `orders` WHERE `orders`.`note` = 'zz'
