import { createHash } from 'node:crypto'

/** Something the engine does in one step. */
export interface Script {
  /** What it is called among scripts, for people. */
  readonly name: string
  /** What it does, in Lua. */
  readonly text: string
  /** What the engine knows it by. */
  readonly sha: string
}

/**
 * How every script begins. Its first three arguments are the moment from which on it is too late, on the engine's clock
 * in milliseconds; what keys begin with; and the generation of what the engine holds. It answers a list that begins with
 * the time, and with nothing else if it came too late: what waited in front of an engine that stood still must have no
 * effect once it goes on.
 */
const BEGINNING = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if now > tonumber(ARGV[1]) then return { now } end
local prefix, generation = ARGV[2], ARGV[3]
`

/** Makes a script of what is particular to it. */
export function script(name: string, lua: string): Script {
  const text = BEGINNING + lua
  return { name, text, sha: createHash('sha1').update(text).digest('hex') }
}

/** Milliseconds for which a history without messages keeps its epoch: a day. */
export const EPOCH_LASTS = 86_400_000

/** Refuses to work on what the engine held before it lost it, or goes by another name since. */
export const SAME_GENERATION = `
if redis.call('HGET', prefix .. 'g', 'name') ~= generation then return redis.error_reply('LOST another generation') end
`

/** How a script is refused of a generation that is over, or of a seat that is nobody's any more. */
export const LOST = 'LOST'
