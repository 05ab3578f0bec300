import { EPOCH_LASTS, SAME_GENERATION, script } from './script.js'

/**
 * Reads what is behind a position. Arguments: subject, an epoch for the history if it begins now, epoch and offset to
 * read from (both '' for all). Answers epoch, top, how long messages are kept, the offset of the first message (-1 if it
 * cannot be read from there) and the messages as they stand in the list.
 */
export const HISTORY = script(
  'history',
  `${SAME_GENERATION}
local subject, fresh, since, after = ARGV[4], ARGV[5], ARGV[6], tonumber(ARGV[7])
local meta, list = prefix .. 't:' .. subject, prefix .. 'h:' .. subject
local state = redis.call('HMGET', meta, 'g', 'e', 't', 'l')
if state[1] ~= generation then
  if state[1] then redis.call('DEL', meta, list, prefix .. 'k:' .. subject) end
  redis.call('HSET', meta, 'g', generation, 'e', fresh, 't', 0, 'b', 0, 'o', now, 'x', 0, 'l', 0)
  redis.call('PEXPIRE', meta, ${EPOCH_LASTS})
  state = { generation, fresh, 0, 0 }
end
local epoch, top, length = state[2], tonumber(state[3]), redis.call('LLEN', list)
if length == 0 then redis.call('PEXPIRE', meta, ${EPOCH_LASTS}) end
local first = top - length + 1
local from = first
if since ~= '' then
  if since ~= epoch or after < first - 1 or after > top then return { now, epoch, top, state[4], -1, {} } end
  from = after + 1
end
return { now, epoch, top, state[4], from, redis.call('LRANGE', list, from - first, -1) }
`,
)

/** Tells where histories stand. Arguments: subjects. Answers epoch and offset for each; '' and 0 where there is none. */
export const TOPS = script(
  'tops',
  `${SAME_GENERATION}
local out = { now }
for at = 4, #ARGV do
  local state = redis.call('HMGET', prefix .. 't:' .. ARGV[at], 'g', 'e', 't')
  local here = state[1] == generation
  out[#out + 1] = here and state[2] or ''
  out[#out + 1] = here and tonumber(state[3]) or 0
end
return out
`,
)
