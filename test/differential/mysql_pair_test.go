package differential

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-mysql-org/go-mysql/client"
	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/internal/api"
)

// mysqlPair is an account with a scope's grants on the server, and a token of
// that scope on the proxy.
type mysqlPair struct {
	r           *mysqlRig
	account     string
	secret      string
	direct, via *client.Conn
}

func (r *mysqlRig) pair(ctx context.Context, s scope) (pair, error) {
	r.pairs++
	if !slices.ContainsFunc(s, func(g grant) bool { return g.schema == upstream || g.schema == "*" }) {
		s = append(slices.Clone(s), grant{schema: upstream, object: "none", ops: []string{"select"}}) // where sessions begin
	}
	p := &mysqlPair{r: r, account: fmt.Sprintf("scope_%d", r.pairs)}
	for _, sql := range append([]string{"CREATE USER " + p.account}, r.inventory.mysqlGrants(p.account, s)...) {
		if _, err := r.boss.Execute(sql); err != nil {
			return nil, fmt.Errorf("%w, in %s", err, sql)
		}
	}
	issued, err := r.admin.Issue(ctx, api.IssueRequest{Subject: p.account, Scope: []string{s.String()}, From: []string{"127.0.0.1/32"}, TTL: "1h"})
	if err != nil {
		return nil, fmt.Errorf("%w, for %s", err, s)
	}
	p.secret = issued.Secret
	return p, p.connect()
}

func (p *mysqlPair) connect() (err error) {
	if p.direct == nil {
		p.direct, err = client.Connect(p.r.server.Addr(), p.account, "", upstream, mysqlOptions)
	}
	if err == nil && p.via == nil {
		p.via, err = client.Connect(p.r.addr(), p.account, p.secret, upstream, mysqlOptions, func(c *client.Conn) error {
			c.SetTLSConfig(p.r.tls)
			return nil
		})
	}
	return err
}

func mysqlOptions(c *client.Conn) error {
	return errors.Join(c.SetCapability(mysql.CLIENT_MULTI_STATEMENTS), c.SetCapability(mysql.CLIENT_MULTI_RESULTS),
		c.SetCapability(mysql.CLIENT_PS_MULTI_RESULTS), c.SetCharset("utf8mb4"))
}

// close hangs up, and removes the account.
func (p *mysqlPair) close(context.Context) error {
	for _, c := range []*client.Conn{p.direct, p.via} {
		if c != nil {
			_ = c.Close() // an error says that it was lost already, which was counted
		}
	}
	_, err := p.r.boss.Execute("DROP USER " + p.account)
	return err
}

// run runs a case on both sides. What commits by itself is tried in schemas
// that are made anew.
func (p *mysqlPair) run(_ context.Context, c *statement) (role, proxy outcome, err error) {
	if err := p.connect(); err != nil {
		return role, proxy, err
	}
	role = p.try(&p.direct, c)
	if c.alone && role.steps > 0 {
		err = p.r.restore()
	}
	proxy = p.try(&p.via, c)
	if c.alone && proxy.steps > 0 {
		err = errors.Join(err, p.r.restore())
	}
	return role, proxy, err
}

// try runs a case in a transaction of its own, which is rolled back, and stops
// at the first error. A lost connection is made again.
func (p *mysqlPair) try(conn **client.Conn, c *statement) (o outcome) {
	o.lost = p.steps(*conn, c, &o)
	if o.lost != nil {
		_ = (*conn).Close()
		*conn = nil
	}
	return o
}

func (p *mysqlPair) steps(conn *client.Conn, c *statement, o *outcome) error {
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return err
	}
	var ignored outcome
	if !c.alone {
		if err := mysqlStep(conn, "START TRANSACTION", false, o); err != nil {
			return err
		}
	}
	for _, sql := range c.steps {
		if err := mysqlStep(conn, sql, c.extended, o); err != nil {
			return err
		}
		if o.code != "" {
			break
		}
		o.steps++
	}
	if err := mysqlStep(conn, "ROLLBACK", false, &ignored); err != nil {
		return err
	}
	if c.plain() {
		return nil
	}
	// A transaction that holds locks on tables commits (LOCK TABLES); the rest
	// of the session's state ends here.
	conn.ResetSequence()
	if err := conn.WritePacket([]byte{0, 0, 0, 0, mysql.COM_RESET_CONNECTION}); err != nil {
		return err
	}
	if _, err := conn.ReadOKPacket(); err != nil {
		return err
	}
	return errors.Join(mysqlStep(conn, "USE "+upstream, false, &ignored), mysqlStep(conn, "SET NAMES utf8mb4", false, &ignored))
}

// plain says that a case leaves nothing behind that a rollback does not undo.
func (c *statement) plain() bool {
	word, _, _ := strings.Cut(strings.TrimLeft(strings.ToUpper(c.steps[0]), " ("), " ")
	return len(c.steps) == 1 && slices.Contains([]string{"SELECT", "WITH", "INSERT", "UPDATE", "DELETE", "REPLACE", "EXPLAIN", "SHOW", "DESCRIBE", "TABLE", "VALUES"}, word) &&
		!strings.Contains(c.steps[0], "@") && !strings.Contains(c.steps[0], ";")
}

// mysqlStep runs one text and notes its answer. The error is a lost connection.
func mysqlStep(conn *client.Conn, sql string, extended bool, o *outcome) error {
	note := func(r *mysql.Result, err error) error {
		if err != nil {
			return o.failMySQL(err)
		}
		if r.Resultset != nil && len(r.Fields) > 0 {
			o.tags += strconv.Itoa(r.RowNumber()) + " rows;"
		} else {
			o.tags += strconv.FormatUint(r.AffectedRows, 10) + ";"
		}
		return nil
	}
	if extended {
		s, err := conn.Prepare(sql)
		if err != nil {
			return o.failMySQL(err)
		}
		defer s.Close()
		args := make([]any, s.ParamNum())
		return s.ExecuteProcedureMultiResults(note, args...)
	}
	var lost error
	_, err := conn.ExecuteMultiple(sql, func(r *mysql.Result, err error) {
		if lost == nil {
			lost = note(r, err)
		}
	})
	return errors.Join(err, lost)
}

// missingRights are the errors by which the server says that a right is
// missing (share/errmsg-utf8.txt).
var missingRights = []uint16{
	mysql.ER_DBACCESS_DENIED_ERROR, mysql.ER_TABLEACCESS_DENIED_ERROR, mysql.ER_COLUMNACCESS_DENIED_ERROR,
	mysql.ER_SPECIFIC_ACCESS_DENIED_ERROR, mysql.ER_PROCACCESS_DENIED_ERROR,
	mysql.ER_VIEW_INVALID,                // of a view whose user lacks a right
	mysql.ER_VIEW_NO_EXPLAIN,             // … on what is below
	mysql.ER_CANT_CREATE_USER_WITH_GRANT, // 1410
	mysql.ER_KILL_DENIED_ERROR,
}

// failMySQL notes an error of the server's; any other is returned.
func (o *outcome) failMySQL(err error) error {
	var my *mysql.MyError
	if !errors.As(err, &my) || my.Code == mysql.ER_SERVER_SHUTDOWN {
		return err
	}
	o.code, o.message = strconv.Itoa(int(my.Code)), my.Message
	o.refused = slices.Contains(missingRights, my.Code)
	return nil
}
