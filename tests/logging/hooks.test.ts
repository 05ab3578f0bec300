import { WSE_ERROR, WseError } from '@wse/client'
import {
  consoleLog,
  type ErrorEvent,
  type ReceivedEvent,
  type SentEvent,
  type ServerHooks,
  type WseConnection,
} from '@wse/server'
import { expect } from 'vitest'
import { deferred, until } from '../fixtures/listen.js'
import { behaviour } from '../fixtures/matrix.js'
import { all, started } from '../streams/fixture.js'

/** Hooks that note what they are told, as short texts under a name of their own. */
function noting(told: string[], name = ''): ServerHooks {
  const who = (conn: WseConnection | undefined) => conn?.cid ?? 'nobody'
  return {
    received: ({ kind, name: what, conn }: ReceivedEvent<WseConnection>) =>
      told.push(`${name}received ${kind} ${what} of ${who(conn)}`),
    sent: (event: SentEvent<WseConnection>) =>
      told.push(
        event.kind === 'answer'
          ? `${name}answered ${event.name} ${event.outcome} after ${event.duration}`
          : `${name}sent ${event.name} to ${who(event.conn)} ${event.delivery.sent}`,
      ),
    error: ({ error, kind, name: what, conn }: ErrorEvent<WseConnection>) =>
      told.push(`${name}error ${error.code} ${kind} ${what} of ${who(conn)}`),
    authenticated: ({ user, how, conn }) => told.push(`${name}${how} ${user.cid} ${conn.cid}`),
  }
}

