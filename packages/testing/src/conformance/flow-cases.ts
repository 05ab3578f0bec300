import { equal, ok } from './assert.js'
import type { Link, TransportCase } from './transport-case.js'
import { idle, type Watch } from './watch.js'

const MIB = 1_048_576

/** Frames of 1 MiB after which a reader that does not read must have been noticed. */
const PATIENCE = 64

/** How links slow down. */
export const FLOW_CASES: readonly TransportCase[] = [
  { name: 'has nothing buffered when all was delivered', run: nothingBuffered },
  { name: 'tells of congestion and of its end', needs: ['pause', 'drain'], run: drains },
  { name: 'loses nothing over pause and resume', needs: ['pause'], run: pauses },
  { name: 'pauses from inside onMessage', needs: ['pause'], run: pausesInside },
  { name: 'holds writes while corked', needs: ['cork'], run: corks },
  { name: 'closes after what was corked', needs: ['cork'], run: closesCorked },
  { name: 'answers a ping', needs: ['ping'], run: pings },
]

async function nothingBuffered({ near, far }: Link): Promise<void> {
  for (let i = 0; i < 10; i++) near.transport.send('x'.repeat(10_000))
  await far.got(10)
  await idle()
  equal(near.transport.bufferedAmount, 0, 'bufferedAmount')
}

async function drains({ near, far }: Link): Promise<void> {
  const chunk = new Uint8Array(MIB)
  let sent = 0
  far.transport.pause?.()
  while (near.transport.bufferedAmount === 0 && sent < PATIENCE) {
    near.transport.send(chunk)
    sent++
    await idle(1)
  }
  ok(near.transport.bufferedAmount > 0, `bufferedAmount is 0 after ${sent} MiB that nobody read`)
  near.transport.tellDrain?.()
  const before = near.drains
  far.transport.resume?.()
  await near.until(() => near.drains > before)
  equal(near.transport.bufferedAmount, 0, 'bufferedAmount at onDrain')
  await far.got(sent)
}

async function pauses({ near, far }: Link): Promise<void> {
  far.transport.pause?.()
  for (const frame of ['one', 'two', 'three']) near.transport.send(frame)
  await roundTrip(far, near)
  equal(far.messages, [], 'frames delivered while paused')
  far.transport.resume?.()
  await far.got(3)
  equal(far.messages, ['one', 'two', 'three'], 'frames')
}

async function pausesInside({ near, far }: Link): Promise<void> {
  far.react = () => far.transport.pause?.()
  near.transport.send('one')
  await far.got(1)
  near.transport.send('two')
  await roundTrip(far, near)
  equal(far.messages, ['one'], 'frames delivered while paused')
  far.transport.resume?.()
  await far.got(2)
}

async function corks({ near, far }: Link): Promise<void> {
  near.transport.cork?.()
  for (const frame of ['one', 'two', 'three']) near.transport.send(frame)
  await roundTrip(far, near)
  equal(far.messages, [], 'frames delivered while corked')
  near.transport.uncork?.()
  await far.got(3)
  equal(far.messages, ['one', 'two', 'three'], 'frames')
}

async function closesCorked({ near, far }: Link): Promise<void> {
  near.transport.cork?.()
  near.transport.send('one')
  near.transport.close(4001, '')
  near.transport.uncork?.()
  await far.ended()
  equal(far.messages, ['one'], 'frames')
  equal(far.closes, [[4001, '']], 'what the other end is told')
}

async function pings({ near }: Link): Promise<void> {
  near.transport.ping?.()
  await near.until(() => near.pongs > 0)
  equal(near.pongs, 1, 'answers')
}

/** One frame the other way, which has what was held back overtaken if it was not. */
async function roundTrip(from: Watch, to: Watch): Promise<void> {
  from.transport.send('probe')
  await to.got(1)
  await idle()
}
