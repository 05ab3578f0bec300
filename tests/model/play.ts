import { WSE_ERROR, type WseClient, type WseError } from '@wse/client'
import type { WorldLink } from '@wse/testing'
import { deviceOf } from '../../packages/server/src/people/people.js'
import type { ServerSession } from '../../packages/server/src/sessions/server-session.js'
import type { Said } from './journal.js'
import { type Command, KEYS, type Kind, type Move } from './plan.js'
import { stream } from './streams.js'
import { bytesOfNumber, type Theatre, type Thief } from './theatre.js'
import { attend, playTopics } from './topics.js'

/** Errors with which something is refused before it is accepted. */
const REFUSED: ReadonlySet<string> = new Set([
  WSE_ERROR.QUEUE_FULL,
  WSE_ERROR.CONNECTION_NOT_READY,
  WSE_ERROR.RP_DISCONNECT,
])

const WAYS = ['up', 'down'] as const

/** Carries out one command of a plan. */
export async function play(theatre: Theatre, command: Command): Promise<void> {
  const { world, journal, client } = theatre
  switch (command.do) {
    case 'say':
      if (command.who === 'client') clientSays(theatre, command.kind)
      else serverSays(theatre, command.kind)
      break
    case 'stream':
      stream(theatre, command.who, command.kind, command.stops)
      break
    case 'subscribe':
    case 'unsubscribe':
    case 'publish':
    case 'present':
    case 'kick':
      playTopics(theatre, command)
      break
    case 'finish': {
      const running = journal.running[command.who]
      running.splice(command.which % Math.max(1, running.length), 1)[0]?.finish(command.fails)
      break
    }
    case 'deliver':
      linkOf(theatre, command.link)?.deliver(command.way, command.count)
      break
    case 'batch':
      linkOf(theatre, command.link)?.batch(command.way, command.count)
      break
    case 'flow':
      return flow(theatre)
    case 'newest':
      return newest(theatre)
    case 'falter':
      return falter(theatre, command)
    case 'cut':
      journal.cuts++
      linkOf(theatre, command.link)?.cut(command.side === 'both' ? undefined : command.side)
      break
    case 'wake':
      theatre.woken(command.why)
      break
    case 'advance':
      journal.time += command.ms
      await world.advance(command.ms)
      break
    case 'rest':
      for (let second = 0; second < command.seconds; second++) {
        journal.time += 1_000
        await world.advance(1_000)
        await flow(theatre)
      }
      break
    case 'restart':
      return restart(theatre, command.how)
    case 'steal':
      return steal(theatre, command)
    case 'rival':
      journal.done.add('rival')
      return guest(theatre, { who: theatre.who })
    case 'crowd':
      journal.done.add('crowd')
      return guest(theatre, { who: `guest ${journal.next()}` }, true)
    case 'jump':
    case 'move':
      return move(theatre, command)
    case 'leave':
      await leave(theatre)
      break
    case 'swap':
      journal.done.add('swap')
      theatre.who = theatre.who === 'ann' ? 'bob' : 'ann'
      break
    case 'drop':
      journal.done.add('drop')
      for (const { conn } of theatre.live.slice(-1)) conn.drop()
      break
    case 'revoke':
      journal.done.add('revoke')
      for (const { conn, server } of theatre.live.slice(-1)) server.revoke(conn.cid, { conn_id: conn.conn_id })
      break
  }
  await world.settle()
  if (client.status === 'OFFLINE') journal.done.add('final')
}

/** Hands over everything that is on its way, until nothing is. */
export async function flow({ world }: Theatre): Promise<void> {
  for (let quiet = false; !quiet; ) {
    quiet = true
    for (const link of world.links()) {
      if (link.state('client') === 'closed' && link.waiting('up') === 0) continue
      for (const way of ['up', 'down'] as const) if (link.waiting(way) > 0 && link.deliver(way, 100) > 0) quiet = false
    }
    await world.settle()
  }
}

async function newest({ world, client }: Theatre): Promise<void> {
  const link = world.links(client).at(-1)
  if (link === undefined) return
  for (let quiet = false; !quiet; ) {
    quiet = true
    for (const way of WAYS) if (link.waiting(way) > 0 && link.deliver(way, 100) > 0) quiet = false
    await world.settle()
  }
}

