// The conversation of test/e2e with the npm driver pg, and pg-copy-streams for COPY.
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'

// The driver reads libpq's variables but for the certificate.
const client = new pg.Client({ ssl: { ca: readFileSync(process.env.PGSSLROOTCERT, 'utf8') } })
await client.connect()

const say = (...words) => console.log(words.join(' '))
const state = (query) => query.then(() => 'no error', (e) => e.code ?? String(e))
const count = async (what) => say(what, (await client.query('SELECT count(*) FROM orders')).rows[0].count)

let { rows } = await client.query('SELECT id, item, price, paid FROM orders WHERE id = $1', [7])
say('one:', rows[0].id, rows[0].item, rows[0].price, rows[0].paid)
for (const id of [1, 2]) {
  const text = 'SELECT note FROM orders WHERE item = $1 AND id = $2'
  const { note } = (await client.query({ name: 'note', text, values: [`item ${id}`, id] })).rows[0]
  say('prepared:', note !== null, note ?? '')
}
rows = (await client.query('SELECT id FROM orders ORDER BY id')).rows
say('rows:', rows.length, rows.reduce((sum, r) => sum + r.id, 0))

say('error:', await state(client.query('SELECT 1/0')))
say('denied:', await state(client.query('SELECT amount FROM salaries')))
say('denied:', await state(client.query('SELECT amount FROM salaries WHERE id = $1', [1])))
await count('alive:')

await client.query('BEGIN')
await client.query('INSERT INTO orders (id, item) VALUES ($1, $2)', [1001, 'kept by nobody'])
say('denied in transaction:', await state(client.query('DELETE FROM salaries')))
say('aborted:', await state(client.query('SELECT 1')))
await client.query('ROLLBACK')
await count('rolled back:')
await client.query('BEGIN')
await client.query('INSERT INTO orders (id, item) VALUES ($1, $2)', [1002, 'kept'])
await client.query('COMMIT')
await count('committed:')
say('deleted:', (await client.query('DELETE FROM orders WHERE id > $1', [1000])).rowCount)

const lines = [2001, 2002, 2003].map((id) => `${id}\tcopied\\twith a tab\t5\n`)
await pipeline(Readable.from(lines), client.query(copyFrom('COPY orders (id, item, quantity) FROM STDIN')))
await count('copied in:')
let out = ''
const select = 'COPY (SELECT id, item, quantity FROM orders WHERE id > 2000 ORDER BY id) TO STDOUT'
for await (const chunk of client.query(copyTo(select))) out += chunk
say('copied out:', out === lines.join(''))
const denied = client.query(copyTo('COPY salaries TO STDOUT'))
say('copy denied:', await state(denied.toArray()))
const deniedIn = client.query(copyFrom('COPY salaries FROM STDIN'))
say('copy denied:', await state(pipeline(Readable.from(['9\t9\n']), deniedIn)))
await client.query('DELETE FROM orders WHERE id > 2000')
await client.end()
say('done')
