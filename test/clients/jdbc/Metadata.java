// What pgjdbc asks for DatabaseMetaData, and its ways to run statements: prepared on the server after a few runs,
// in batches, with a cursor, with savepoints of its own, with COPY.
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import org.postgresql.PGConnection;

public class Metadata {
    interface Question {
        ResultSet ask(DatabaseMetaData m) throws SQLException;
    }

    public static void main(String[] args) throws Exception {
        try (Connection c = connect("autosave", "never")) {
            about(c);
            statements(c);
        }
        try (Connection c = connect("autosave", "always")) {
            c.setAutoCommit(false);
            System.out.println("error inside: " + state(c, "SELECT 1/0"));
            System.out.println("alive by a savepoint: " + one(c, "SELECT item FROM orders WHERE id = 7"));
            c.commit();
        }
        for (String mode : List.of("simple", "extended", "extendedForPrepared", "extendedCacheEverything")) {
            try (Connection c = connect("preferQueryMode", mode)) {
                System.out.println(mode + ": " + one(c, "SELECT item FROM orders WHERE id = 7"));
            }
        }
        System.out.println("done");
    }

    static Connection connect(String name, String value) throws SQLException {
        Properties p = new Properties();
        p.setProperty("user", System.getenv("PGUSER"));
        p.setProperty("password", System.getenv("PGPASSWORD"));
        p.setProperty("sslmode", System.getenv("PGSSLMODE"));
        if (System.getenv("PGSSLROOTCERT") != null) {
            p.setProperty("sslrootcert", System.getenv("PGSSLROOTCERT"));
        }
        p.setProperty(name, value);
        String at = System.getenv("PGHOST") + ":" + System.getenv("PGPORT") + "/" + System.getenv("PGDATABASE");
        return DriverManager.getConnection("jdbc:postgresql://" + at, p);
    }

    // about asks all that DatabaseMetaData and the connection can be asked.
    static void about(Connection c) throws Exception {
        show(c, "catalogs", m -> m.getCatalogs());
        show(c, "schemas", m -> m.getSchemas());
        show(c, "schemas like", m -> m.getSchemas("shop", "st%"));
        show(c, "table types", m -> m.getTableTypes());
        show(c, "tables", m -> m.getTables(null, null, "%", null));
        show(c, "tables like", m -> m.getTables(null, "public", "ord%", new String[] {"TABLE", "VIEW", "PARTITIONED TABLE"}));
        show(c, "columns", m -> m.getColumns(null, "%", "%", "%"));
        show(c, "pseudo columns", m -> m.getColumns(null, "stock", "items", "n%"));
        for (String schema : List.of("public", "stock")) {
            for (String table : List.of("orders", "customers", "items", "moves", "log")) {
                show(c, "primary keys", m -> m.getPrimaryKeys(null, schema, table));
                show(c, "imported keys", m -> m.getImportedKeys(null, schema, table));
                show(c, "exported keys", m -> m.getExportedKeys(null, schema, table));
                show(c, "indexes", m -> m.getIndexInfo(null, schema, table, false, false));
                show(c, "best row", m -> m.getBestRowIdentifier(null, schema, table, DatabaseMetaData.bestRowSession, true));
                show(c, "versions", m -> m.getVersionColumns(null, schema, table));
                show(c, "table privileges", m -> m.getTablePrivileges(null, schema, table));
                show(c, "column privileges", m -> m.getColumnPrivileges(null, schema, table, "%"));
            }
        }
        show(c, "unique indexes", m -> m.getIndexInfo(null, null, "items", true, true));
        show(c, "cross reference", m -> m.getCrossReference(null, "public", "customers", null, "public", "orders"));
        show(c, "procedures", m -> m.getProcedures(null, "stock", "%"));
        show(c, "procedure columns", m -> m.getProcedureColumns(null, "stock", "%", "%"));
        show(c, "functions", m -> m.getFunctions(null, null, "%a%"));
        show(c, "function columns", m -> m.getFunctionColumns(null, "stock", "%", "%"));
        show(c, "types", m -> m.getTypeInfo());
        show(c, "user types", m -> m.getUDTs(null, "stock", "%", null));
        show(c, "client info", m -> m.getClientInfoProperties());
        DatabaseMetaData m = c.getMetaData();
        System.out.println(m.getDatabaseProductName() + " " + m.getDatabaseMajorVersion() + " " + m.getSQLKeywords().length());
        System.out.println(m.getMaxColumnNameLength() + " " + m.getMaxColumnsInIndex() + " " + m.getMaxTableNameLength());
        System.out.println(m.getDefaultTransactionIsolation() + " " + m.supportsStoredProcedures() + " " + m.getNumericFunctions().length());
        System.out.println(c.getCatalog() + " " + c.getSchema() + " " + c.getTransactionIsolation() + " " + c.isReadOnly() + " " + c.isValid(5));
        c.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        c.setReadOnly(true);
        System.out.println(c.getTransactionIsolation() + " " + one(c, "SHOW transaction_read_only"));
        c.setReadOnly(false);
        c.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        c.setClientInfo("ApplicationName", "reports");
        System.out.println(c.getClientInfo("ApplicationName"));
        c.setSchema("stock");
        System.out.println(c.getSchema());
        c.setSchema("public");
    }

