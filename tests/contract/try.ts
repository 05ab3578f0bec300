import { WseServer, type ConnectionOf, type ClientOf, type IdentifyContext, type WseConnection } from '@wse/server'
import { chat } from '../../packages/protocol/src/contract/contract.test-helper.js'
type Same<One, Other> = (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false
const same = <One, Other>(..._same: Same<One, Other> extends true ? [] : [different: never]) => {}
export const server = new WseServer({ contract: chat, port: 1, identify: (ctx) => {
   same<typeof ctx.identity, { token: string }>()
   ctx.accept('ann', { name: 'x' }) 
   ctx.accept(null)
   ctx.accept('ann')
   ctx.accept('ann', {})
}})
export const loose = new WseServer({ port: 1, identify: (ctx) => { same<typeof ctx, IdentifyContext>()} })
same<typeof loose, WseServer>()
server.register('ad', (conn, { a, b }) => a + b)
server.register('add', (conn, { a, b }) => 'x')
server.register('add', (conn, { a, c }) => a + c)
server.register('add')
server.register('add', (conn, { a, b }, ctx) => {
  const x: ConnectionOf<typeof server> = conn
  conn.client.conns.get('x')?.send('notice', 'x')
  if (a > 9) throw ctx.error('TOO_BIG', { max: 9 })
  ctx.user
  return a + b
}, { timeout: 5 })
server.register('add', (conn, { a, b }, ctx) => {
  ctx.user.send('notice', ctx.role)
  ctx.error('X')
  return a + b
}, { use: [(_: unknown, next: import('@wse/server').Next) => next({ role: 'x' as const })] })
server.broadcast('notic', 'x')
server.broadcast('notice', 1)
const app = server.use((ctx, next) => { ctx.conn.send('notice', 'x'); return next({ role: 'admin' as const }) })
app.register('add', (conn, { a, b }, ctx) => { same<typeof ctx.role, 'admin'>(); ctx.user.send('notice', 'x'); return a + b })
app.register('ad', (conn, { a, b }, ctx) => { return a + b })
app.register('add', (conn, { a, b }, ctx) => { return ctx.nothing })
same<ConnectionOf<typeof app>, ConnectionOf<typeof server>>()
same<ConnectionOf<typeof loose>, WseConnection>()
const plain: WseServer = server
export const chats: WseServer<typeof chat> = app
class App extends WseServer<typeof chat> { foo() { this.register('add', (_, { a }) => a); this.register('x', () => {}) } }
class Old extends WseServer { foo() { this.register('add', (_, { a }) => a) } }
new App({ contract: chat, identify: () => {} }).use((_, next) => next()).foo()
if (plain instanceof WseServer) same<typeof plain, WseServer>()
if (server instanceof WseServer) server.register('zzz', () => {})
declare const unk: unknown
if (unk instanceof WseServer) same<typeof unk, WseServer>()
