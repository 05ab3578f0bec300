import { describe, expect, it } from 'vitest'
import { twoPeers } from '../two-peers.test-helper.js'
import type { RunningCall } from './running-call.js'

/** A call whose handler never answers, and may take `ms`. */
function slow(ms: number, timeout: number) {
  const peers = twoPeers()
  const seen: RunningCall[] = []
  peers.server.procedures.set('slow', (_, ctx) => {
    const call = ctx as RunningCall
    seen.push(call)
    call.limit(ms)
    void call.signal
    return new Promise(() => {})
  })
  const outcome = peers.client.peer.call('slow', null, { timeout }).catch((error) => error)
  return { ...peers, outcome, call: seen[0] as RunningCall }
}

describe('a limit of a call', () => {
  it('gives it up: the caller is told, the handler is, and its slot is free', async () => {
    const { clock, server, outcome, call } = slow(500, 0)
    expect(call.deadline - clock.now()).toBe(500)
    clock.advance(499)
    expect([server.peer.running, call.signal.aborted]).toEqual([1, false])
    clock.advance(1)
    expect([server.peer.running, call.signal.reason.code]).toEqual([0, 'wse.client.rp.timeout'])
    expect(await outcome).toMatchObject({ code: 'wse.client.rp.timeout', remote: true })
    expect(server.failures).toEqual([])
  })

  it('does not end what the caller waits for no longer than it', async () => {
    const { clock, server, outcome, call } = slow(500, 200)
    clock.advance(200)
    expect(await outcome).toMatchObject({ code: 'wse.client.rp.timeout', remote: false })
    expect(call.signal.aborted).toBe(true)
    const wrote = server.wrote.length
    clock.advance(500)
    expect([server.wrote.length, clock.armed]).toEqual([wrote, 0])
  })

  it('counts even where the caller is taken to have given up before', async () => {
    const { client, server, clock } = twoPeers()
    server.peer.callerTimeout(100)
    server.procedures.set('slow', (_, ctx) => {
      ;(ctx as RunningCall).limit(500)
      void ctx.signal
      return new Promise(() => {})
    })
    const outcome = client.peer.call('slow', null).catch((error) => error)
    clock.advance(500)
    expect(await outcome).toMatchObject({ code: 'wse.client.rp.timeout', remote: true })
  })
})
