import { connect } from 'node:net'
import { WseServer } from '@wse/server'
import { expect, it } from 'vitest'
import { anyone } from '../fixtures/ends.js'

it.each(['127.0.0.1', 'localhost', undefined])(
  'a server on %s closed before it listened leaves no port bound',
  async (host) => {
    const probe = new WseServer({ port: 0, host: '127.0.0.1', identify: anyone })
    const { port } = await probe.listen()
    await probe.close()
    const server = new WseServer({ port, host, identify: anyone })
    await server.close()
    await expect(server.listen()).rejects.toMatchObject({ code: 'wse.server.listen-failed' })
    const refused = new Promise((resolve) => connect(port, '127.0.0.1').on('error', resolve))
    expect(await refused).toMatchObject({ code: 'ECONNREFUSED' })
  },
)
