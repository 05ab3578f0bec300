import { script } from './script.js'

/** Milliseconds for which it is known who had a fence that ran out, or was given back: nobody before can write to it. */
const REMEMBERED = 3_600_000

/**
 * Takes a fence over. Arguments: fence, record, milliseconds it lasts. Answers generation and record before, if there was
 * one. Generations begin with the time, so that they grow even if the engine loses all it held.
 *
 * A fence is a hash: `g`eneration, until when it lasts (`u`), `r`ecord.
 */
export const CLAIM = script(
  'claim',
  `
local key, ttl = prefix .. 'f:' .. ARGV[4], tonumber(ARGV[6])
local state = redis.call('HMGET', key, 'g', 'u', 'r')
local next = now
if state[1] and tonumber(state[1]) >= next then next = tonumber(state[1]) + 1 end
redis.call('HSET', key, 'g', next, 'u', now + ttl, 'r', ARGV[5])
redis.call('PEXPIRE', key, ttl + ${REMEMBERED})
return { now, next, state[3] and tonumber(state[2]) > now and state[3] or false }
`,
)

/**
 * Writes the record of a fence anew. Arguments: fence, generation, record, milliseconds it lasts. Answers whether it was
 * written: not if a later generation has it, or it ran out. What the engine has lost is written again.
 */
export const KEEP = script(
  'keep',
  `
local key, own, ttl = prefix .. 'f:' .. ARGV[4], tonumber(ARGV[5]), tonumber(ARGV[7])
local state = redis.call('HMGET', key, 'g', 'u')
local last = tonumber(state[1])
if last and (last > own or last == own and tonumber(state[2]) <= now) then return { now, 0 } end
redis.call('HSET', key, 'g', own, 'u', now + ttl, 'r', ARGV[6])
redis.call('PEXPIRE', key, ttl + ${REMEMBERED})
return { now, 1 }
`,
)

/** Gives a fence back. Arguments: fence, generation. Answers whether that generation had it. */
export const DROP = script(
  'drop',
  `
local key = prefix .. 'f:' .. ARGV[4]
local state = redis.call('HMGET', key, 'g', 'u')
if tonumber(state[1]) ~= tonumber(ARGV[5]) or tonumber(state[2]) <= now then return { now, 0 } end
redis.call('HSET', key, 'u', 0)
redis.call('HDEL', key, 'r')
return { now, 1 }
`,
)
