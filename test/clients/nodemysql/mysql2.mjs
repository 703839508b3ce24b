// The conversation of test/mysql with the npm driver mysql2: query is text,
// execute is prepared by the server.
import { readFileSync } from 'node:fs'
import mysql from 'mysql2/promise'

const { DB_HOST: host, DB_PORT: port, DB_USER: user, DB_PASSWORD: password, DB_NAME: database } = process.env
const settings = { host, port, user, password, database, ssl: { ca: readFileSync(process.env.DB_CA, 'utf8') } }
const db = await mysql.createConnection(settings)

const say = (...words) => console.log(words.join(' '))
const state = (query) => query.then(() => 'no error', (e) => e.errno ?? String(e))
const count = async (what) => say(what, (await db.query('SELECT count(*) AS n FROM orders'))[0][0].n)

let [rows] = await db.execute('SELECT id, item, price, paid FROM orders WHERE id = ?', [7])
say('one:', rows[0].id, rows[0].item, rows[0].price, rows[0].paid)
for (const id of [1, 2]) {
  const [[{ note }]] = await db.execute('SELECT note FROM orders WHERE item = ? AND id = ?', [`item ${id}`, id])
  say(...(note === null ? ['prepared:', false] : ['prepared:', true, note]))
}
rows = (await db.query('SELECT id FROM orders ORDER BY id'))[0]
say('rows:', rows.length, rows.reduce((sum, r) => sum + r.id, 0))
let n = 0
let size = 0
for await (const row of db.connection.query('SELECT id, pad FROM wide').stream()) {
  n++
  size += row.pad.length
}
say('large:', n, size)
say('many:', (await db.query("SELECT a.id FROM orders a, orders b LIMIT 100000"))[0].length)
say('value:', (await db.query("SELECT REPEAT('x', 20971520) AS v"))[0][0].v.length)
say('error:', await state(db.query('INSERT INTO orders (id, item) VALUES (?, ?)', [1, 'again'])))
say('denied:', await state(db.query('SELECT amount FROM salaries')))
say('denied:', await state(db.execute('SELECT amount FROM salaries WHERE id = ?', [1])))
await count('alive:')

await db.beginTransaction()
await db.execute('INSERT INTO orders (id, item) VALUES (?, ?)', [1001, 'kept by nobody'])
say('denied in transaction:', await state(db.query('DELETE FROM salaries')))
await count('intact:')
await db.rollback()
await count('rolled back:')
await db.beginTransaction()
await db.query('INSERT INTO orders (id, item) VALUES (?, ?)', [1002, 'kept'])
await db.commit()
await count('committed:')
say('deleted:', (await db.query('DELETE FROM orders WHERE id > ?', [1000]))[0].affectedRows)
// What one session runs another one stops, by the number that the driver knows.
const other = await mysql.createConnection(settings)
let running = true
const stopped = state(db.query('SELECT COUNT(*) FROM orders a, orders b, orders c, orders d WHERE a.id + b.id + c.id + d.id < 0')).finally(() => { running = false })
while (running) {
  await other.query(`KILL QUERY ${db.threadId}`)
  await new Promise((resolve) => setTimeout(resolve, 50))
}
say('canceled:', await stopped)
await other.end()
await count('alive:')
await db.ping()
await db.end()
say('done')
