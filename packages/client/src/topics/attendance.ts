import type { Person } from '@wse/protocol'
import type { Members, Present, TopicGuard } from '@wse/protocol/internal'
import { type PresenceChange, Roster } from './roster.js'

/** Who is there, as a subscription is told: a list that begins anew takes the place of the last once it is whole. */
export class Attendance {
  /** Whether the topic tells of it. */
  isTold = false
  readonly #guard: TopicGuard | undefined
  readonly #failed: (thrown: unknown) => void
  #roster = new Roster()
  /** The list that is being told anew. */
  #next: Roster | null = null

  /** `failed`: what somebody says of itself does not fit. */
  constructor(guard: TopicGuard | undefined, failed: (thrown: unknown) => void) {
    this.#guard = guard
    this.#failed = failed
  }

  get people(): Person[] {
    return this.#roster.people
  }

  /** All of them, for who knows none yet. */
  get arrivals(): PresenceChange[] {
    return this.people.map((person) => ['join', person])
  }

  /** A list is asked for. */
  asked(): void {
    this.#next = null
  }

  /** Takes what is said of some. `isAsked`: a list is asked for, which a whole one begins. Says what that changes now. */
  take({ whole, here = [], gone = [] }: Members, isAsked: boolean): PresenceChange[] {
    if (whole && isAsked) this.#next = new Roster()
    const read = here.map((device) => this.#read(device))
    const changes = (this.#next ?? this.#roster).apply(read, gone)
    return this.#next === null ? changes : []
  }

  /** The answer ends the list. Says what is not as it was. */
  answered(isTold: boolean): PresenceChange[] {
    this.isTold = isTold
    const next = this.#next ?? (isTold ? this.#roster : new Roster())
    const changes = this.#roster.changesTo(next)
    this.#roster = next
    this.#next = null
    return changes
  }

  #read(device: Present): Present {
    if (this.#guard === undefined) return device
    try {
      return { ...device, state: this.#guard.presence.readNow(device.state) }
    } catch (thrown) {
      // Who has said nothing of itself is at no fault.
      if (device.state !== undefined) this.#failed(thrown)
      return { ...device, state: undefined }
    }
  }
}
