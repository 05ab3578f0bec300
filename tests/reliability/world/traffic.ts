import type { WseClient, WseError } from '@wse/client'
import type { WseConnection } from '@wse/server'
import { expect } from 'vitest'

/** Whoever can be asked: a client, or a connection of the server. */
type Asked = Pick<WseClient, 'call'>

/**
 * What one client and its server say to each other: messages and calls, numbered in one row each way, so that whatever is
 * lost, doubled or out of order is seen.
 */
export class Traffic {
  readonly heardUp: number[] = []
  readonly heardDown: number[] = []
  readonly failed: WseError[] = []
  saidUp = 0
  saidDown = 0
  answered = 0
  pending = 0
  readonly #client: WseClient
  readonly #conn: () => WseConnection
  #ticks = 0

  constructor(client: WseClient, conn: () => WseConnection) {
    this.#client = client
    this.#conn = conn
    client.channel.on('m', (n) => this.heardDown.push(n))
    client.register('echo', (n) => {
      this.heardDown.push(n)
      return n * 2
    })
  }

  /** Messages of the client. */
  up(count = 1): void {
    for (let i = 0; i < count; i++) this.#client.send('m', this.saidUp++)
  }

  /** Messages of the server. */
  down(count = 1): void {
    for (let i = 0; i < count; i++) this.#conn().send('m', this.saidDown++)
  }

  /** A call of the client. */
  ask(): void {
    this.#ask(this.#client, this.saidUp++)
  }

  /** A call of the server. */
  demand(): void {
    this.#ask(this.#conn(), this.saidDown++)
  }

  /** A message each way, and every `callEach` times a call each way. */
  tick(callEach = 5): void {
    this.up()
    this.down()
    if (++this.#ticks % callEach > 0) return
    this.ask()
    this.demand()
  }

  get messages(): number {
    return this.heardUp.length + this.heardDown.length
  }

  /** What was sent is what was received, both ways, in order, nothing twice; every call has its own answer. */
  expectExact(): void {
    expect(this.failed.map(({ code, details }) => [code, details])).toEqual([])
    expectRow(this.heardUp, this.saidUp)
    expectRow(this.heardDown, this.saidDown)
    expect(this.pending).toBe(0)
  }

  #ask(who: Asked, n: number): void {
    this.pending++
    who.call('echo', n, { timeout: 0 }).then(
      (answer) => {
        this.pending--
        if (answer === n * 2) this.answered++
        else this.failed.push(new Error(`${n} was answered ${answer}`) as WseError)
      },
      (error) => {
        this.pending--
        this.failed.push(error)
      },
    )
  }
}

/** Short where it fails: rows are long. */
function expectRow(heard: readonly number[], said: number): void {
  const at = heard.findIndex((n, i) => n !== i)
  expect(at < 0 ? 'in order' : `${heard.slice(Math.max(0, at - 2), at + 3)} at ${at}`).toBe('in order')
  expect(heard.length).toBe(said)
}
