import { type ProtocolObject, WSE_CLOSE, WSE_ERROR } from '@wse/client'
import { expect } from 'vitest'
import { connOf } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { CustomProtocol } from '../fixtures/protocols.js'

/** A protocol that cannot write `UNWRITABLE` nor read `UNREADABLE`. */
function picky(): ProtocolObject {
  const { name, internal_types, pack, unpack } = new CustomProtocol()
  return {
    name,
    internal_types,
    pack(message) {
      if (message.payload === 'UNWRITABLE') throw new Error('cannot write that')
      return message.payload === 'NOTHING' ? null : pack(message)
    },
    unpack(encoded) {
      const message = unpack(encoded)
      if (message[1] === 'UNREADABLE') throw new Error('cannot read that')
      return message[1] === 'NO MESSAGE' ? { type: message[0] } : message
    },
  }
}

const unserializable = expect.objectContaining({ code: WSE_ERROR.UNSERIALIZABLE })

behaviour('a protocol object whose pack throws', (test) => {
  for (const payload of ['UNWRITABLE', 'NOTHING']) {
    test(`fails the sender alone, and the link stays: ${payload}`, async (ends) => {
      const { server, url } = await ends.server({ protocol: picky() })
      server.register('echo', (_conn, value) => value)
      const client = ends.client(url, { protocol: picky() })
      await client.connect('ann')
      expect(() => client.send('chat', payload)).toThrow(unserializable)
      await expect(client.call('echo', payload)).rejects.toEqual(unserializable)
      expect(() => connOf(server, 'ann').send('chat', payload)).toThrow(unserializable)
      expect(() => server.broadcast('chat', payload)).toThrow(unserializable)
      await expect(connOf(server, 'ann').call('f', payload)).rejects.toEqual(unserializable)
      expect(await client.call('echo', 'fine')).toBe('fine')
    })

    test(`fails a call whose result it is: ${payload}`, async (ends) => {
      const { server, url } = await ends.server({ protocol: picky() })
      server.register('f', () => payload)
      const client = ends.client(url, { protocol: picky() })
      await client.connect('ann')
      await expect(client.call('f')).rejects.toMatchObject({ code: WSE_ERROR.UNSERIALIZABLE, remote: true })
      expect(client.status).toBe('READY')
    })

    test(`rejects connect() where it is the identity, without trying for ever: ${payload}`, async (ends) => {
      const { url } = await ends.server({ protocol: picky() })
      const { pack, ...rest } = picky()
      const protocol: ProtocolObject = {
        ...rest,
        pack: (message) => pack(message.type === '~wse:hi' ? { ...message, payload } : message),
      }
      await expect(ends.client(url, { protocol, re: true }).connect('ann')).rejects.toEqual(unserializable)
    })
  }
})

behaviour('a protocol object whose unpack throws', (test) => {
  for (const payload of ['UNREADABLE', 'NO MESSAGE']) {
    test(`closes the link as malformed at the server: ${payload}`, async (ends) => {
      const { server, url } = await ends.server({ protocol: picky() })
      const client = ends.client(url, { protocol: picky(), re: true })
      await client.connect('ann')
      const [failed, closed] = [server.when.error(), client.when.closed()]
      client.send('chat', payload)
      const [error, conn] = await failed
      expect(error).toMatchObject({ code: WSE_ERROR.PROTOCOL_VIOLATION })
      expect(conn?.cid).toBe('ann')
      expect(await closed).toEqual([WSE_CLOSE.MALFORMED, 'wse.protocol-error'])
      expect(client.status).toBe('OFFLINE')
    })

    test(`closes the link as malformed at the client: ${payload}`, async (ends) => {
      const { server, url } = await ends.server({ protocol: picky() })
      const client = ends.client(url, { protocol: picky(), re: true })
      await client.connect('ann')
      const [failed, left] = [client.when.error(), server.when.left()]
      connOf(server, 'ann').send('chat', payload)
      expect(await failed).toMatchObject({ code: WSE_ERROR.PROTOCOL_VIOLATION })
      expect((await left).slice(1)).toEqual([WSE_CLOSE.MALFORMED, 'wse.protocol-error'])
      expect(client.status).toBe('OFFLINE')
    })
  }
})
