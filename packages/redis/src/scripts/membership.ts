import { script } from './script.js'

/** Subjects of a node that is gone which are cleared in one step, so that nobody waits for long. */
const SWEPT_AT_ONCE = 256

/** Leases that are looked at in one step. */
const REAPED_AT_ONCE = 64

/**
 * An engine whose memory is full refuses whatever takes more of it, but not within a script that has written: this writes
 * nothing. Nodes must not lose each other because histories have grown too large.
 */
const ALSO_IF_FULL = `redis.call('ZREM', prefix .. 'm', '')`

/**
 * Takes a seat. Arguments: what names this start of the engine; a name for what it holds, if it is another start than the
 * last one anybody has seen; lease in ms; seat so far, or ''; another seat. Answers the generation; whether the seat was
 * kept, so that what it has noted is still there; and all seats with the ends of their leases. A seat whose lease has run
 * out is not kept, though nobody may have noticed: who has asked meanwhile was told of nothing noted there.
 *
 * Seats are in a sorted set by the end of their leases. Seats that were given up, and have something noted, are in a set
 * of their own until it is cleared.
 */
export const JOIN = script(
  'join',
  `${ALSO_IF_FULL}
local known, members = prefix .. 'g', prefix .. 'm'
local state = redis.call('HMGET', known, 'run', 'name')
local name = state[2]
if not name or state[1] ~= ARGV[4] then
  name = ARGV[5]
  redis.call('HSET', known, 'run', ARGV[4], 'name', name)
end
local seat, kept = ARGV[7], 0
if seat ~= '' then
  local lease = redis.call('ZSCORE', members, seat)
  if generation == name and lease and tonumber(lease) > now then
    kept = 1
  else
    redis.call('ZREM', members, seat)
    redis.call('SADD', prefix .. 'd', seat)
    seat = ''
  end
end
if seat == '' then seat = ARGV[8] end
redis.call('ZADD', members, now + tonumber(ARGV[6]), seat)
redis.call('PUBLISH', prefix .. 'c', 'J' .. seat)
return { now, name, kept, redis.call('ZRANGE', members, 0, -1, 'WITHSCORES') }
`,
)

/**
 * Renews the lease of a seat, and unseats those whose lease has run out. Arguments: seat, lease in ms. Answers how many seats
 * have to be cleared, and all seats with the ends of their leases.
 */
export const RENEW = script(
  'renew',
  `
local seat, members = ARGV[4], prefix .. 'm'
if redis.call('HGET', prefix .. 'g', 'name') ~= generation or not redis.call('ZSCORE', members, seat) then
  return redis.error_reply('LOST no such seat')
end
${ALSO_IF_FULL}
redis.call('ZADD', members, now + tonumber(ARGV[5]), seat)
for _, over in ipairs(redis.call('ZRANGEBYSCORE', members, '-inf', now, 'LIMIT', 0, ${REAPED_AT_ONCE})) do
  redis.call('ZREM', members, over)
  redis.call('SADD', prefix .. 'd', over)
  redis.call('PUBLISH', prefix .. 'c', 'D' .. over)
end
return { now, redis.call('SCARD', prefix .. 'd'), redis.call('ZRANGE', members, 0, -1, 'WITHSCORES') }
`,
)

/** Gives a seat up for good. Arguments: seat. */
export const PART = script(
  'part',
  `
local seat = ARGV[4]
redis.call('ZREM', prefix .. 'm', seat)
if redis.call('EXISTS', prefix .. 'n:' .. seat) == 1 then redis.call('SADD', prefix .. 'd', seat) end
redis.call('PUBLISH', prefix .. 'c', 'L' .. seat)
return { now, redis.call('SCARD', prefix .. 'd') }
`,
)

/** Clears some of what was noted on seats that were given up. Answers how many of those there still are. */
export const SWEEP = script(
  'sweep',
  `
local dead = prefix .. 'd'
local seat = redis.call('SRANDMEMBER', dead)
if not seat then return { now, 0 } end
local subjects = redis.call('SPOP', prefix .. 'n:' .. seat, ${SWEPT_AT_ONCE})
for _, subject in ipairs(subjects) do
  redis.call('UNLINK', prefix .. 'p:' .. seat .. ':' .. subject)
  redis.call('SREM', prefix .. 'w:' .. subject, seat)
end
if #subjects < ${SWEPT_AT_ONCE} then redis.call('SREM', dead, seat) end
return { now, redis.call('SCARD', dead) }
`,
)

/** What stands in front of a seat on the control channel: it was taken, given up for good, or its lease has run out. */
export const SEAT_NEWS = { TAKEN: 'J', GIVEN_UP: 'L', RAN_OUT: 'D' } as const
