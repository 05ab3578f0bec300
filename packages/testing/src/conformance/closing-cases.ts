import { REASON_BYTES } from '@wse/protocol/wire'
import { equal, neverThrows } from './assert.js'
import type { Link, TransportCase } from './transport-case.js'
import { idle } from './watch.js'

/** How links end. */
export const CLOSING_CASES: readonly TransportCase[] = [
  { name: 'closes with a code and a reason', run: (link) => closesWith(link, 4001, 'wse.restart') },
  { name: 'closes with 1000 and no reason', run: (link) => closesWith(link, 1000, '') },
  {
    name: `closes with a reason of ${REASON_BYTES} bytes`,
    run: (link) => closesWith(link, 4500, `${'é'.repeat(61)}!`),
  },
  { name: 'delivers what was sent right before close', run: flushes },
  { name: 'sends nothing after close', run: silentAfterClose },
  { name: 'moves from open over closing to closed', run: states },
  { name: 'ignores a second close', run: closesTwice },
  { name: 'survives both ends closing at once', run: bothClose },
  { name: 'closes from inside onMessage', run: closesInside },
  { name: 'never throws from send, close or terminate, whatever the state', run: neverThrowsInAnyState },
  { name: 'reports nothing after onClose', run: nothingAfter },
  { name: 'terminates: both ends see 1006', needs: ['terminate'], run: terminates },
  { name: 'delivers nothing after terminate from inside onMessage', needs: ['terminate'], run: terminatesInside },
  { name: 'terminates while closing, and ends once', needs: ['terminate'], run: terminatesWhileClosing },
]

/** Both ends have ended, exactly once each, with nothing after it; gives their closes. */
async function bothEnd({ near, far }: Link): Promise<void> {
  await Promise.all([near.ended(), far.ended()])
  await idle()
  equal(near.transport.state, 'closed', 'state of the near end')
  equal(far.transport.state, 'closed', 'state of the far end')
  equal(near.closes.length, 1, 'calls of onClose at the near end')
  equal(far.closes.length, 1, 'calls of onClose at the far end')
  equal([...near.late, ...far.late], [], 'reported after onClose')
}

async function closesWith(link: Link, code: number, reason: string): Promise<void> {
  link.near.transport.close(code, reason)
  await bothEnd(link)
  equal(link.far.closes, [[code, reason]], 'what the other end is told')
  equal(link.near.closes, [[code, reason]], 'what the closing end is told')
}

async function flushes(link: Link): Promise<void> {
  const frames = ['x'.repeat(100_000), 'last']
  for (const frame of frames) link.near.transport.send(frame)
  link.near.transport.close(4001, '')
  await bothEnd(link)
  equal(link.far.messages, frames, 'frames sent right before close')
}

async function silentAfterClose(link: Link): Promise<void> {
  link.near.transport.send('before')
  link.near.transport.close(4001, '')
  link.near.transport.send('after')
  await bothEnd(link)
  equal(link.far.messages, ['before'], 'frames')
}

async function states(link: Link): Promise<void> {
  equal(link.near.transport.state, 'open', 'state before close')
  link.near.transport.close(4001, '')
  equal(link.near.transport.state, 'closing', 'state after close')
  equal(link.near.closes.length, 0, 'calls of onClose inside close')
  await bothEnd(link)
}

async function closesTwice(link: Link): Promise<void> {
  link.near.transport.close(4001, 'first')
  link.near.transport.close(4002, 'second')
  await bothEnd(link)
  equal(link.far.closes, [[4001, 'first']], 'what the other end is told')
  link.near.transport.close(4003, 'third')
  await bothEnd(link)
}

async function bothClose(link: Link): Promise<void> {
  link.near.transport.close(4001, 'near')
  link.far.transport.close(4002, 'far')
  await bothEnd(link)
}

async function closesInside(link: Link): Promise<void> {
  link.far.react = () => link.far.transport.close(4002, 'enough')
  link.near.transport.send('one')
  await bothEnd(link)
  equal(link.near.closes, [[4002, 'enough']], 'what the other end is told')
}

async function neverThrowsInAnyState(link: Link): Promise<void> {
  const { transport } = link.near
  const tryAll = () => {
    neverThrows(() => transport.send('text'), `send while ${transport.state}`)
    neverThrows(() => transport.send(new Uint8Array(3)), `send while ${transport.state}`)
  }
  tryAll()
  neverThrows(() => transport.close(4001, 'é'.repeat(200)), 'close with a reason that is too long')
  tryAll()
  await bothEnd(link)
  tryAll()
  neverThrows(() => transport.close(4001, ''), 'close while closed')
  neverThrows(() => transport.terminate(), 'terminate while closed')
  await bothEnd(link)
}

async function nothingAfter(link: Link): Promise<void> {
  for (let i = 0; i < 50; i++) {
    link.near.transport.send(`near ${i}`)
    link.far.transport.send(`far ${i}`)
  }
  link.near.transport.close(4001, '')
  await bothEnd(link)
}

async function terminates(link: Link): Promise<void> {
  link.near.transport.terminate()
  await bothEnd(link)
  equal(link.near.closes[0]?.[0], 1006, 'code at the end that terminated')
  equal(link.far.closes[0]?.[0], 1006, 'code at the other end')
}

async function terminatesInside(link: Link): Promise<void> {
  link.far.react = () => link.far.transport.terminate()
  for (const frame of ['one', 'two', 'three']) link.near.transport.send(frame)
  await bothEnd(link)
  equal(link.far.messages, ['one'], 'frames delivered')
}

async function terminatesWhileClosing(link: Link): Promise<void> {
  link.near.transport.close(4001, 'slowly')
  link.near.transport.terminate()
  link.near.transport.terminate()
  await bothEnd(link)
}
