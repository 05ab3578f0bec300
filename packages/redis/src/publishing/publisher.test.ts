import type { PublishResult, Receipt } from '@wse/protocol/backplane'
import { createTestClock, type TestClock } from '@wse/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Argument } from '../connection/connection.js'
import type { Link } from '../connection/link.js'
import { Names } from '../names.js'
import type { Script } from '../scripts/script.js'
import { Epochs } from './epochs.js'
import { Publisher } from './publisher.js'

const NODE = 'abcdefghijklmnopqrst-'
const HISTORY = { size: 5, ttl: 1_000, bytes: 100 }

/** Keeps what it is asked, and answers when it is told to. */
class FakeLink {
  readonly asked: Argument[][] = []
  readonly heeded: string[] = []
  readonly #waiting: { resolve(answer: readonly unknown[]): void; reject(error: Error): void }[] = []

  run(_script: Script, args: Argument[]): Promise<readonly unknown[]> {
    this.asked.push(args)
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  heed(said: string): void {
    this.heeded.push(said)
  }

  async answer(...answer: unknown[]): Promise<void> {
    this.#waiting.shift()?.resolve([1_000, ...answer])
    await turn()
  }

  async refuse(error: Error): Promise<void> {
    this.#waiting.shift()?.reject(error)
    await turn()
  }
}

async function turn(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve()
}

function replyError(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError' })
}

let clock: TestClock
let link: FakeLink
let publisher: Publisher
let settled: [string, PublishResult][]
let thrown: unknown[]
let unheard: (boolean | 'probed')[]

const receipt = (name: string): Receipt => ({ settle: (result) => settled.push([name, result]) })
const reasons = () => settled.map(([name, result]) => `${name} ${result.ok ? 'ok' : result.reason}`)

function make(bufferedBytes: number): void {
  clock = createTestClock()
  link = new FakeLink()
  settled = []
  thrown = []
  unheard = []
  publisher = new Publisher({
    node: NODE,
    names: new Names('wse'),
    clock,
    epochs: new Epochs(clock),
    bufferedBytes,
    probed: () => unheard.push('probed'),
    unheard: (again) => unheard.push(again),
    failed: (error) => thrown.push(error),
  })
  publisher.open(link as unknown as Link)
}

beforeEach(() => make(10_000))

describe('a publisher', () => {
  it('publishes all of a turn by one command, when the turn is over', async () => {
    const seqs = [1, 2, 3].map((at) => publisher.publish(`s${at}`, 'x', undefined, receipt(`${at}`)))
    expect([seqs, link.asked.length, publisher.seq]).toEqual([[1, 2, 3], 0, 3])
    await turn()
    expect(link.asked.map(([, ...args]) => args.length)).toEqual([6])
    await link.answer(1, 0, 2)
    expect(settled.map(([, result]) => result)).toMatchObject([{ receivers: 1 }, { receivers: 0 }, { receivers: 2 }])
    expect([publisher.published, publisher.failures]).toEqual([3, 0])
  })

  it('does not wait for the end of a turn that says very much', () => {
    make(1_000_000)
    for (let i = 0; i < 1_100; i++) publisher.publish(`s${i}`, '', undefined, undefined)
    expect(link.asked.map(([, ...args]) => args.length / 2)).toEqual([512, 512])
    publisher.publish('s', 'x'.repeat(300_000), undefined, undefined)
    expect(link.asked.length).toBe(3)
  })

  it('waits for the round of the loop to end where turns follow closely', async () => {
    publisher.publish('s', 'x', undefined, undefined)
    await turn()
    publisher.publish('s', 'x', undefined, undefined)
    await turn()
    expect(link.asked.length).toBe(1)
    await clock.settle()
    expect(link.asked.length).toBe(2)
    await clock.advance(1)
    publisher.publish('s', 'x', undefined, undefined)
    await turn()
    expect(link.asked.length).toBe(3)
  })

  it('refuses what goes beyond the bound, until that is answered', async () => {
    publisher.publish('s', 'x'.repeat(9_990), undefined, receipt('1'))
    publisher.publish('s', 'x', undefined, receipt('2'))
    expect(reasons()).toEqual([])
    await turn()
    expect(reasons()).toEqual(['2 overflow'])
    publisher.publish('s', 'x', undefined, receipt('3'))
    await link.answer(0)
    await clock.advance(1)
    publisher.publish('s', 'x', undefined, receipt('4'))
    await turn()
    await link.answer(0)
    expect(reasons()).toEqual(['2 overflow', '3 overflow', '1 ok', '4 ok'])
  })

  it('publishes nothing without a link, and says so in a later turn', async () => {
    publisher.publish('s', 'x', undefined, receipt('unsent'))
    publisher.close('it was lost')
    const seq = publisher.publish('s', 'x', undefined, receipt('later'))
    expect([seq, settled]).toEqual([2, []])
    await turn()
    expect(settled).toEqual([
      ['unsent', { ok: false, reason: 'down', detail: 'it was lost' }],
      ['later', { ok: false, reason: 'down', detail: 'it was lost' }],
    ])
    expect(link.asked).toEqual([])
  })

  it.each([
    ['nobody knows', new Error('Connection is closed.'), 'timeout'],
    ['the engine refused it', replyError('BUSY a script is running'), 'rejected'],
    ['it has not left', new Error("Stream isn't writeable and enableOfflineQueue options is false"), 'down'],
  ])('says what is certain: %s', async (_, error, reason) => {
    publisher.publish('s', 'x', undefined, receipt('1'))
    await turn()
    await link.refuse(error)
    expect(reasons()).toEqual([`1 ${reason}`])
    expect(publisher.failures).toBe(1)
  })

  it('says that what came too late was not published, and that its probes have to be sent again', async () => {
    publisher.publish('s', 'x', { history: HISTORY }, receipt('1'))
    publisher.probe('echo', '1')
    await link.answer()
    expect([reasons(), unheard]).toEqual([['1 down'], [true]])
    publisher.probe('echo', '2')
    await link.refuse(replyError('NOSCRIPT No matching script'))
    publisher.probe('echo', '3')
    await link.refuse(replyError('BUSY'))
    publisher.probe('echo', '4')
    await link.answer(1)
    expect(unheard).toEqual([true, true, false, 'probed'])
  })

  it('heeds what the engine says of one message', async () => {
    publisher.publish('s', 'x', { history: HISTORY }, receipt('1'))
    await turn()
    await link.answer(replyError('LOST another generation'))
    expect([reasons(), link.heeded]).toEqual([['1 rejected'], ['LOST another generation']])
  })

  it('goes on when a receipt throws', async () => {
    const error = new Error('mine')
    publisher.publish('s', 'x', undefined, {
      settle() {
        throw error
      },
    })
    publisher.publish('t', 'x', undefined, receipt('2'))
    await turn()
    await link.answer(0, 0)
    expect([thrown, reasons()]).toEqual([[error], ['2 ok']])
  })
})
