import { WseClient } from '@wse/client'
import { msgpack } from '@wse/msgpack'
import { shop } from './shop.js'

/** What a client does that keeps a contract, streams, and gives up; the same wherever it runs. */
export async function run(url: string, codec: 'json' | 'msgpack'): Promise<unknown[]> {
  const out: unknown[] = []
  const client = new WseClient({
    contract: shop,
    url,
    re: true,
    outgoing: 'never',
    ...(codec === 'json' ? {} : { protocol: msgpack }),
  })
  client.register('confirm', (question) => question.endsWith('?'))
  const news = new Promise((resolve) => client.channel.once('news', resolve))
  const { name } = await client.connect({ token: 'ann' }, { device: 'trial' })
  out.push(name, await client.call('price', { sku: 'abc', count: 2 }))
  const soldOut = await client.try('price', { sku: 'abc', count: 9 })
  if (!soldOut.ok && soldOut.error.code === 'SOLD_OUT') out.push(soldOut.error.details.left)
  const unfit = await client.try('price', { sku: 'abc', count: -1 })
  out.push(unfit.ok ? 'fits' : unfit.error.code)
  const ticks: number[] = []
  for await (const tick of client.stream('ticks', { to: 5 })) ticks.push(tick)
  out.push(ticks, await client.call('upload', undefined, { chunks: [new Uint8Array(100_000), new Uint8Array(5)] }))
  client.send('chat', { text: 'hi' })
  out.push(await news)
  const late = await client.try('slow', 1, { timeout: 50 })
  out.push(late.ok ? 'in time' : late.error.code)
  out.push(await shout(client, 'hello'))
  await client.disconnect()
  out.push(Object.values(client.inspect()).every((count) => count === 0))
  return out
}

async function shout(client: WseClient<typeof shop>, text: string): Promise<string> {
  const stream = client.openStream('shout')
  await stream.write(new TextEncoder().encode(text))
  stream.end()
  let shouted = ''
  for await (const bytes of stream) shouted += new TextDecoder().decode(bytes)
  return shouted
}
