import type { WseClient } from '@wse/client'
import { type InstrumentOptions, instrumentClient, instrumentServer } from '@wse/opentelemetry'
import type { WseConnection, WseServer } from '@wse/server'
import type { Ends } from '../fixtures/ends.js'
import { connOf } from '../fixtures/listen.js'
import { Sdk } from './sdk.js'

/** One for a file: what it registers is global. */
export const sdk = new Sdk()

/** A server and ann, both instrumented; `more` are further users. */
export async function traced(ends: Ends, { meter, ...rest }: InstrumentOptions = {}) {
  sdk.reset()
  const options = { ...rest, meter, clock: ends.clock }
  const { server, url } = await ends.server({ heartbeat: false })
  const undo = [instrumentServer(server, options)]
  const enter = async (cid: string): Promise<{ client: WseClient; conn: WseConnection }> => {
    const client = ends.client(url, { re: true })
    undo.push(instrumentClient(client, options))
    await client.connect(cid)
    return { client, conn: connOf(server, cid) }
  }
  const ann = await enter('ann')
  return { server, url, ...ann, enter, undo } satisfies { server: WseServer; [name: string]: unknown }
}
