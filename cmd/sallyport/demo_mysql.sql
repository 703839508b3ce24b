-- The help desk of `sallyport demo`. The account that the proxy logs in as may read and change the rows, and nothing else.

CREATE DATABASE helpdesk CHARACTER SET utf8mb4;
USE helpdesk;
CREATE TABLE contacts (
    id    int PRIMARY KEY AUTO_INCREMENT,
    name  varchar(100) NOT NULL,
    phone varchar(40) NOT NULL
);
CREATE TABLE tickets (
    id         int PRIMARY KEY AUTO_INCREMENT,
    contact_id int NOT NULL REFERENCES contacts (id),
    subject    varchar(200) NOT NULL,
    closed     datetime
);
CREATE TABLE api_keys (
    service varchar(100) PRIMARY KEY,
    secret  varchar(100) NOT NULL
);

INSERT INTO contacts (name, phone) VALUES
    ('Harbour Books', '+44 20 7946 0101'), ('Mill Lane School', '+44 20 7946 0102'), ('Nordlicht GmbH', '+49 30 23125 111');
INSERT INTO tickets (contact_id, subject, closed)
    SELECT 1 + seq % 7 % 3, CONCAT('Delivery ', 1000 + seq), IF(seq % 4 = 0, '2026-03-12 09:30:00', NULL) FROM seq_1_to_40;
INSERT INTO api_keys VALUES ('payments', 'not for tokens');

GRANT SELECT, INSERT, UPDATE, DELETE, SHOW VIEW ON helpdesk.* TO helpdesk_svc@'127.0.0.1';
