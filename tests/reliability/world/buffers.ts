import type { WseError } from '@wse/client'
import { expect } from 'vitest'
import { deviceOf } from '../../../packages/server/src/people/people.js'
import type { Actor } from './actor.js'
import { type ActorOptions, Stage } from './stage.js'

/** Frames either end keeps. */
export const FRAMES = 1_000

/** A client that is away and one step from coming back, with all it was told acknowledged. */
export async function away(options: ActorOptions = {}) {
  const stage = new Stage()
  const ann = await stage.ready('ann', options)
  stage.world.refuse(stage.home)
  stage.world.link(ann.client).cut()
  await stage.world.settle()
  return { stage, ann, conn: stage.conn('ann') }
}

/** The way is free, and the client takes it. */
export async function comeBack(stage: Stage, ann: Actor): Promise<void> {
  stage.world.admit(stage.home)
  ann.woken('online')
  await stage.world.advance(5_000)
  expect(ann.client.status).toBe('READY')
}

/** A message that takes so many characters as a frame. */
export function filled(characters: number): string {
  return 'x'.repeat(characters - '["fill",""]'.length)
}

/** What sending throws. */
export function refusal(send: () => unknown): string {
  try {
    return `accepted: ${send()}`
  } catch (error) {
    return (error as WseError).code
  }
}

/** Nothing is held any more, at either end. */
export async function expectEmpty(stage: Stage, { client }: Actor): Promise<void> {
  await stage.world.advance(2_000)
  expect(client.inspect()).toMatchObject({ keptBytes: 0, queuedFrames: 0, owingAcks: 0 })
  expect(stage.home.inspect()).toMatchObject({ suspended: 0, suspendedBytes: 0, owingAcks: 0 })
  for (const { conns } of stage.home.clients.values()) {
    for (const conn of conns.values()) expect(deviceOf(conn).session.bytes).toBe(0)
  }
}
