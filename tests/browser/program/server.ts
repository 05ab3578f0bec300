import { msgpack } from '@wse/msgpack'
import { jsonCodec } from '@wse/protocol/wire'
import { WseServer } from '@wse/server'
import { shop } from './shop.js'

/** A server that keeps the contract; `aborted` has the reasons for which handlers were told to stop. */
export function serve(aborted: string[]) {
  const server = new WseServer({
    contract: shop,
    port: 0,
    host: '127.0.0.1',
    protocol: [jsonCodec, msgpack],
    identify: ({ identity, accept }) => accept(identity.token, { name: identity.token.toUpperCase() }),
  })
  const app = server.use((ctx, next) => next({ role: ctx.user.cid === 'ann' ? 'admin' : 'guest' }))
  app.register('price', (_, { sku, count }, ctx) => {
    if (count > 5) throw ctx.error('SOLD_OUT', { left: 5 })
    return count * (ctx.role === 'admin' ? 1 : 2) + sku.length
  })
  server.register('ticks', async function* (_, { to }) {
    for (let n = 0; n < to; n++) yield n
    return 'over'
  })
  server.register('upload', async (_, __, { chunks }) => {
    let size = 0
    for await (const chunk of chunks) size += chunk.length
    return size
  })
  server.register('slow', (_, __, { signal }) => {
    signal.addEventListener('abort', () => aborted.push(signal.reason.code))
    return new Promise<number>(() => {})
  })
  server.channel.on('chat', async (conn, { text }) => {
    if (await conn.call('confirm', `Say ${text}?`)) server.broadcast('news', `${conn.cid}: ${text}`)
  })
  server.streams.on('shout', async (_, stream) => {
    for await (const bytes of stream) {
      await stream.write(new TextEncoder().encode(new TextDecoder().decode(bytes).toUpperCase()))
    }
    stream.end()
  })
  return server
}
