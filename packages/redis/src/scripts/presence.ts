import { script } from './script.js'

/**
 * Tells who is present on a subject, and notes who has come, in one step. Arguments: the seat of the node, or '' if nobody
 * comes; subject; id and value of each. Answers how many seats there are whose lease has not run out; then each of them,
 * and what is noted under it (ids and values).
 *
 * What a node has noted on a subject is a hash under its seat; a subject has a set of seats, a seat one of subjects.
 */
export const ENTER = script(
  'enter',
  `
local seat, subject = ARGV[4], ARGV[5]
local members, where = prefix .. 'm', prefix .. 'w:' .. subject
if seat ~= '' and not redis.call('ZSCORE', members, seat) then return redis.error_reply('LOST no such seat') end
local out = { now, 0 }
for _, other in ipairs(redis.call('SMEMBERS', where)) do
  local lease = redis.call('ZSCORE', members, other)
  if lease and (other == seat or tonumber(lease) > now) then
    out[2] = out[2] + 1
    out[#out + 1] = other
    out[#out + 1] = redis.call('HGETALL', prefix .. 'p:' .. other .. ':' .. subject)
  end
end
for at = 6, #ARGV, 2 do redis.call('HSET', prefix .. 'p:' .. seat .. ':' .. subject, ARGV[at], ARGV[at + 1]) end
if #ARGV > 5 then
  redis.call('SADD', where, seat)
  redis.call('SADD', prefix .. 'n:' .. seat, subject)
end
return out
`,
)

/** Takes back what a node has noted. Arguments: seat, subject, ids. */
export const LEAVE = script(
  'leave',
  `
local seat, subject = ARGV[4], ARGV[5]
local noted = prefix .. 'p:' .. seat .. ':' .. subject
for at = 6, #ARGV do redis.call('HDEL', noted, ARGV[at]) end
if redis.call('EXISTS', noted) == 0 then
  redis.call('SREM', prefix .. 'w:' .. subject, seat)
  redis.call('SREM', prefix .. 'n:' .. seat, subject)
end
return { now, 1 }
`,
)
