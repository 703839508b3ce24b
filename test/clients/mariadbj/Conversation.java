// The conversation of test/mysql with MariaDB Connector/J; the argument is what
// its URL ends with.
import java.sql.*;
import java.util.concurrent.FutureTask;

public class Conversation {
    static Connection db;

    static String env(String name) { return System.getenv(name); }

    static ResultSet query(String text, Object... args) throws SQLException {
        PreparedStatement s = db.prepareStatement(text);
        for (int i = 0; i < args.length; i++) s.setObject(i + 1, args[i]);
        ResultSet r = s.executeQuery();
        r.next();
        return r;
    }

    static int update(String text, Object... args) throws SQLException {
        try (PreparedStatement s = db.prepareStatement(text)) {
            for (int i = 0; i < args.length; i++) s.setObject(i + 1, args[i]);
            return s.executeUpdate();
        }
    }

    static String state(String text, Object... args) {
        try {
            update(text, args);
            return "no error";
        } catch (SQLException e) {
            return String.valueOf(e.getErrorCode());
        }
    }

    static void count(String what) throws SQLException {
        System.out.println(what + " " + query("SELECT count(*) FROM orders").getInt(1));
    }

    public static void main(String[] args) throws Exception {
        String url = "jdbc:mariadb://" + env("DB_HOST") + ":" + env("DB_PORT") + "/" + env("DB_NAME")
            + "?useSsl=true&serverSslCert=" + env("DB_CA") + args[0];
        db = DriverManager.getConnection(url, env("DB_USER"), env("DB_PASSWORD"));
        ResultSet r = query("SELECT id, item, price, paid FROM orders WHERE id = ?", 7);
        System.out.println("one: " + r.getInt(1) + " " + r.getString(2) + " " + r.getString(3) + " " + r.getInt(4));
        try (PreparedStatement s = db.prepareStatement("SELECT note FROM orders WHERE item = ? AND id = ?")) {
            for (int i = 1; i <= 2; i++) {
                s.setString(1, "item " + i);
                s.setInt(2, i);
                r = s.executeQuery();
                r.next();
                String note = r.getString(1);
                System.out.println("prepared: " + (note == null ? "false" : "true " + note));
            }
        }
        try (Statement s = db.createStatement()) {
            r = s.executeQuery("SELECT id FROM orders ORDER BY id");
            int n = 0, sum = 0;
            while (r.next()) { n++; sum += r.getInt(1); }
            System.out.println("rows: " + n + " " + sum);
            s.setFetchSize(100);
            r = s.executeQuery("SELECT id, pad FROM wide");
            n = 0;
            long size = 0;
            while (r.next()) { n++; size += r.getString(2).length(); }
            System.out.println("large: " + n + " " + size);
        }
        try (Statement s = db.createStatement()) {
            r = s.executeQuery("SELECT a.id FROM orders a, orders b LIMIT 100000");
            int n = 0;
            while (r.next()) n++;
            System.out.println("many: " + n);
            r = s.executeQuery("SELECT REPEAT('x', 20971520)");
            r.next();
            System.out.println("value: " + r.getString(1).length());
        }
        System.out.println("error: " + state("INSERT INTO orders (id, item) VALUES (?, ?)", 1, "again"));
        System.out.println("denied: " + state("SELECT amount FROM salaries"));
        System.out.println("denied: " + state("SELECT amount FROM salaries WHERE id = ?", 1));
        count("alive:");
        db.setAutoCommit(false);
        update("INSERT INTO orders (id, item) VALUES (?, ?)", 1001, "kept by nobody");
        System.out.println("denied in transaction: " + state("DELETE FROM salaries"));
        count("intact:");
        db.rollback();
        count("rolled back:");
        update("INSERT INTO orders (id, item) VALUES (?, ?)", 1002, "kept");
        db.commit();
        count("committed:");
        db.setAutoCommit(true);
        System.out.println("deleted: " + update("DELETE FROM orders WHERE id > ?", 1000));
        // The driver connects once more and says KILL QUERY.
        try (Statement s = db.createStatement()) {
            FutureTask<Integer> running = new FutureTask<>(() -> {
                try {
                    s.executeQuery("SELECT COUNT(*) FROM orders a, orders b, orders c, orders d WHERE a.id + b.id + c.id + d.id < 0");
                    return 0;
                } catch (SQLException e) {
                    return e.getErrorCode();
                }
            });
            new Thread(running).start();
            while (!running.isDone()) {
                s.cancel();
                Thread.sleep(50);
            }
            System.out.println("canceled: " + running.get());
        }
        count("alive:");
        db.close();
        System.out.println("done");
    }
}
