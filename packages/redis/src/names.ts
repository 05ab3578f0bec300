import type { NodeId, Subject } from '@wse/protocol/backplane'

/** ES2024 has it, and so has every Node from 20 on. */
interface MaybeWellFormed {
  isWellFormed(): boolean
}

/** What stands in front of a subject that was written otherwise, since as it is it cannot travel. */
const ESCAPED = '\u0000'

/**
 * A subject as it stands in names of keys and channels. Half of a surrogate pair has no place in UTF-8, and two subjects
 * that differ in nothing else must not become one.
 */
export function wellFormed(subject: Subject): string {
  const isPlain = (subject as unknown as MaybeWellFormed).isWellFormed() && subject[0] !== ESCAPED
  return isPlain ? subject : ESCAPED + JSON.stringify(subject)
}

/** What keys and channels of one application are called. All begin with its prefix, so that ACLs can tell them. */
export class Names {
  /** What all of them begin with. */
  readonly prefix: string
  /** The channel on which nodes tell of themselves. */
  readonly control: string
  readonly #channels: string

  constructor(prefix: string) {
    this.prefix = `${prefix}:`
    this.control = `${prefix}:c`
    this.#channels = `${prefix}:s:`
  }

  /** The channel of a subject. */
  channel(subject: Subject): string {
    return this.#channels + wellFormed(subject)
  }

  /** The channel of the messages that a node sends to itself, to see whether they come back. */
  echo(node: NodeId): string {
    return `${this.prefix}e:${node}`
  }
}

/** A channel as it is found by what arrives: a character for each byte, which is itself for nearly all of them. */
export function keyOf(channel: string): string {
  return Buffer.byteLength(channel) === channel.length ? channel : Buffer.from(channel).toString('latin1')
}
