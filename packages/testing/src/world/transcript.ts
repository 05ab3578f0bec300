import type { Clock } from '@wse/protocol'
import { type Cargo, showCargo, type Way } from './cargo.js'

/** A line before it is written. */
interface Happening {
  readonly at: number
  /** Number of the link; 0 for what happens to no link. */
  readonly link: number
  readonly way: Way | ''
  readonly text: string
  readonly cargo: Cargo | null
}

/** What happened in a world, a line each. Written only when asked for: most worlds never are. */
export class Transcript {
  readonly #clock: Pick<Clock, 'now'>
  readonly #happenings: Happening[] = []

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** How much has happened. */
  get length(): number {
    return this.#happenings.length
  }

  note(link: number, way: Way | '', text: string, cargo: Cargo | null = null): void {
    // Whoever receives bytes may write into them.
    const bytes = cargo?.kind === 'frame' && typeof cargo.data !== 'string'
    const happening = bytes ? { text: `${text} ${showCargo(cargo)}`, cargo: null } : { text, cargo }
    this.#happenings.push({ at: this.#clock.now(), link, way, ...happening })
  }

  toString(): string {
    return this.#happenings.map(lineOf).join('\n')
  }
}

function lineOf({ at, link, way, text, cargo }: Happening): string {
  const where = `${link === 0 ? '' : `#${link}`}`.padEnd(4)
  const what = cargo === null ? text : `${text} ${showCargo(cargo)}`
  // One line an event, whatever a frame or a reason holds.
  return `${timeOf(at).padStart(10)} ${where} ${way.padEnd(4)} ${what.replaceAll(/[\r\n\u2028\u2029]/g, '↵')}`
}

/** Whole milliseconds as they are, parts of them to the microsecond. */
function timeOf(at: number): string {
  return Number.isInteger(at) ? String(at) : String(Number(at.toFixed(3)))
}