behaviour('hooks of a server', (test) => {
  test('[Q18] [Q20] hear of what is received, answered and sent', async (ends) => {
    const told: string[] = []
    const { server, client, conn } = await started(ends, {}, { log: noting(told) })
    server.register('add', (_, { a, b }) => a + b)
    server.register('late', async () => 1)
    server.register('count', async function* () {
      yield 1
    })
    server.channel.on('chat', () => {})
    await client.call('add', { a: 1, b: 2 })
    await client.call('late')
    await all(client.stream('count'))
    client.send('chat', 'hi')
    await until(() => told.length > 7)
    conn.send('one')
    conn.client.send('two')
    server.send('ann', 'three')
    server.send('nobody', 'four')
    server.broadcast('five')
    expect(told).toEqual([
      'connected ann ann',
      'received call add of ann',
      'answered add ok after 0',
      'received call late of ann',
      'answered late ok after 0',
      'received call count of ann',
      'answered count ok after 0',
      'received message chat of ann',
      'sent one to ann 1',
      'sent two to nobody 1',
      'sent three to nobody 1',
      'sent four to nobody 0',
      'sent five to nobody 1',
    ])
  })

  test('[Q5] [Q18] hear of answers that are errors, and of errors that are no answers', async (ends) => {
    const told: string[] = []
    const errors: ErrorEvent<WseConnection>[] = []
    const answers: SentEvent<WseConnection>[] = []
    const log = { ...noting(told), error: (event: ErrorEvent<WseConnection>) => errors.push(event) }
    const { server, client } = await started(ends, {}, { log: { ...log, sent: (event) => answers.push(event) } })
    const requestIds: string[] = []
    server.register('poor', () => {
      throw new WseError('POOR')
    })
    server.register('breaks', (_, __, ctx) => {
      requestIds.push(ctx.requestId)
      throw new Error('boom')
    })
    server.register('odd', () => 1n)
    for (const name of ['poor', 'breaks', 'odd']) await client.call(name).catch(() => {})
    expect(answers.map(({ name, ...event }) => [name, 'outcome' in event && event.outcome])).toEqual([
      ['poor', 'error'],
      ['breaks', 'error'],
      ['odd', 'error'],
    ])
    expect(answers[0]).toMatchObject({ error: { code: 'POOR' }, payload: undefined })
    expect(errors.map(({ name, kind }) => `${kind} ${name}`)).toEqual(['call breaks', 'call odd'])
    expect(errors[0]).toMatchObject({ requestId: requestIds[0], error: { cause: { message: 'boom' } } })
  })

  test('[Q18] hear of listeners and middleware of messages that fail', async (ends) => {
    const told: string[] = []
    const { server, client } = await started(ends, {}, { log: { error: noting(told).error } })
    server.channel.on('plain', () => {
      throw new Error('boom')
    })
    server.message(
      'chat',
      () => {
        throw new Error('boom')
      },
      { log: { error: noting(told, 'own ').error } },
    )
    server.message('guarded', () => {}, {
      use: [
        () => {
          throw new WseError('NO')
        },
      ],
    })
    for (const type of ['plain', 'chat', 'guarded']) client.send(type)
    await until(() => told.length === 3)
    expect(told).toEqual([
      `error ${WSE_ERROR.MESSAGE_PROCESSING_ERROR} message plain of ann`,
      `own error ${WSE_ERROR.MESSAGE_PROCESSING_ERROR} message chat of ann`,
      'error NO message guarded of ann',
    ])
  })

  test('[Q19] of a procedure or message count in place of those of the server; null switches off', async (ends) => {
    const told: string[] = []
    const { server, client } = await started(ends, {}, { log: noting(told) })
    const { authenticated: _, ...own } = noting(told, 'own ')
    const fails = () => {
      throw new Error('boom')
    }
    server.register('own', fails, { log: own })
    server.register('quiet', fails, { log: null })
    server.register('half', fails, { log: { received: null, sent: undefined } })
    server.message('chat', () => {}, { log: { received: own.received } })
    server.message('hush', () => {}, { log: { received: null } })
    for (const name of ['own', 'quiet', 'half']) await client.call(name).catch(() => {})
    client.send('hush')
    client.send('chat')
    await until(() => told.includes('own received message chat of ann'))
    expect(told).toEqual([
      'connected ann ann',
      'own received call own of ann',
      'own answered own error after 0',
      `own error ${WSE_ERROR.RP_EXECUTION_FAILED} call own of ann`,
      'answered half error after 0',
      `error ${WSE_ERROR.RP_EXECUTION_FAILED} call half of ann`,
      'own received message chat of ann',
    ])
  })

  test('[Q19] may wrap those of a log, for one procedure too', async (ends) => {
    const lines: string[] = []
    const log = consoleLog({ sink: (line) => lines.push(line.replace(/id=\S+ .*/, '')) })
    const { server, client } = await started(ends, {}, { log })
    const received = (event: ReceivedEvent<WseConnection>) => {
      lines.push(`before ${event.name}`)
      log.received(event)
    }
    server.register('plain', () => 1)
    server.register('wrapped', () => 1, { log: { received } })
    await client.call('plain')
    await client.call('wrapped')
    expect(lines).toEqual(['received call plain ', 'before wrapped', 'received call wrapped '])
  })

  test('hear of calls that middleware refuses, with the time it took', async (ends) => {
    const told: string[] = []
    const { server, client } = await started(ends, {}, { log: noting(told) })
    const gate = deferred()
    server.use(async () => {
      await gate.promise
      throw new WseError('NO')
    })
    server.register('add', () => 1)
    const called = client.call('add').catch((error) => error.code)
    await until(() => told.length === 2)
    await ends.clock.advance(30)
    gate.resolve(null)
    expect(await called).toBe('NO')
    expect(told.slice(1)).toEqual(['received call add of ann', 'answered add error after 30'])
  })

  test('[Q20] hear who was authenticated: come, come back, renewed', async (ends) => {
    const told: string[] = []
    const { server, client, conn } = await started(ends, {}, { log: noting(told) })
    const [resumed, lost] = [server.when.resumed(), client.when.retrying()]
    conn.terminate()
    const { delay } = await lost
    const ready = client.when.ready()
    await ends.clock.advance(delay)
    await Promise.all([resumed, ready])
    await client.refresh('ann')
    expect(told).toEqual(['connected ann ann', 'resumed ann ann', 'renewed ann ann'])
  })

  test('that fail disturb nobody, and are told once', async (ends) => {
    const errors: string[] = []
    let hooked = 0
    const boom = () => {
      hooked++
      throw new Error('boom')
    }
    const later = () => Promise.reject(new Error('later'))
    const log = { received: boom, sent: later, error: boom, authenticated: boom }
    const { server, url } = await ends.server({ log })
    server.when.error((error) => errors.push((error.cause as Error).message))
    server.register('add', () => {
      throw new Error('handler')
    })
    server.register('fine', () => 1, { log: { received: null } })
    const client = ends.client(url)
    await client.connect('ann')
    expect(await client.call('fine')).toBe(1)
    await expect(client.call('add')).rejects.toMatchObject({ code: WSE_ERROR.RP_EXECUTION_FAILED })
    await until(() => errors.length === 6)
    expect([errors.sort(), hooked]).toEqual([['boom', 'boom', 'boom', 'handler', 'later', 'later'], 3])
  })

  test('that are none are refused, and without any nothing is logged', async (ends) => {
    for (const log of [5, { received: 5 }, { recieved: () => {} }]) {
      await expect(ends.server({ log: log as never })).rejects.toMatchObject({ code: WSE_ERROR.INVALID_OPTION })
      expect(() => ends.client('ws://127.0.0.1:1', { log: log as never })).toThrow(
        expect.objectContaining({ code: WSE_ERROR.INVALID_OPTION }),
      )
    }
  })
})

behaviour('hooks of a client', (test) => {
  test('hear of what it receives, answers and sends, and of its errors', async (ends) => {
    const told: unknown[] = []
    const log = {
      received: (event: ReceivedEvent) => told.push(['received', event.kind, event.name]),
      sent: (event: SentEvent) => told.push(['sent', event.kind, event.name]),
      error: ({ error, name }: ErrorEvent) => told.push(['error', error.message, name]),
    }
    const { client, conn } = await started(ends, { log })
    client.register('ask', () => {
      throw new Error('boom')
    })
    client.register('quiet', () => 1, { log: null })
    client.channel.on('news', () => {})
    client.send('chat')
    await conn.call('ask').catch(() => {})
    await conn.call('quiet')
    conn.send('news')
    await until(() => told.length === 5)
    expect(told).toEqual([
      ['sent', 'message', 'chat'],
      ['received', 'call', 'ask'],
      ['sent', 'answer', 'ask'],
      ['error', 'ask failed: boom', 'ask'],
      ['received', 'message', 'news'],
    ])
  })
})