async function falter(theatre: Theatre, { steps, ending }: Command & { do: 'falter' }): Promise<void> {
  const { world, client, journal } = theatre
  const before = world.links(client).length
  theatre.woken('online')
  journal.time += 1_000
  await world.advance(1_000)
  const link = world.links(client)[before]
  if (link === undefined) return
  for (let step = 0; step < steps; step++) {
    link.deliver(step % 2 === 0 ? 'up' : 'down', 1)
    await world.settle()
  }
  if (ending === 'cut') {
    journal.cuts++
    link.cut()
    return world.settle()
  }
  journal.time += 4_200
  await world.advance(4_200)
  await newest(theatre)
}

function linkOf({ world, client }: Theatre, which: number): WorldLink | undefined {
  const links = world.links(client)
  return links[links.length - 1 - (which % Math.max(1, links.length))]
}

function clientSays(theatre: Theatre, kind: Kind): void {
  const { client, journal } = theatre
  if (kind === 'item') {
    journal.items++
    if (client.status === 'READY' || client.status === 'RE_CONNECTING') theatre.session?.write('~wse:item', 1, 999)
    return
  }
  const n = journal.next()
  try {
    if (kind === 'volatile') client.send('v', { n }, { volatile: true })
    else if (kind === 'call' || kind === 'short') clientCalls(theatre, n, kind)
    else if (kind === 'bytes') accept(journal.said, n, client.send('b', bytesOfNumber(n)))
    else if (kind === 'latest') acceptState(journal.said, n, client.send('l', { n }, latest(n)))
    else accept(journal.said, n, client.send('m', { n }))
  } catch (error) {
    if (!REFUSED.has((error as WseError).code)) throw error
  }
}

function accept(said: Said[], n: number, result: string): void {
  if (result !== 'dropped') said.push({ n, kind: 'message', heard: 0, outcome: 'resolved', excused: false })
}

/** What was said of the same key before may have given way. */
function acceptState(said: Said[], n: number, result: string): void {
  if (result === 'dropped') return
  for (const older of said) if (older.kind === 'state' && older.n % KEYS === n % KEYS) older.excused = true
  said.push({ n, kind: 'state', heard: 0, outcome: 'resolved', excused: false })
}

function latest(n: number): { latest: string } {
  return { latest: `${n % KEYS}` }
}

function clientCalls({ client, journal }: Theatre, n: number, kind: Kind): void {
  const said: Said = { n, kind: 'call', heard: 0, outcome: 'pending', excused: false }
  journal.said.push(said)
  if (kind === 'short') journal.items++
  settle(said, client.call('work', { n }, kind === 'short' ? { timeout: 700 } : undefined), journal.problems)
}

function settle(said: { outcome: Said['outcome'] }, call: Promise<unknown>, problems: string[]): void {
  const settled = (outcome: Said['outcome']) => {
    if (said.outcome !== 'pending') problems.push('I2: a call settled twice')
    said.outcome = outcome
  }
  call.then(
    () => settled('resolved'),
    (error: WseError) => settled(error),
  )
}

function serverSays(theatre: Theatre, kind: Kind): void {
  const { journal } = theatre
  const log = theatre.live.at(-1)
  if (log === undefined) return
  const { conn, gave } = log
  if (kind === 'item') {
    journal.items++
    ;(deviceOf(conn) as ServerSession).write('~wse:item', 1, 999)
    return
  }
  const n = journal.next()
  if (kind === 'volatile') conn.send('v', { n }, { volatile: true })
  else if (kind === 'broadcast') broadcast(theatre, n)
  else if (kind === 'latest') acceptState(log.states.gave, n, conn.send('l', { n }, latest(n)))
  else if (kind === 'call' || kind === 'short') {
    const said: Said = { n, kind: 'call', heard: 0, outcome: 'pending', excused: false }
    gave.push(said)
    // Giving it up is a frame, too.
    if (kind === 'short') journal.items++
    settle(said, conn.call('work', { n }, kind === 'short' ? { timeout: 700 } : undefined), journal.problems)
  } else accept(gave, n, kind === 'bytes' ? conn.send('b', bytesOfNumber(n)) : conn.send('m', { n }))
}

