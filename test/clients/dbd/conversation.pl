# The conversation of test/mysql with DBD::mysql or DBD::MariaDB, which prepare
# on the client's side by default and on the server's when told to.
use strict;
use warnings;
use DBI;

my $driver = $ARGV[0];
my $p = lc $driver eq 'mysql' ? 'mysql' : 'mariadb';
my $dsn = "DBI:$driver:database=$ENV{DB_NAME};host=$ENV{DB_HOST};port=$ENV{DB_PORT};"
    . "${p}_ssl=1;${p}_ssl_ca_file=$ENV{DB_CA};${p}_ssl_verify_server_cert=1";
# Debian's DBD::mysql, which is built with MariaDB's library, cannot insist on TLS.
$dsn .= ';mysql_ssl_optional=1' if $p eq 'mysql';
sub session { return DBI->connect($dsn, $ENV{DB_USER}, $ENV{DB_PASSWORD}, { RaiseError => 1, PrintError => 0, AutoCommit => 1 }) }
my $db = session();

sub state { my ($sql, @args) = @_; return eval { $db->do($sql, undef, @args); 1 } ? 'no error' : $db->err }
sub count { my ($what) = @_; print "$what ", $db->selectrow_array('SELECT count(*) FROM orders'), "\n" }

print 'one: ', join(' ', $db->selectrow_array('SELECT id, item, price, paid FROM orders WHERE id = ?', undef, 7)), "\n";
my $st = $db->prepare('SELECT note FROM orders WHERE item = ? AND id = ?', { "${p}_server_prepare" => 1 });
for my $i (1, 2) {
    $st->execute("item $i", $i);
    my ($note) = $st->fetchrow_array;
    print 'prepared: ', defined $note ? "true $note" : 'false', "\n";
    $st->finish;
}
my $rows = $db->selectcol_arrayref('SELECT id FROM orders ORDER BY id');
my $sum = 0;
$sum += $_ for @$rows;
print 'rows: ', scalar @$rows, " $sum\n";
my $wide = $db->prepare('SELECT id, pad FROM wide');
$wide->execute;
my ($n, $size) = (0, 0);
while (my @row = $wide->fetchrow_array) { $n++; $size += length $row[1] }
print "large: $n $size\n";

print 'many: ', scalar @{ $db->selectcol_arrayref('SELECT a.id FROM orders a, orders b LIMIT 100000') }, "\n";
print 'value: ', length $db->selectrow_array("SELECT REPEAT('x', 20971520)"), "\n";
print 'error: ', state('INSERT INTO orders (id, item) VALUES (?, ?)', 1, 'again'), "\n";
print 'denied: ', state('SELECT amount FROM salaries'), "\n";
my $err = eval { my $s = $db->prepare('SELECT amount FROM salaries WHERE id = ?', { "${p}_server_prepare" => 1 }); $s->execute(1); 1 }
    ? 'no error' : $DBI::err;
print "denied: $err\n";
count('alive:');
$db->begin_work;
$db->do('INSERT INTO orders (id, item) VALUES (?, ?)', undef, 1001, 'kept by nobody');
print 'denied in transaction: ', state('DELETE FROM salaries'), "\n";
count('intact:');
$db->rollback;
count('rolled back:');
$db->begin_work;
$db->do('INSERT INTO orders (id, item) VALUES (?, ?)', undef, 1002, 'kept');
$db->commit;
count('committed:');
print 'deleted: ', $db->do('DELETE FROM orders WHERE id > ?', undef, 1000), "\n";
# What one session runs another one stops, by the number that the driver knows.
my $number = $db->{"${p}_thread_id"};
my $child = fork // die;
if (!$child) {
    $db->{InactiveDestroy} = 1;
    my $other = session();
    while (1) {
        eval { $other->do("KILL QUERY $number"); 1 } or last;
        select undef, undef, undef, 0.05;
    }
    exec 'true';
}
print 'canceled: ', state('SELECT COUNT(*) FROM orders a, orders b, orders c, orders d WHERE a.id + b.id + c.id + d.id < 0'), "\n";
kill 'TERM', $child;
waitpid $child, 0;
count('alive:');
$db->disconnect;
print "done\n";
