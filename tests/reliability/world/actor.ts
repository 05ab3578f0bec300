import type { Reset, Retrying, Woken, WseClient, WseError } from '@wse/client'

/** When, in ms of the world's time, and what. */
export interface At<What> {
  readonly at: number
  readonly what: What
}

/** A client, and what it told. */
export class Actor {
  readonly name: string
  readonly client: WseClient
  readonly closed: At<readonly [code: number, reason: string]>[] = []
  readonly resets: At<Reset>[] = []
  readonly readies: At<{ readonly resumed: boolean }>[] = []
  readonly retries: At<Retrying>[] = []
  readonly errors: At<WseError>[] = []
  /** What became of `connect()`. */
  outcome: 'pending' | 'connected' | WseError = 'pending'
  /** Tells the client that now is a good moment. */
  woken: (why: Woken) => void = () => {}

  constructor(name: string, client: WseClient, now: () => number) {
    this.name = name
    this.client = client
    client.when.closed((code, reason) => this.closed.push({ at: now(), what: [code, reason] }))
    client.when.reset((reset) => this.resets.push({ at: now(), what: reset }))
    client.when.ready((_, how) => this.readies.push({ at: now(), what: how }))
    client.when.retrying((retrying) => this.retries.push({ at: now(), what: retrying }))
    client.when.error((error) => this.errors.push({ at: now(), what: error }))
  }

  /** Connects, as itself unless it is told otherwise; never rejects. */
  connect(identity: unknown = this.name): void {
    this.client.connect(identity).then(
      () => {
        this.outcome = 'connected'
      },
      (error: WseError) => {
        this.outcome = error
      },
    )
  }

  get codes(): number[] {
    return this.closed.map(({ what: [code] }) => code)
  }

  get reasons(): string[] {
    return this.resets.map(({ what }) => what.reason)
  }

  /** The first time it closed at or after `from`, as the time since. */
  closedAfter(from: number): number {
    return (this.closed.find(({ at }) => at >= from)?.at ?? Number.POSITIVE_INFINITY) - from
  }

  /** The first time it was READY after `from`, as the time since. */
  readyAfter(from: number): number {
    return (this.readies.find(({ at }) => at > from)?.at ?? Number.POSITIVE_INFINITY) - from
  }
}
