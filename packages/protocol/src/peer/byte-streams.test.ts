import { describe, expect, it } from 'vitest'
import { WseError } from '../error/wse-error.js'
import { turn } from '../fake-clock.test-helper.js'
import { WINDOW } from '../streams/inlet.js'
import type { WseStream } from '../streams/wse-stream.js'
import { twoPeers } from '../two-peers.test-helper.js'
import { acceptStream, openStream } from './byte-streams.js'

/** Two peers, and the streams that were opened at the server. */
function opening(version: 4 | 5 = 5) {
  const peers = twoPeers(version)
  const accepted: WseStream[] = []
  peers.server.reserved = () => (payload, call) =>
    acceptStream(payload, call, (stream) => {
      accepted.push(stream)
      return true
    })
  const open = () => {
    const stream = openStream(peers.client.peer, 's', null)
    return [stream, accepted.at(-1) as WseStream] as const
  }
  return { ...peers, open }
}

const tooMuch = new Uint8Array(WINDOW + 1)

/** Every microtask there is has run. */
async function settled(): Promise<void> {
  for (let i = 0; i < 100; i++) await turn()
}

describe('a stream of bytes', () => {
  it('that cannot be opened fails who writes, too', async () => {
    const [stream] = opening(4).open()
    await expect(stream.write(tooMuch)).rejects.toMatchObject({ code: 'wse.closed' })
    await expect(stream.readable.getReader().read()).rejects.toMatchObject({ code: 'wse.not-supported' })
  })

  it('is given up by who took it though its opener reads nothing', async () => {
    const { client, server, open } = opening()
    const [stream, taken] = open()
    const writing = [stream.write(tooMuch), stream.write(tooMuch), taken.write(tooMuch), taken.write(tooMuch)]
    const written = Promise.allSettled(writing)
    await settled()
    taken.abort(new WseError('DISK_FULL'))
    expect((await written).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'rejected'])
    expect(server.wrote.at(-1)).toMatchObject(['~wse:response-err', { code: 'DISK_FULL' }, 1])
    expect([client.peer.pending, server.peer.running]).toEqual([0, 0])
  })

  it('that failed after it was ended one way is not answered as if it had gone well', async () => {
    const { server, open } = opening()
    const [, taken] = open()
    taken.end()
    await settled()
    taken.abort(new WseError('DISK_FULL'))
    await settled()
    expect(server.wrote.at(-1)).toMatchObject(['~wse:response-err', { code: 'DISK_FULL' }, 1])
  })

  it('tells the other end nothing of a reason that is no WseError', async () => {
    const { server, open } = opening()
    const [stream, taken] = open()
    taken.abort(new Error('/etc/secret'))
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'wse.rp.cancelled' })
    expect(JSON.stringify(server.wrote)).not.toContain('secret')
  })

  it('is given up by its writer while a write waits for the other end', async () => {
    const { client, server, open } = opening()
    const [stream] = open()
    const writer = stream.writable.getWriter()
    const writing = Promise.allSettled([1, 2, 3].map(() => writer.write(tooMuch)))
    await settled()
    await writer.abort(new Error('enough'))
    await writing
    expect([client.peer.pending, server.peer.running]).toEqual([0, 0])
    await expect(writer.closed).rejects.toThrow('enough')
  })
})
