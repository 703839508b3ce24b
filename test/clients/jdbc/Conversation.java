// The conversation of test/e2e with pgjdbc. What it needs to connect is in libpq's environment variables.
import java.io.StringReader;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

public class Conversation {
    static Connection c;

    public static void main(String[] args) throws Exception {
        Properties p = new Properties();
        p.setProperty("user", System.getenv("PGUSER"));
        p.setProperty("password", System.getenv("PGPASSWORD"));
        p.setProperty("sslmode", System.getenv("PGSSLMODE"));
        p.setProperty("sslrootcert", System.getenv("PGSSLROOTCERT"));
        p.setProperty("prepareThreshold", "2"); // from the second run on a statement is prepared on the server
        String at = System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/" + System.getenv("PGDATABASE");
        c = DriverManager.getConnection("jdbc:postgresql://" + at, p);
        read();
        failures();
        transactions();
        copy();
        c.close();
        System.out.println("done");
    }

    static void read() throws SQLException {
        try (PreparedStatement q = c.prepareStatement("SELECT id, item, price, paid FROM orders WHERE id = ?")) {
            q.setInt(1, 7);
            try (ResultSet r = q.executeQuery()) {
                r.next();
                System.out.println("one: " + r.getInt(1) + " " + r.getString(2) + " " + r.getBigDecimal(3) + " " + r.getBoolean(4));
            }
        }
        try (PreparedStatement q = c.prepareStatement("SELECT note FROM orders WHERE item = ? AND id = ?")) {
            for (int id = 1; id <= 2; id++) {
                q.setString(1, "item " + id);
                q.setInt(2, id);
                try (ResultSet r = q.executeQuery()) {
                    r.next();
                    String note = r.getString(1);
                    System.out.println("prepared: " + (note != null) + " " + (note == null ? "" : note));
                }
            }
        }
        c.setAutoCommit(false);
        int n = 0, sum = 0;
        try (Statement s = c.createStatement()) {
            s.setFetchSize(64); // the rows come through a portal, in pieces
            try (ResultSet r = s.executeQuery("SELECT id FROM orders ORDER BY id")) {
                for (; r.next(); n++) {
                    sum += r.getInt(1);
                }
            }
        }
        System.out.println("rows: " + n + " " + sum);
        c.setAutoCommit(true);
    }

    static void failures() throws SQLException {
        System.out.println("error: " + state("SELECT 1/0"));
        System.out.println("denied: " + state("SELECT amount FROM salaries"));
        try (PreparedStatement q = c.prepareStatement("SELECT amount FROM salaries WHERE id = ?")) {
            String last = "";
            for (int i = 0; i < 6; i++) { // past the threshold it is refused as it was before
                q.setInt(1, 1);
                try {
                    q.executeQuery();
                    last = "no error";
                } catch (SQLException e) {
                    last = last.isEmpty() || last.equals(e.getSQLState()) ? e.getSQLState() : last + " then " + e.getSQLState();
                }
            }
            System.out.println("denied: " + last);
        }
        count("alive:");
    }

    static void transactions() throws SQLException {
        c.setAutoCommit(false);
        insert(1001, "kept by nobody");
        System.out.println("denied in transaction: " + state("DELETE FROM salaries"));
        System.out.println("aborted: " + state("SELECT 1"));
        c.rollback();
        count("rolled back:");
        try (PreparedStatement q = c.prepareStatement("INSERT INTO orders (id, item) VALUES (?, ?)")) {
            for (int id = 1002; id <= 1005; id++) { // a batch is one pipeline
                q.setInt(1, id);
                q.setString(2, "in a batch");
                q.addBatch();
            }
            q.executeBatch();
        }
        c.rollback();
        insert(1002, "kept");
        c.commit();
        c.setAutoCommit(true);
        count("committed:");
        try (PreparedStatement q = c.prepareStatement("DELETE FROM orders WHERE id > ?")) {
            q.setInt(1, 1000);
            System.out.println("deleted: " + q.executeUpdate());
        }
    }

    static void insert(int id, String item) throws SQLException {
        try (PreparedStatement q = c.prepareStatement("INSERT INTO orders (id, item) VALUES (?, ?)")) {
            q.setInt(1, id);
            q.setString(2, item);
            q.executeUpdate();
        }
    }

    static void copy() throws Exception {
        CopyManager copy = c.unwrap(PGConnection.class).getCopyAPI();
        String lines = "2001\tcopied\\twith a tab\t5\n2002\tcopied\\twith a tab\t5\n2003\tcopied\\twith a tab\t5\n";
        copy.copyIn("COPY orders (id, item, quantity) FROM STDIN", new StringReader(lines));
        count("copied in:");
        StringWriter out = new StringWriter();
        copy.copyOut("COPY (SELECT id, item, quantity FROM orders WHERE id > 2000 ORDER BY id) TO STDOUT", out);
        System.out.println("copied out: " + out.toString().equals(lines));
        for (String denied : new String[] {"COPY salaries TO STDOUT", "COPY salaries FROM STDIN"}) {
            try {
                if (denied.endsWith("STDOUT")) {
                    copy.copyOut(denied, out);
                } else {
                    copy.copyIn(denied, new StringReader("9\t9\n"));
                }
                System.out.println("copy denied: no error");
            } catch (SQLException e) {
                System.out.println("copy denied: " + e.getSQLState());
            }
        }
        state("DELETE FROM orders WHERE id > 2000");
    }

    static void count(String what) throws SQLException {
        try (Statement s = c.createStatement(); ResultSet r = s.executeQuery("SELECT count(*) FROM orders")) {
            r.next();
            System.out.println(what + " " + r.getInt(1));
        }
    }

    static String state(String sql) {
        try (Statement s = c.createStatement()) {
            s.execute(sql);
            return "no error";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }
}
