import { readFileSync } from 'node:fs'
import type { ScriptedPeer } from '@wse/testing'
import { expect } from 'vitest'

/** One thing a real WSE 4 end did: it wrote a frame, or called close. */
export interface Step {
  readonly from: 'client' | 'server'
  readonly frame?: string
  readonly close?: readonly [code: number, reason: string]
}

type Frame = readonly unknown[]

const file = new URL('../../conformance/wse4.json', import.meta.url)

/** What a real WSE 4 client and server said to each other, by scenario. */
export const scenarios: ReadonlyMap<string, readonly Step[]> = new Map(
  Object.entries(JSON.parse(readFileSync(file, 'utf8')).scenarios as Record<string, Step[]>),
)

/** How a scenario is played. */
export interface Play {
  /** Who is scripted; the steps of the other are expected of the real one. */
  readonly role: 'client' | 'server'
  /** The script's end of the next link. */
  link(): ScriptedPeer | Promise<ScriptedPeer>
  /** Where an end of ours rightly differs: what it does instead of a step, or 'skip'. */
  instead?(step: Step, index: number): Step | 'skip' | undefined
}

/**
 * Plays one end of a scenario frame by frame and expects the other end's steps of the real one. Resolves with the
 * script's ends of all links, in order.
 */
export async function play(steps: readonly Step[], { role, link, instead }: Play): Promise<ScriptedPeer[]> {
  const links: ScriptedPeer[] = []
  /** Closes of the links so far: what follows with the same words answers them. */
  const closed = new Set<string>()
  const stamps = new Stamps()
  for (const [index, recorded] of steps.entries()) {
    const step = instead?.(recorded, index) ?? recorded
    if (step === 'skip') continue
    if (step.close) {
      if (closed.has(String(step.close))) continue
      closed.add(String(step.close))
      await close(step, role, about(step, links))
    } else {
      if (begins(step, closed, links)) {
        closed.clear()
        links.push(await link())
      }
      await write(step, role, links.at(-1) as ScriptedPeer, stamps)
    }
  }
  return links
}

/** Whether a frame is the first of a link. */
function begins({ from, frame = '' }: Step, closed: ReadonlySet<string>, links: readonly unknown[]): boolean {
  return from === 'client' && (links.length === 0 || frame.startsWith('["~wse:hi"') || closed.size > 0)
}

/** The link a close is about: a second device has the first one closed. */
function about({ close: [, reason] = [0, ''] }: Step, links: readonly ScriptedPeer[]): ScriptedPeer {
  return (reason === 'wse.clients-concurrency' ? links[0] : links.at(-1)) as ScriptedPeer
}

async function close(step: Step, role: string, peer: ScriptedPeer): Promise<void> {
  const [code, reason] = step.close ?? [1000, '']
  if (step.from === role) peer.close(code, reason)
  else expect(await peer.closed).toEqual({ code, reason })
}

async function write({ from, frame = '' }: Step, role: string, peer: ScriptedPeer, stamps: Stamps): Promise<void> {
  if (from === role) peer.send(stamps.own(frame))
  else expectFrame(await peer.next(), JSON.parse(frame), stamps)
}

/** Stamps are random, so those of the real end stand in for those of the recording. */
class Stamps {
  readonly #real = new Map<unknown, unknown>()

  /** A frame of the script: an answer gets the stamp the real end has given. */
  own(frame: string): string {
    const envelope = parse(frame)
    if (envelope === null || !this.#real.has(envelope[2])) return frame
    return JSON.stringify([envelope[0], envelope[1], this.#real.get(envelope[2])])
  }

  /** Whether `stamp` of the real end may stand for `recorded`. */
  fits(recorded: unknown, stamp: unknown): boolean {
    if (!this.#real.has(recorded)) this.#real.set(recorded, stamp)
    return this.#real.get(recorded) === stamp
  }
}

function parse(frame: string): Frame | null {
  try {
    return JSON.parse(frame)
  } catch {
    return null
  }
}

/** Compares a frame with the recorded one: absent is null, stamps stand for others, errors have the same code. */
function expectFrame(actual: unknown, recorded: Frame, stamps: Stamps): void {
  const [type, payload, stamp] = actual as Frame
  const [recordedType, recordedPayload, recordedStamp] = recorded
  expect(type).toBe(recordedType)
  const answers = String(type).startsWith('~wse:response')
  if (recordedStamp === null || recordedStamp === undefined) expect(stamp ?? null).toBeNull()
  else if (answers) expect(stamp).toBe(recordedStamp)
  else expect(stamps.fits(recordedStamp, stamp), `stamp ${String(stamp)} for ${String(recordedStamp)}`).toBe(true)

  if (type === '~wse:response-err') expect(payload).toMatchObject({ code: (recordedPayload as { code: string }).code })
  else if (type === '~wse:hi') expect(payload).toMatchObject(recordedPayload as object)
  else expect(payload ?? null).toEqual(recordedPayload ?? null)
}
