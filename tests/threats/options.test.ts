import { WSE_ERROR, WseClient, type WseClientOptions } from '@wse/client'
import { WseServer, type WseServerOptions } from '@wse/server'
import { describe, expect, it } from 'vitest'
import { anyone } from '../fixtures/ends.js'

const NUMBERS = [Number.NaN, -1, 2 ** 31, '5', Number.POSITIVE_INFINITY, null, {}]

describe('T68 an option that makes no sense is refused by its name', () => {
  const SERVER = [
    'tO',
    'connPerUser',
    'port',
    'trustProxy',
    'heartbeat.interval',
    'heartbeat.grace',
    'resume.window',
    'resume.bytes',
    'limits.handshakeTimeout',
    'limits.messageBytes',
    'limits.depth',
  ]
  const CLIENT = ['tO', 'connectTimeout', 're.floor', 're.base', 're.factor', 'queue.bytes', 'limits.callsOut']

  it.each(SERVER)('by a server: %s', (option) => {
    for (const value of NUMBERS) {
      if (value === 2 ** 31 && !/tO|Timeout|port|heartbeat|window/.test(option)) continue
      const options = { identify: anyone, ...withOption(option, value) } as WseServerOptions
      expect(() => new WseServer(options), `${option}: ${String(value)}`).toThrow(invalid(option))
    }
  })

  it.each(CLIENT)('by a client: %s', (option) => {
    for (const value of NUMBERS) {
      if (value === 2 ** 31 && /bytes|callsOut/.test(option)) continue
      const options = { url: 'ws://localhost', ...withOption(option, value) } as WseClientOptions
      expect(() => new WseClient(options), `${option}: ${String(value)}`).toThrow(invalid(option))
    }
  })

  it.each([
    [{ limits: { mesageBytes: 1 } }, 'limits.mesageBytes'],
    [{ limits: 5 }, 'limits'],
    [{ limits: { messageRate: { perSecond: 0 } } }, 'limits.messageRate.perSecond'],
    [{ heartbeat: { intervall: 1 } }, 'heartbeat.intervall'],
    [{ heartbeat: true }, 'heartbeat'],
    [{ resume: { windows: 1 } }, 'resume.windows'],
    [{ resume: 5 }, 'resume'],
    [{ origins: 'https://a.b' }, 'origins'],
    [{ origins: ['https://a.b/path'] }, 'origins'],
    [{ maxPayload: 1, limits: { messageBytes: 1 } }, 'maxPayload'],
    [{ handleProtocols: () => false }, 'handleProtocols'],
    [{ port: 0, noServer: true }, 'port'],
    [{ protocol: [] }, 'protocol'],
    [{ protocol: { name: 'x' } }, 'protocol'],
    [{ backplane: {} }, 'backplane'],
    [{ backplane: 'redis://127.0.0.1' }, 'backplane'],
  ])('by a server: %j', (options, option) => {
    expect(() => new WseServer({ identify: anyone, ...options } as WseServerOptions)).toThrow(invalid(option))
  })

  it.each([
    [{}, 'url'],
    [{ url: 'http://localhost' }, 'url'],
    [{ url: 'ws://a b' }, 'url'],
    [{ url: 'ws://a', re: { attemps: 3 } }, 're.attemps'],
    [{ url: 'ws://a', queue: [] }, 'queue'],
    [{ url: 'ws://a', jumpPolicy: 'any' }, 'jumpPolicy'],
    [{ url: 'ws://a', wake: 5 }, 'wake'],
    [{ url: 'ws://a', contract: {} }, 'contract'],
  ])('by a client: %j', (options, option) => {
    expect(() => new WseClient(options as WseClientOptions)).toThrow(invalid(option))
  })
})

/** `limits.depth` and 5 as `{ limits: { depth: 5 } }`. */
function withOption(option: string, value: unknown): object {
  const [group, member] = option.split('.')
  return { [group as string]: member === undefined ? value : { [member]: value } }
}

function invalid(option: string): unknown {
  return expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION, details: { option } })
}
