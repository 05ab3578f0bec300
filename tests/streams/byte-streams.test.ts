import { Buffer } from 'node:buffer'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip, gunzipSync } from 'node:zlib'
import { WseError } from '@wse/client'
import type { WseStream } from '@wse/server'
import { expect } from 'vitest'
import { until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { all, started } from './fixture.js'

// The DOM's declarations of Web streams and Node's do not know each other.
const readableOf = (stream: WseStream) => Readable.fromWeb(stream.readable as never)
const writableOf = (stream: WseStream) => Writable.fromWeb(stream.writable as never)
const bytesOf = (text: string) => new TextEncoder().encode(text)
const textOf = async (stream: AsyncIterable<Uint8Array>) => Buffer.concat(await all(stream)).toString()

behaviour('streams of bytes', { codecs: 'all' }, (test) => {
  test('opened by the client, both ways, each ending by itself', async (ends) => {
    const { server, client, conn } = await started(ends)
    server.streams.on('echo', async (who, stream, meta) => {
      await stream.write(bytesOf(`${who.conn_id === conn.conn_id} ${meta.name} ${stream.name} `))
      for await (const bytes of stream) await stream.write(bytes)
      stream.end()
    })
    const stream = client.openStream('echo', { name: 'cat.png' })
    for (const text of ['one ', 'two ', 'three']) await stream.write(bytesOf(text))
    stream.end()
    expect(await textOf(stream)).toBe('true cat.png echo one two three')
    await until(() => client.inspect().pendingCalls === 0)
  })

  test('[H9] opened by the server', async (ends) => {
    const { server, client, conn } = await started(ends)
    client.streams.on('report', async (stream, meta) => {
      stream.end()
      client.send('got', [meta, await textOf(stream)])
    })
    const got = new Promise((resolve) => server.channel.once('got', (_, what) => resolve(what)))
    const stream = conn.openStream('report', 7)
    await stream.write(bytesOf('quarter'))
    stream.end()
    expect([await textOf(stream), await got]).toEqual(['', [7, 'quarter']])
  })

  test('where the server ends first and the client goes on', async (ends) => {
    const { server, client } = await started(ends)
    let read: Promise<string> | undefined
    server.streams.on('late', (_, stream) => {
      stream.end()
      read = textOf(stream)
    })
    const stream = client.openStream('late')
    expect(await textOf(stream)).toBe('')
    await stream.write(bytesOf('still '))
    await stream.write(bytesOf('here'))
    stream.end()
    await until(() => client.inspect().pendingCalls === 0)
    expect(await read).toBe('still here')
  })

  test('[H9] [H10] are Web streams, and Node streams by their adapters', async (ends) => {
    const { server, client } = await started(ends)
    server.streams.on('gzip', (_, stream) => {
      void pipeline(readableOf(stream), createGzip(), writableOf(stream))
    })
    const stream = client.openStream('gzip')
    const text = 'all work and no play '.repeat(5_000)
    const sent = pipeline(Readable.from([Buffer.from(text)]), writableOf(stream))
    const zipped = await all(readableOf(stream))
    await sent
    expect(gunzipSync(Buffer.concat(zipped)).toString()).toBe(text)
  })

  test('[H9] nobody takes fail with that, to who reads and who writes', async (ends) => {
    const { client } = await started(ends)
    const stream = client.openStream('nobody')
    await expect(textOf(stream)).rejects.toMatchObject({ code: 'wse.server.rp.not-registered' })
    await expect(stream.write(bytesOf('x'))).rejects.toMatchObject({ code: 'wse.closed' })
  })

  test('given up by either end fail at the other; only a WseError tells why', async (ends) => {
    const { server, client } = await started(ends)
    const streams: WseStream[] = []
    server.streams.on('s', (_, stream) => streams.push(stream))
    const first = client.openStream('s')
    await until(() => streams.length === 1)
    streams[0]?.abort(new WseError('DISK_FULL', { free: 0 }))
    await expect(textOf(first)).rejects.toMatchObject({ code: 'DISK_FULL', details: { free: 0 } })
    const second = client.openStream('s')
    await until(() => streams.length === 2)
    second.abort('enough')
    await expect(textOf(streams[1] as WseStream)).rejects.toMatchObject({ code: 'wse.rp.cancelled' })
    await expect(second.write(bytesOf('x'))).rejects.toMatchObject({ code: 'wse.closed' })
    await expect(streams[1]?.write(bytesOf('x'))).rejects.toMatchObject({ code: 'wse.closed' })
    expect([client.inspect().pendingCalls, client.inspect().runningCalls]).toEqual([0, 0])
  })

  test('[H10] take a writer no further than the reader reads', async (ends) => {
    const { server, client } = await started(ends)
    let written = 0
    server.streams.on('flood', async (_, stream) => {
      for (;;) {
        await stream.write(new Uint8Array(1_000))
        written++
      }
    })
    const stream = client.openStream('flood')
    await until(() => written > 60)
    for (let i = 0; i < 20; i++) await client.call('nothing').catch(() => {})
    expect(written).toBeLessThan(70)
    stream.abort()
  })

  test('a reader that reads no further does not hold up its own writing', async (ends) => {
    const { server, client } = await started(ends)
    let got: Promise<string> | undefined
    server.streams.on('both', (_, stream) => {
      got = textOf(stream)
      void (async () => {
        for (let i = 0; i < 200; i++) await stream.write(new Uint8Array(1_000))
        stream.end()
      })()
    })
    const stream = client.openStream('both')
    await stream.readable.cancel()
    await stream.write(bytesOf('all of it'))
    stream.end()
    await until(() => client.inspect().pendingCalls === 0)
    expect(await got).toBe('all of it')
  })

  test('fail with the listener that took them, which tells what is meant for the other end alone', async (ends) => {
    const { server, client, conn } = await started(ends)
    const errors: WseError[] = []
    server.when.error((error) => errors.push(error))
    client.when.error((error) => errors.push(error))
    server.streams.on('s', async () => {
      throw new Error('/etc/secret')
    })
    client.streams.on('s', () => {
      throw new WseError('DISK_FULL')
    })
    await expect(textOf(client.openStream('s', null))).rejects.toMatchObject({
      code: 'wse.rp.cancelled',
      message: 'wse.rp.cancelled',
    })
    await expect(textOf(conn.openStream('s', null))).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(errors).toHaveLength(2)
  })

  test('go in pieces that the other end takes', async (ends) => {
    const { server, client } = await started(ends, { limits: { messageBytes: 4_096 } })
    server.streams.on('s', async (_, stream) => {
      await stream.write(new Uint8Array(20_000))
      stream.end()
    })
    const pieces = await all(client.openStream('s'))
    expect(pieces.reduce((sum, { length }) => sum + length, 0)).toBe(20_000)
  })

  test('take bytes and nothing else', async (ends) => {
    const { server, client } = await started(ends)
    server.streams.on('s', () => {})
    const stream = client.openStream('s')
    await expect(stream.write('text' as never)).rejects.toMatchObject({ code: 'wse.invalid-option' })
    expect(() => client.openStream('~wse:x')).toThrow(expect.objectContaining({ code: 'wse.invalid-name' }))
    stream.abort()
  })
})
