SELECT twice(1)
SELECT shop.twice(1)
SELECT Twice(id) FROM things
SELECT TWICE (id) FROM things
SELECT `twice`(id) FROM things
SELECT shop . twice ( 1 )
SELECT hr.twice(1)
SELECT hr.bonus(1)
SELECT label(id) FROM orders
SELECT word()
SELECT own_secret(1)
SELECT own_secret(id) FROM things
SELECT own_plain(1)
SELECT own_calls(1)
SELECT def_calls_own(1)
SELECT variance(total) FROM orders
SELECT `variance`(id) FROM orders
SELECT variance (id) FROM orders
SELECT shop.variance(id) FROM orders
SELECT any_value(id) FROM orders
SELECT shop.any_value(1)
SELECT `Odd Fn`(1)
SELECT `odd fn`(1)
SELECT total_of(id) FROM orders
SELECT no_such_function(1)
SELECT hr.no_such(1)
SELECT vault.no_such(1)
SELECT id FROM things WHERE twice(id) = 2
SELECT id FROM things ORDER BY twice(id)
INSERT INTO things (id, note) VALUES (80, label(1))
UPDATE things SET note = label(id)
DELETE FROM things WHERE twice(id) = 100
CALL tidy(1)
CALL shop.tidy(2)
CALL Tidy(1)
CALL own_read()
CALL own_read
CALL own_write()
CALL def_read()
CALL outs(1, @x)
CALL outs((SELECT max(id) FROM things), @x)
CALL tidy((SELECT max(secret) FROM things))
CALL hr.raise_all()
CALL own_dynamic('SELECT secret FROM orders')
CALL no_such()
CALL hr.no_such()
SET @a = twice(2)
SET @a = (SELECT max(secret) FROM orders)
DO twice(1)
-- sequences
SELECT NEXTVAL(numbers)
SELECT NEXT VALUE FOR numbers
SELECT PREVIOUS VALUE FOR numbers
SELECT LASTVAL(numbers)
SELECT SETVAL(numbers, 100)
SELECT SETVAL(numbers, 100, 0)
SELECT NEXTVAL(shop.other_numbers)
SELECT NEXT VALUE FOR hr.tickets
SELECT * FROM numbers
SELECT next_not_cached_value FROM numbers
SELECT NEXTVAL(orders)
SELECT LASTVAL(orders)
SELECT SETVAL(orders, 1)
SELECT NEXTVAL(no_such)
SELECT id, NEXTVAL(numbers) FROM things
INSERT INTO things (id) VALUES (NEXTVAL(numbers) + 500)
INSERT INTO things (id) SELECT NEXT VALUE FOR numbers + 600
UPDATE things SET code = NEXTVAL(other_numbers) + 100
DELETE FROM things WHERE id = NEXTVAL(numbers)
INSERT INTO numbers VALUES (1, 1, 9223372036854775806, 1, 1, 1000, 0, 0)
UPDATE numbers SET next_not_cached_value = 5
DELETE FROM numbers
SHOW CREATE SEQUENCE numbers
-- the server's own functions
SELECT SLEEP(0)
SELECT BENCHMARK(1, 1)
SELECT GET_LOCK('a', 0), IS_FREE_LOCK('a'), IS_USED_LOCK('a'), RELEASE_LOCK('a'), RELEASE_ALL_LOCKS()
SELECT LOAD_FILE('/etc/passwd')
SELECT VERSION(), DATABASE(), SCHEMA(), USER(), CURRENT_USER(), CURRENT_ROLE(), SESSION_USER(), SYSTEM_USER(), CONNECTION_ID()
SELECT CURRENT_USER, CURRENT_DATE, CURRENT_TIME, CURRENT_TIMESTAMP, LOCALTIME, UTC_DATE, UTC_TIMESTAMP
SELECT LAST_INSERT_ID(), ROW_COUNT(), FOUND_ROWS()
SELECT UUID(), UUID_SHORT(), RAND(), SYS_GUID()
SELECT MD5(note), SHA1(note), SHA2(note, 256), CRC32(note), HEX(note), UNHEX('41'), TO_BASE64(note), AES_ENCRYPT(note, 'k') FROM things
SELECT PASSWORD('x'), OLD_PASSWORD('x'), ENCRYPT('x'), ENCODE('a', 'b'), DES_ENCRYPT('a')
SELECT FORMAT(total, 2), ELT(1, note, secret), FIELD(note, 'a'), FIND_IN_SET('a', note), MAKE_SET(1, note), EXPORT_SET(1, 'a', 'b'), INET_ATON('1.1.1.1') FROM orders
SELECT GREATEST(id, total), LEAST(id, customer), ABS(id), CEIL(total), FLOOR(total), ROUND(total, 1), MOD(id, 2), id DIV 2, id % 2, POW(id, 2), SQRT(id), SIGN(id) FROM orders
SELECT CONCAT(note, secret), CONCAT_WS(',', note, 'a'), LOWER(note), UPPER(note), LEFT(note, 1), RIGHT(note, 1), LPAD(note, 3, 'x'), REPEAT(note, 2), REPLACE(note, 'a', 'b'), REVERSE(note), CHAR_LENGTH(note), SPACE(1), STRCMP(note, 'a') FROM orders
SELECT NOW(), SYSDATE(), CURDATE(), CURTIME(), DATE(made), YEAR(made), MONTH(made), DAYOFWEEK(made), DATE_FORMAT(made, '%Y'), STR_TO_DATE('2020', '%Y'), UNIX_TIMESTAMP(made), FROM_UNIXTIME(0), LAST_DAY(made), ADDDATE(made, 1), DATEDIFF(made, NOW()), TIMESTAMP(made), MAKEDATE(2020, 1), ADD_MONTHS(made, 1) FROM stamped
SELECT JSON_VALID(data), JSON_KEYS(data), JSON_LENGTH(data), JSON_SET(data, '$.b', 1), JSON_MERGE_PATCH(data, '{}'), JSON_CONTAINS(data, '1'), JSON_TYPE(data), JSON_QUERY(data, '$.a'), JSON_EXISTS(data, '$.a'), JSON_DETAILED(data), JSON_NORMALIZE(data), JSON_LOOSE(data), JSON_COMPACT(data) FROM stamped
SELECT NVL(note, 'x'), NVL2(note, 1, 2), DECODE_ORACLE(id, 1, 'a', 'b'), TO_CHAR(NOW(), 'YYYY'), CHR(65), NATURAL_SORT_KEY(note), LENGTHB(note), SUBSTR(note, 1, 1), INSTR(note, 'a'), REGEXP_REPLACE(note, 'a', 'b'), REGEXP_INSTR(note, 'a'), REGEXP_SUBSTR(note, 'a'), SFORMAT('{}', note) FROM orders
SELECT ST_AsText(POINT(1, 2)), ST_GeomFromText('POINT(1 1)'), ST_X(POINT(1, 2)), ST_Distance(POINT(0, 0), POINT(1, 1))
SELECT COLUMN_CREATE('a', 1), COLUMN_GET(COLUMN_CREATE('a', 1), 'a' AS INT), COLUMN_LIST(COLUMN_CREATE('a', 1))
SELECT EXTRACTVALUE('<a>1</a>', '/a'), UPDATEXML('<a/>', '/a', '<b/>')
SELECT NAME_CONST('a', 1), INTERVAL(1, 2), CHARSET(note), COLLATION(note), COERCIBILITY(note) FROM things
SELECT MASTER_POS_WAIT('a', 1, 0), MASTER_GTID_WAIT('0-1-1', 0), BINLOG_GTID_POS('a', 1)
SELECT UNCOMPRESSED_LENGTH('a'), COMPRESS('a'), UNCOMPRESS(COMPRESS('a')), KDF('a', 'b', 1, 'pbkdf2_hmac'), RANDOM_BYTES(4)
