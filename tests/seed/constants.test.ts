import * as fromClient from '@wse/client'
import * as fromServer from '@wse/server'
import { describe, expect, it } from 'vitest'

/** The seed's names with WSE 4's values: they travel on the wire. */
const seed = {
  WSE_STATUS: {
    IDLE: 'IDLE',
    CONNECTING: 'CONNECTING',
    RE_CONNECTING: 'RE_CONNECTING',
    READY: 'READY',
    OFFLINE: 'OFFLINE',
  },
  WSE_ERROR: {
    CONNECTION_NOT_READY: 'wse.client.not-ready',
    RP_TIMEOUT: 'wse.client.rp.timeout',
    RP_NOT_REGISTERED: 'wse.server.rp.not-registered',
    RP_EXECUTION_FAILED: 'wse.server.rp.failed',
    RP_DISCONNECT: 'wse.client.rp.disconnect',
  },
  WSE_REASON: {
    BY_CLIENT: 'wse.by-client',
    BY_SERVER: 'wse.by-server',
    NOT_AUTHORIZED: 'wse.not-authorized',
    PROTOCOL_ERR: 'wse.protocol-error',
    CLIENTS_CONCURRENCY: 'wse.clients-concurrency',
  },
}

describe.each([
  ['@wse/client', fromClient],
  ['@wse/server', fromServer],
])('the constants of %s', (_name, entry) => {
  it.each(Object.keys(seed) as (keyof typeof seed)[])('[W33] %s has the names and values of the seed', (group) => {
    expect(entry[group]).toMatchObject(seed[group])
  })

  it('cannot be changed', () => {
    for (const group of Object.keys(seed) as (keyof typeof seed)[]) expect(Object.isFrozen(entry[group])).toBe(true)
  })

  it('go with one error class', () => {
    expect(new entry.WseError('X', { a: 1 })).toBeInstanceOf(Error)
    expect(entry.WseError).toBe(fromClient.WseError)
  })
})
