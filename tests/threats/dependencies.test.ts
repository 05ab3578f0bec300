import { readFileSync } from 'node:fs'
import { WSE_ERROR, WseClient, type WseClientOptions } from '@wse/client'
import { WseServer, type WseServerOptions } from '@wse/server'
import { describe, expect, it } from 'vitest'
import { anyone } from '../fixtures/ends.js'

interface Manifest {
  version: string
  engines: { node: string }
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional: boolean }>
  bundleDependencies?: string[]
  scripts?: Record<string, string>
}

const read = (path: string): Manifest => JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))

/** What each package may need at run time, and nothing else. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  client: ['@wse/protocol', 'isomorphic-ws', 'ws'],
  server: ['@types/ws', '@wse/protocol', 'ws'],
  testing: ['@wse/protocol'],
}

describe.each(Object.entries(ALLOWED))('T69 @wse/%s', (name, allowed) => {
  const manifest = read(`packages/${name}/package.json`)

  it('depends on what it may, and on nothing by another way', () => {
    expect(Object.keys(manifest.dependencies ?? {}).sort()).toEqual(allowed)
    expect(manifest.optionalDependencies ?? {}).toEqual({})
    expect(manifest.bundleDependencies ?? []).toEqual([])
    const asked = Object.keys(manifest.peerDependencies ?? {})
    expect(asked.filter((peer) => !manifest.peerDependenciesMeta?.[peer]?.optional)).toEqual([])
  })

  it('takes no major of a dependency that was not tried', () => {
    for (const range of Object.values(manifest.dependencies ?? {})) expect(range).toMatch(/^\^\d+\.\d+\.\d+(-[\w.]+)?$/)
  })

  it('runs nothing when it is installed', () => {
    const hooks = ['preinstall', 'install', 'postinstall', 'prepare']
    expect(Object.keys(manifest.scripts ?? {}).filter((script) => hooks.includes(script))).toEqual([])
  })

  it('says which Node it needs', () => {
    expect(manifest.engines.node).toBe('>=20.19')
  })
})

describe('T69 ws', () => {
  it.each(['client', 'server'])('of @wse/%s is 8.23 or later: older ones can be made to run out of memory', (name) => {
    const range = read(`packages/${name}/package.json`).dependencies?.ws ?? ''
    const [major = 0, minor = 0] = range.replace('^', '').split('.').map(Number)
    expect(range).toMatch(/^\^/)
    expect([major, minor >= 23]).toEqual([8, true])
  })

  it('is 8.23 or later where these tests run, and needs nothing itself', () => {
    const installed = read('node_modules/ws/package.json')
    const [major = 0, minor = 0] = installed.version.split('.').map(Number)
    expect(major > 8 || minor >= 23).toBe(true)
    expect(installed.dependencies ?? {}).toEqual({})
  })
})

const BAD = [Number.NaN, -1, '5', null, {}, Number.NEGATIVE_INFINITY, true]
const COUNTS = ['messageBytes', 'depth', 'nameBytes', 'callsIn', 'callsOut', 'highWaterBytes']

describe('T68 every option there is a number for', () => {
  const SERVER = ['helloBytes', 'bufferedBytes', 'connections', 'unauthenticatedPerAddress', ...COUNTS]

  it.each([...SERVER, 'handshakeTimeout'])('limits.%s of a server', (name) => {
    for (const value of [...BAD, Number.POSITIVE_INFINITY])
      refusedByServer({ limits: { [name]: value } }, `limits.${name}`)
    if (name !== 'handshakeTimeout')
      for (const value of [0, 1.5]) refusedByServer({ limits: { [name]: value } }, `limits.${name}`)
  })

  it.each(['perSecond', 'burst'])('limits.messageRate.%s of a server', (name) => {
    for (const value of [...BAD, 0, Number.POSITIVE_INFINITY]) {
      if (name === 'perSecond' && value === null) continue
      refusedByServer({ limits: { messageRate: { perSecond: 1, [name]: value } } }, `limits.messageRate.${name}`)
    }
  })

  it.each(COUNTS)('limits.%s of a client', (name) => {
    for (const value of [...BAD, 0, 1.5, Number.POSITIVE_INFINITY]) {
      refusedByClient({ limits: { [name]: value } }, `limits.${name}`)
    }
  })

  it.each(['bytes', 'frames'])('queue.%s of a client', (name) => {
    for (const value of [...BAD, 1.5, Number.POSITIVE_INFINITY])
      refusedByClient({ queue: { [name]: value } }, `queue.${name}`)
  })

  it.each(['floor', 'base', 'factor', 'cap', 'attempts'])('re.%s of a client', (name) => {
    for (const value of BAD) refusedByClient({ re: { [name]: value } }, `re.${name}`)
    if (name !== 'attempts') refusedByClient({ re: { [name]: 2 ** 31 } }, `re.${name}`)
  })
})

describe('T68 a slip of the pen in a group', () => {
  it.each([
    [{ limits: { handshakeTimeOut: 1 } }, 'limits.handshakeTimeOut'],
    [{ limits: { __proto__: null, constructor: 1 } }, 'limits.constructor'],
    [{ limits: { messageRate: { perSecond: 1, brust: 5 } } }, 'limits.messageRate.brust'],
    [{ limits: { messageRate: true } }, 'limits.messageRate'],
    [{ limits: null }, 'limits'],
    [{ limits: [] }, 'limits'],
  ])('of a server: %j', (options, option) => {
    refusedByServer(options, option)
  })

  it.each([
    [{ limits: { connections: 5 } }, 'limits.connections'],
    [{ queue: { byte: 5 } }, 'queue.byte'],
    [{ re: { max: 5 } }, 're.max'],
    [{ re: 'yes' }, 're'],
    [{ re: null }, 're'],
    [{ queue: 5 }, 'queue'],
    [{ limits: 'none' }, 'limits'],
  ])('of a client: %j', (options, option) => {
    refusedByClient(options, option)
  })
})

function refusedByServer(options: object, option: string): void {
  const make = () => new WseServer({ identify: anyone, ...options } as WseServerOptions)
  expect(make, JSON.stringify(options)).toThrow(invalid(option))
}

function refusedByClient(options: object, option: string): void {
  const make = () => new WseClient({ url: 'ws://localhost', ...options } as WseClientOptions)
  expect(make, JSON.stringify(options)).toThrow(invalid(option))
}

function invalid(option: string): unknown {
  return expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION, details: { option } })
}
