import { EPOCH_LASTS, script } from './script.js'

/**
 * Publishes all of a turn, in order, where nothing of it is kept. Arguments: one that is not used, then channel and frame
 * of each. Answers for each the number of receivers, or an error.
 */
export const PUBLISH = script(
  'publish',
  `
local out, n = { now }, 1
for at = 5, #ARGV, 2 do
  n = n + 1
  out[n] = redis.pcall('PUBLISH', ARGV[at], ARGV[at + 1])
end
return out
`,
)

/**
 * The same where some of it is kept. Arguments: an epoch for histories that begin, then for each channel and frame as
 * above; or '', subject, what the frame begins with, kind, body, and the bounds of its history: messages, milliseconds,
 * bytes; and its key, or ''. Answers for each as above, or `{ receivers, epoch, offset, repeated }`.
 *
 * A history is a list of what is kept, and a hash that lives longer: `g`eneration, `e`poch, offset of the `t`op, `b`ytes
 * in the list, when the `o`ldest was published at the earliest, when the list e`x`pires, for how `l`ong messages are kept.
 * Keys are in a hash of their own, with their offsets. In the list stands when it was published (13 digits), what it is
 * (`T`ext, `B`ytes; small with a key, whose length and text follow), and the body.
 */
export const PUBLISH_KEPT = script(
  'publish-kept',
  `
local call, sub, byte = redis.call, string.sub, string.byte
local fresh, clock, current = ARGV[4], nil, nil

local function weigh(entry)
  if byte(entry, 14) < 97 then return #entry - 14, nil end
  local colon = string.find(entry, ':', 15, true)
  local length = tonumber(sub(entry, 15, colon - 1))
  return #entry - colon - length, sub(entry, colon + 1, colon + length)
end

local function forget(list, keys, offset)
  local weight, key = weigh(call('LPOP', list))
  if key and tonumber(call('HGET', keys, key)) == offset then call('HDEL', keys, key) end
  return weight
end

local function known(list, keys, key, top, ttl)
  local offset = tonumber(call('HGET', keys, key))
  if not offset then return nil end
  local entry = call('LINDEX', list, offset - top - 1)
  if entry and tonumber(sub(entry, 1, 13)) + ttl > now then return offset end
  return nil
end

local function keep(at)
  if current == nil then
    current = call('HGET', prefix .. 'g', 'name')
    clock = string.format('%.0f', now)
  end
  if current ~= generation then error('LOST another generation', 0) end
  local subject, head, kind, body = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4]
  local size, ttl, most, key = tonumber(ARGV[at + 5]), tonumber(ARGV[at + 6]), tonumber(ARGV[at + 7]), ARGV[at + 8]
  local meta, list, keys = prefix .. 't:' .. subject, prefix .. 'h:' .. subject, prefix .. 'k:' .. subject
  local state = call('HMGET', meta, 'g', 'e', 't', 'b', 'o', 'x', 'l')
  local epoch, top, held, oldest, expires
  if state[1] == generation then
    epoch, top, held = state[2], tonumber(state[3]), tonumber(state[4])
    oldest, expires = tonumber(state[5]), tonumber(state[6])
  else
    epoch, top, held, oldest, expires = fresh, 0, 0, now, 0
    -- A script that has written may take more memory, be there none: this one does not begin by that.
    if state[1] then call('DEL', meta, list, keys) end
    call('HSET', meta, 'g', generation, 'e', epoch)
  end
  local entry = clock .. kind .. body
  if key ~= '' then
    local offset = known(list, keys, key, top, ttl)
    if offset then return { 0, epoch, offset, 1 } end
    entry = clock .. string.lower(kind) .. #key .. ':' .. key .. body
  end
  top = top + 1
  local before, length = oldest, call('RPUSH', list, entry)
  if length == 1 then held, oldest = 0, now end
  held = held + #body
  while length > 1 and (length > size or held > most) do
    held = held - forget(list, keys, top - length + 1)
    length = length - 1
  end
  while length > 1 and oldest + ttl <= now do
    oldest = tonumber(sub(call('LINDEX', list, 0), 1, 13))
    if oldest + ttl <= now then
      held = held - forget(list, keys, top - length + 1)
      length = length - 1
    end
  end
  if length == 1 then oldest = now end
  if expires < now + ttl or state[7] ~= ARGV[at + 6] then
    expires = now + math.floor(ttl * 1.25)
    call('PEXPIREAT', list, expires)
    call('HSET', meta, 't', top, 'b', held, 'o', oldest, 'x', expires, 'l', ARGV[at + 6])
    call('PEXPIREAT', meta, expires + ${EPOCH_LASTS})
  elseif oldest ~= before then
    call('HSET', meta, 't', top, 'b', held, 'o', oldest)
  else
    call('HSET', meta, 't', top, 'b', held)
  end
  if key ~= '' then
    call('HSET', keys, key, top)
    call('PEXPIREAT', keys, expires)
  end
  return { call('PUBLISH', prefix .. 's:' .. subject, head .. epoch .. ' ' .. top .. '\\n' .. body), epoch, top, 0 }
end

local out, n, at, last = { now }, 1, 5, #ARGV
while at <= last do
  n = n + 1
  if ARGV[at] ~= '' then
    out[n] = redis.pcall('PUBLISH', ARGV[at], ARGV[at + 1])
    at = at + 2
  else
    local ok, result = pcall(keep, at)
    if ok then out[n] = result else out[n] = type(result) == 'table' and result or { err = tostring(result) } end
    at = at + 9
  end
end
return out
`,
)
