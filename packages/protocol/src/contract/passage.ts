import type { Payload } from '../frames/payload.js'
import { invalidOption } from '../limits/option.js'
import { type Check, checker } from './outgoing.js'
import { Late, type Read, reader } from './read.js'
import type { Part } from './shape.js'

/** One value on its way in and out. Where the contract says nothing of it, it passes as it is. */
export interface Passage {
  readonly read: Read
  /** The same where nobody can wait. @throws {WseError} `INVALID_PAYLOAD`; `INVALID_OPTION` for an asynchronous schema */
  readNow(value: Payload): Payload
  /** The same for who can wait. */
  readLate(value: Payload): Promise<Payload>
  readonly check: Check
}

/** What a part of a contract does with a value. `subject`: what it is, in words, for the texts of errors. */
export function passageOf(part: Part, subject: string, checks: boolean): Passage {
  const read = part === undefined ? (value: Payload) => value : reader(part, subject)
  return {
    read,
    readNow(value) {
      const now = read(value)
      if (!(now instanceof Late)) return now
      now.value.catch(() => {})
      throw invalidOption('contract', `${subject} takes a synchronous schema: nobody can wait for it`)
    },
    async readLate(value) {
      const now = read(value)
      return now instanceof Late ? now.value : now
    },
    check: (checks ? checker(part, subject) : null) ?? (() => {}),
  }
}
