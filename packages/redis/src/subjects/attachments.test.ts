import { beforeEach, describe, expect, it } from 'vitest'
import { Names } from '../names.js'
import { Attachments } from './attachments.js'

/** Notes what is asked of it; answers when it is told to. */
class FakeLink {
  readonly asked: string[] = []
  readonly #waiting: { resolve(value: unknown): void; reject(error: Error): void }[] = []

  subscribe(channels: string[]): Promise<unknown> {
    this.asked.push(`+${channels.map(short).join(',')}`)
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  unsubscribe(channels: string[]): void {
    this.asked.push(`-${channels.map(short).join(',')}`)
  }

  async answer(): Promise<void> {
    await turn()
    this.#waiting.shift()?.resolve(1)
    await turn()
  }

  async break(): Promise<void> {
    await turn()
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('over'))
    await turn()
  }
}

const short = (channel: string) => channel.replace('wse:s:', '')

async function turn(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}

let link: FakeLink
let attachments: Attachments

beforeEach(async () => {
  link = new FakeLink()
  attachments = new Attachments(new Names('wse'))
  await attachments.open(link, () => {})
})

/** The result of a promise so far. */
async function resultOf<Value>(promise: Promise<Value>): Promise<Value | 'waits'> {
  await turn()
  return Promise.race([promise, turn().then(() => 'waits' as const)])
}

describe('attachments', () => {
  it('are asked for together, and resolve when they are there', async () => {
    const all = [attachments.attach(['s', 't']), attachments.attach(['u'])]
    expect(await resultOf(Promise.all(all))).toBe('waits')
    expect(link.asked).toEqual(['+s,t,u'])
    await link.answer()
    expect(await Promise.all(all)).toEqual([true, true])
  })

  it('are asked for in parts, which the engine can do in between', async () => {
    const many = attachments.attach(Array.from({ length: 1_025 }, (_, at) => `${at}`))
    for (let i = 0; i < 3; i++) await link.answer()
    expect(await many).toBe(true)
    expect(link.asked.map((asked) => asked.split(',').length)).toEqual([512, 512, 1])
  })

  it('are there at once if they are there', async () => {
    void attachments.attach(['s'])
    await link.answer()
    expect(await resultOf(attachments.attach(['s']))).toBe(true)
    expect(link.asked).toEqual(['+s'])
  })

  it('are not there before the last of those who ask is answered', async () => {
    void attachments.attach(['s'])
    await turn()
    attachments.detach(['s'])
    const again = attachments.attach(['s'])
    await link.answer()
    const third = attachments.attach(['s'])
    expect(await resultOf(again)).toBe('waits')
    await link.answer()
    expect(await resultOf(again)).toBe(true)
    expect(await resultOf(third)).toBe('waits')
    await link.answer()
    expect(await third).toBe(true)
    expect(link.asked).toEqual(['+s', '-s', '+s', '+s'])
  })

  it('are asked for and given up in the order in which that was said', async () => {
    const first = attachments.attach(['s'])
    attachments.detach(['s', 'none'])
    void attachments.attach(['t'])
    attachments.detach(['t'])
    await link.answer()
    expect(await first).toBe(true)
    expect(link.asked).toEqual(['+s', '-s', '+t', '-t'])
    expect(attachments.size).toBe(0)
  })

  it('are found by what arrives', async () => {
    void attachments.attach(['ä😀', '\ud800'])
    await link.answer()
    const names = new Names('wse')
    for (const subject of ['ä😀', '\ud800']) {
      const arrives = Buffer.from(names.channel(subject)).toString('latin1')
      expect(attachments.subjectOf(arrives)).toBe(subject)
    }
    expect(attachments.subjectOf('wse:s:none')).toBeUndefined()
  })

  it('fail with their link, and are asked for anew on the next one', async () => {
    void attachments.attach(['s'])
    await link.answer()
    const late = attachments.attach(['t'])
    await turn()
    attachments.close()
    await link.break()
    expect(await late).toBe(false)
    expect(await attachments.attach(['u'])).toBe(false)
    attachments.detach(['s'])
    expect(attachments.subjectOf('wse:s:t')).toBeUndefined()

    const next = new FakeLink()
    const opened = attachments.open(next, () => {})
    await next.answer()
    await opened
    expect(next.asked).toEqual(['+t,u'])
    expect(attachments.subjectOf('wse:s:u')).toBe('u')
  })

  it('that are asked for, or given up, while all are attached again are so in the end', async () => {
    void attachments.attach(['s', 't'])
    await link.answer()
    attachments.close()
    const next = new FakeLink()
    const opened = attachments.open(next, () => {})
    await turn()
    expect(await attachments.attach(['u', 'v'])).toBe(false)
    attachments.detach(['t', 'v'])
    await next.answer()
    await next.answer()
    await opened
    expect(next.asked).toEqual(['+s,t', '-t,v', '+u'])
    expect(attachments.subjects).toEqual(['s', 'u'])
  })
})
