import type { WseClient, WseClientOptions } from '@wse/client'
import type { WseConnection, WseServer, WseServerOptions } from '@wse/server'
import type { Ends } from '../fixtures/ends.js'
import { connOf } from '../fixtures/listen.js'

/** A server and ann, who comes back when she loses her link. */
export async function started(
  ends: Ends,
  clientOptions: WseClientOptions = {},
  serverOptions: Partial<WseServerOptions> = {},
): Promise<{ server: WseServer; url: string; client: WseClient; conn: WseConnection }> {
  const { server, url } = await ends.server({ heartbeat: false, ...serverOptions })
  const client = ends.client(url, { re: true, ...clientOptions })
  await client.connect('ann')
  return { server, url, client, conn: connOf(server, 'ann') }
}

/** Everything a stream gives. */
export async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const got: Item[] = []
  for await (const item of items) got.push(item)
  return got
}