/** Goes to all there are. Where the client has two connections nobody could tell by which of them it came. */
function broadcast(theatre: Theatre, n: number): void {
  const before = theatre.live
  if (before.length > 1) return
  theatre.home.broadcast('m', { n })
  const here = new Set([...theatre.home.clients.values()].flatMap(({ conns }) => [...conns.values()]))
  for (const { conn, gave, ended } of before) if (here.has(conn) && ended === null) accept(gave, n, 'sent')
}

async function restart(theatre: Theatre, how: 'crash' | 'silent' | 'close'): Promise<void> {
  const { world, journal, home } = theatre
  journal.done.add('restart')
  if (how === 'close') {
    journal.closing.add(home)
    const closed = home.close()
    await flow(theatre)
    await world.advance(6_000)
    await closed
  } else world.crash(home, { silent: how === 'silent' })
  for (const log of theatre.live) if (log.server === home && how !== 'close') log.ended = [0, 'crashed']
  // With its process go its handlers.
  journal.running.server = journal.running.server.filter(({ server }) => server !== home)
  theatre.home = world.restart(home)
  await world.settle()
}

async function steal(theatre: Theatre, { token, as, instance }: Command & { do: 'steal' }): Promise<void> {
  const { world, journal, tokens } = theatre
  const stolen = tokens[tokens.length - 1 - (token % Math.max(1, tokens.length))]
  if (stolen === undefined) return
  journal.done.add(as === 'owner' ? 'rival' : 'crowd')
  const thief = world.client({ name: `thief ${journal.next()}`, to: theatre.home }) as Thief
  const link = thief.env.transport(thief.env.url)
  thief.link = link
  const [owner] = journal.conns.slice(-1)
  const known = owner && as === 'other' && instance ? (deviceOf(owner.conn) as ServerSession).instance : undefined
  const who = as === 'owner' ? theatre.who : 'mallory'
  const identity = theatre.setup.anonymous && as === 'owner' ? '' : { who }
  link.onOpen = () => {
    const resume = { token: stolen, received: 0, first: 1 }
    const hi = { identity, v: 5, instance: known ?? `thief ${journal.next()}`, attempt: 1_000, keep: true, resume }
    link.send(JSON.stringify(['~wse:hi', hi]))
  }
  link.onMessage = (data) => {
    const [type, payload] = JSON.parse(String(data))
    if (type === '~wse:session' && payload.resumed) journal.problem('I10: a thief resumed a session')
    if (type === '~wse:session') journal.stolen.add(payload.reason)
  }
  await flow(theatre)
  link.terminate()
  await flow(theatre)
}

/** Another client comes, and loses its link where it is to wait as a suspended session. */
async function guest(theatre: Theatre, identity: object, loses = false): Promise<void> {
  const { world, journal } = theatre
  const rival = world.client({ name: `rival ${journal.next()}`, to: theatre.home }) as WseClient
  rival.connect(identity).catch(() => {})
  attend(theatre, rival)
  await world.settle()
  for (const link of world.links(rival)) for (let i = 0; i < 4; i++) for (const way of WAYS) link.deliver(way, 10)
  await world.settle()
  if (loses) world.link(rival).cut()
  await world.settle()
}

async function move(theatre: Theatre, command: Move): Promise<void> {
  const { world, journal, client } = theatre
  journal.done.add('jump')
  const target = command.do === 'jump' && command.to === 'same' ? theatre.home : theatre.other()
  if (command.do === 'jump') client.jump(world.urlOf(target)).catch(() => {})
  else {
    const log = theatre.live.at(-1)
    if (log?.conn.state === 'live') log.conn.jump(world.urlOf(target))
  }
  await world.settle()
}

/** The client leaves on purpose, and comes back. Nobody promised that what is on its way then arrives. */
async function leave(theatre: Theatre): Promise<void> {
  const { journal, client } = theatre
  journal.done.add('leave')
  for (const said of journal.said) if (said.heard === 0) said.excused = true
  void client.disconnect()
  theatre.connect()
}
