import type { Identify } from '@wse/server'
import { expect } from 'vitest'
import type { Ends } from '../fixtures/ends.js'
import { deferred, idle, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { type ClientVector, expectStep, handshakes, perform, type ServerVector } from './vectors.js'

/** Milliseconds of each wait, at the defaults of the limits. */
const WAITS = { hi: 5_000, identify: 5_000, answer: 15_000, accept: 0 }

behaviour('the handshakes of the protocol, at the server', (test) => {
  for (const vector of handshakes.server) test(vector.name, (ends) => playServer(ends, vector))
})

behaviour('the handshakes of the protocol, at the client', (test) => {
  for (const vector of handshakes.client) test(vector.name, (ends) => playClient(ends, vector))
})

/** What `identify` of the vectors' server does, by name. */
function identifyOf(name: string, decided: Promise<unknown>): Identify {
  const accept: Identify = (context) => {
    const { identity, challenge } = context
    if (challenge && challenge.response !== 3) context.refuse()
    else context.accept(identity || 'nobody', { hello: identity ?? null })
  }
  const kinds: Record<string, Identify> = {
    accept,
    later: (context) => decided.then(() => accept(context)),
    refuse: ({ refuse }) => refuse(),
    refuseLater: ({ refuse }) => decided.then(refuse),
    acceptNothing: (context) => context.accept(null),
    throw: () => {
      throw new Error('cold')
    },
    reject: () => Promise.reject(new Error('cold')),
    never: () => {},
  }
  return kinds[name] as Identify
}

async function playServer(ends: Ends, { server: kind, steps }: ServerVector): Promise<void> {
  const decided = deferred()
  const { server, url } = await ends.server({ identify: identifyOf(kind.identify, decided.promise) })
  server.register('add', (_conn, { a, b }) => a + b)
  if (kind.challenges) server.useChallenge((_identity, _meta, quest) => quest({ a: 1, b: 2 }))
  const peer = ends.peer(url)
  // Over a socket a wait must not pass before the server has got what was sent.
  let sent = 0
  const heard = () => (sent === 0 ? server.inspect().handshakes === 1 : server.inspect().strangers === 0)
  for (const step of steps) {
    if (step.wait) {
      await until(() => step.wait === 'answer' || heard())
      await idle()
      decided.resolve(null)
      await ends.clock.advance(WAITS[step.wait])
    } else if (step.from === 'client') {
      perform(peer, step)
      sent++
    } else {
      await expectStep(peer, step)
    }
  }
  await expectNothingMore(peer.received.length, () => peer.received.length)
}

async function playClient(ends: Ends, { ends: end, steps }: ClientVector): Promise<void> {
  const stage = await ends.stage()
  const client = ends.client(stage.url)
  client.challenge(({ a, b }, solve) => solve(a + b))
  const connecting = client.connect('ann').then(
    () => 'ready',
    ({ code }) => code,
  )
  const peer = await stage.next()
  for (const step of steps) {
    if (step.from === 'server') perform(peer, step)
    else await expectStep(peer, step)
  }
  const ended = await connecting
  if (end === 'closed') expect(client.status).toBe('OFFLINE')
  else expect(ended).toBe(end)
  await expectNothingMore(peer.received.length, () => peer.received.length)
}

async function expectNothingMore(before: number, now: () => number): Promise<void> {
  await idle()
  expect(now()).toBe(before)
}
