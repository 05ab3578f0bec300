import { readFileSync } from 'node:fs'
import type { ScriptedPeer } from '@wse/testing'
import { expect } from 'vitest'

type Text = string | readonly (string | { readonly $repeat: readonly [text: string, times: number] })[]

/** One step of a handshake: something an end writes, or a time-out that passes. */
export interface HandshakeStep {
  readonly from?: 'client' | 'server'
  readonly frame?: readonly unknown[]
  readonly text?: Text
  readonly base64?: string
  readonly close?: readonly [code: number, reason: string]
  readonly wait?: 'hi' | 'answer' | 'identify' | 'accept'
}

export interface ServerVector {
  readonly name: string
  readonly server: { readonly identify: string; readonly challenges?: boolean }
  readonly steps: readonly HandshakeStep[]
}

export interface ClientVector {
  readonly name: string
  readonly ends: string
  readonly steps: readonly HandshakeStep[]
}

const file = new URL('../../conformance/handshakes.json', import.meta.url)

/** What the handshakes of PROTOCOL.md look like on the wire. */
export const handshakes = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly server: readonly ServerVector[]
  readonly client: readonly ClientVector[]
}

/** Writes what a step says. */
export function perform(peer: ScriptedPeer, step: HandshakeStep): void {
  if (step.close) peer.close(...step.close)
  else if (step.base64 !== undefined) peer.send(new Uint8Array(Buffer.from(step.base64, 'base64')))
  else if (step.text !== undefined) peer.send(expand(step.text))
  else peer.send(step.frame)
}

/** Expects what a step says to be the next thing that comes. */
export async function expectStep(peer: ScriptedPeer, { close, frame = [] }: HandshakeStep): Promise<void> {
  if (!close) return expect(trim(await peer.next())).toEqual(matcher(trim(frame)))
  const [code, reason] = close
  expect(await peer.closed).toEqual({ code, reason })
  await expect(peer.next(), 'a frame before the close').rejects.toThrow('the link ended')
}

/** Absent positions are written as `null` by some and left out by others. */
function trim(frame: unknown): unknown[] {
  const positions = [...(frame as unknown[])]
  while (positions.length > 1 && (positions.at(-1) ?? null) === null) positions.pop()
  return positions
}

function expand(text: Text): string {
  if (typeof text === 'string') return text
  return text.map((part) => (typeof part === 'string' ? part : part.$repeat[0].repeat(part.$repeat[1]))).join('')
}

/** A value of a vector with its placeholders made what vitest knows. */
function matcher(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(matcher)
  if (typeof value !== 'object' || value === null) return value
  const { $any, $more, ...members } = value as Record<string, unknown>
  if ($any) return expect.any($any === 'string' ? String : Number)
  const matchers = Object.fromEntries(Object.entries(members).map(([key, member]) => [key, matcher(member)]))
  return $more ? expect.objectContaining(matchers) : matchers
}