    static void statements(Connection c) throws Exception {
        try (PreparedStatement p = c.prepareStatement("SELECT id, item, price AS cost FROM orders WHERE id = ?")) {
            ResultSetMetaData r = p.getMetaData();
            for (int i = 1; i <= r.getColumnCount(); i++) { // asks for the table's columns behind the result's
                System.out.println(r.getColumnName(i) + " " + r.getColumnTypeName(i) + " " + r.isNullable(i) + " " + r.isAutoIncrement(i));
            }
            System.out.println(p.getParameterMetaData().getParameterTypeName(1));
            for (int id = 1; id <= 12; id++) { // prepared on the server from the fifth run on
                p.setInt(1, id);
                try (ResultSet row = p.executeQuery()) {
                    row.next();
                    System.out.println(row.getString(2) + " " + p.unwrap(org.postgresql.PGStatement.class).isUseServerPrepare());
                }
            }
        }
        c.setAutoCommit(false);
        try (Statement s = c.createStatement()) { // a portal that is fetched from in pieces
            s.setFetchSize(64);
            int sum = 0;
            try (ResultSet rows = s.executeQuery("SELECT id FROM orders ORDER BY id")) {
                while (rows.next()) {
                    sum += rows.getInt(1);
                }
            }
            System.out.println("sum " + sum);
        }
        c.setSavepoint("here");
        c.rollback();
        c.setAutoCommit(true);
        StringWriter out = new StringWriter();
        c.unwrap(PGConnection.class).getCopyAPI().copyOut("COPY (SELECT id, item FROM orders WHERE id < 3 ORDER BY id) TO STDOUT", out);
        System.out.print(out);
    }

    // show prints a question's answer, or the error that is its answer, in an order that does not change.
    static void show(Connection c, String what, Question q) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (ResultSet r = q.ask(c.getMetaData())) {
            int n = r.getMetaData().getColumnCount();
            while (r.next()) {
                StringBuilder line = new StringBuilder(what);
                for (int i = 1; i <= n; i++) {
                    line.append(" | ").append(r.getString(i));
                }
                lines.add(line.toString());
            }
        }
        Collections.sort(lines);
        lines.forEach(System.out::println);
        System.out.println(what + ": " + lines.size());
    }

    static String one(Connection c, String sql) throws SQLException {
        try (Statement s = c.createStatement(); ResultSet r = s.executeQuery(sql)) {
            r.next();
            return r.getString(1);
        }
    }

    static String state(Connection c, String sql) {
        try (Statement s = c.createStatement()) {
            s.execute(sql);
            return "no error";
        } catch (SQLException e) {
            return e.getSQLState();
        }
    }
}
