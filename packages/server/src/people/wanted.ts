import { FRAME_LIMITS, invalidOption } from '@wse/protocol/internal'

/**
 * Refuses a `where` with something undefined in it: it is no condition that anything meets, and would be none at all once
 * it is written for other servers, so that everybody is meant. Deeper than a frame may be, nothing is compared anyway.
 *
 * @throws {WseError} `INVALID_OPTION`
 */
export function checkWanted(wanted: unknown): void {
  look(wanted, FRAME_LIMITS.depth, new Set())
}

/** `seen`: what may be there several times, itself within itself included, is looked at once. */
function look(wanted: unknown, levels: number, seen: Set<object>): void {
  if (wanted === undefined) throw invalidOption('target.where', 'takes no member that is undefined')
  if (typeof wanted !== 'object' || wanted === null || levels === 0 || ArrayBuffer.isView(wanted)) return
  if (seen.has(wanted)) return
  seen.add(wanted)
  const members: Iterable<unknown> = Symbol.iterator in wanted ? (wanted as Iterable<unknown>) : Object.values(wanted)
  for (const member of members) look(member, levels - 1, seen)
}
