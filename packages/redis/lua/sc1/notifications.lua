-- What people are to be told, collected per person until it is due. A bundle is a hash: `i:<incident>` the newest item of an
-- incident, `n:<name>` a notice, `more:<kind>:<group>` what is only counted, `count`, `began`, `last`, `due`. One that is being
-- sent was renamed, so that it stays as it is while the next one grows; it goes only after it was handed over.
-- Every key of these Functions lies on one node, also on a Cluster.

-- Beyond so many items of a bundle, and so many groups of what is only counted, a storm costs no more memory.
local most_items, most_groups = 200, 200

local function note_due(due_key, pending, name, due)
  local known = redis.call('HGET', pending, 'due')
  if not known or tonumber(due) < tonumber(known) then redis.call('HSET', pending, 'due', due) end
  redis.call('ZADD', due_key, 'LT', due, name)
end

-- Puts an item into a bundle, instead of an older one of the same incident.
local function collect(due_key, pending, name, field, text, kind, group, due, now)
  if redis.call('HEXISTS', pending, field) == 0 and redis.call('HINCRBY', pending, 'count', 1) > most_items then
    local counter = 'more:' .. kind .. ':' .. group
    if redis.call('HEXISTS', pending, counter) == 0 and redis.call('HINCRBY', pending, 'groups', 1) > most_groups then
      counter = 'more:' .. kind .. ':other'
    end
    redis.call('HINCRBY', pending, counter, 1)
  else
    redis.call('HSET', pending, field, text)
  end
  redis.call('HSETNX', pending, 'began', now)
  redis.call('HSET', pending, 'last', now)
  note_due(due_key, pending, name, due)
end

-- Replaces the item of an incident wherever it still waits; false if it waits nowhere. `places` are the person's bundles: those that
-- grow, and those that are being sent, which count only while they wait for another attempt.
local function replace_waiting(places, field, text)
  local is_found = false
  for index, key in ipairs(places) do
    local may_change = index % 2 == 1 or redis.call('HGET', key, 'waiting') == '1'
    if may_change and redis.call('HEXISTS', key, field) == 1 then
      redis.call('HSET', key, field, text)
      is_found = true
    end
  end
  return is_found
end

-- An incident that is over was counted in a full bundle when it began: it is not on any more. It was, if its beginning came after
-- that of the bundle.
local function uncount(pending, group, told_at)
  local began, counter = redis.call('HGET', pending, 'began'), 'more:raised:' .. group
  if not began or tonumber(told_at) < tonumber(began) then return end
  if redis.call('HEXISTS', pending, counter) == 0 then counter = 'more:raised:other' end
  local count = redis.call('HGET', pending, counter)
  if count == '1' then redis.call('HDEL', pending, counter) elseif count then redis.call('HINCRBY', pending, counter, -1) end
end

-- Writes what is remembered of an incident, unless somebody else has written since, and tells people of it.
-- KEYS: [1] due index, [2] record of the incident, [3] looks, then per person: the bundle at once, the same while it is being sent,
-- the later bundle, the same while it is being sent. ARGV: incident, record as it was ("" = none), record, life (ms), next look
-- (ms, "" = none), now (ms), number of people, then per person: do (add, update, settle = update or else add), lane (1 = at once,
-- 2 = later), name of that bundle, item, kind, group, due (ms), when the person was told of its beginning (ms). Returns 1, or 0 if
-- the record is another one by now.
local function notify_apply(keys, args)
  local incident, before, after, life, look, now = unpack(args, 1, 6)
  if (redis.call('GET', keys[2]) or '') ~= before then return 0 end
  redis.call('SET', keys[2], after, 'PX', life)
  if look == '' then redis.call('ZREM', keys[3], incident) else redis.call('ZADD', keys[3], look, incident) end
  local field = 'i:' .. incident
  for person = 1, tonumber(args[7]) do
    local first, position = 4 * person, 8 * person
    local places = { unpack(keys, first, first + 3) }
    local what, lane, name, text, kind, group, due, told_at = unpack(args, position, position + 7)
    local pending = places[2 * tonumber(lane) - 1]
    local is_done = what ~= 'add' and replace_waiting(places, field, text)
    if not is_done and what ~= 'update' then
      -- Worse than before, it may go at once now: then it waits no longer for the later bundle.
      redis.call('HDEL', places[5 - 2 * tonumber(lane)], field)
      if what == 'settle' then uncount(pending, group, told_at) end
      collect(keys[1], pending, name, field, text, kind, group, due, now)
    end
  end
  return 1
end

-- Puts a notice that is about no incident into a person's bundle. KEYS: [1] due index, [2] bundle. ARGV: name, notice, item, due
-- (ms), now (ms).
local function notify_add(keys, args)
  local name, notice, text, due, now = unpack(args)
  collect(keys[1], keys[2], name, 'n:' .. notice, text, 'notice', 'notice', due, now)
  return 1
end

-- Lends a bundle to whoever sends it. One that was lent before and not handed over is lent again, under its own id.
-- KEYS: [1] due index, [2] bundle, [3] the same while it is being sent. ARGV: name, lease (ms), id if it is a new one.
-- Returns the fields of the bundle; none if there is nothing, or somebody else holds it.
local function notify_take(keys, args)
  local name, lease_ms, id = args[1], tonumber(args[2]), args[3]
  local now = now_ms()
  if redis.call('EXISTS', keys[3]) == 0 then
    if redis.call('EXISTS', keys[2]) == 0 then
      redis.call('ZREM', keys[1], name)
      return {}
    end
    redis.call('RENAME', keys[2], keys[3])
    redis.call('HSET', keys[3], 'id', id)
  else
    local lent_until = tonumber(redis.call('HGET', keys[3], 'lentUntil') or 0)
    if lent_until > now then
      redis.call('ZADD', keys[1], int(lent_until), name)
      return {}
    end
  end
  redis.call('HSET', keys[3], 'lentUntil', int(now + lease_ms), 'waiting', '0')
  redis.call('HINCRBY', keys[3], 'attempts', 1)
  redis.call('ZADD', keys[1], int(now + lease_ms), name)
  return redis.call('HGETALL', keys[3])
end

-- What became of a bundle that was lent. KEYS: [1] due index, [2] bundle, [3] the same while it is being sent, [4] what was sent.
-- ARGV: name, id, what: `handed` (a channel has it: counted under the field of the day, never sent by it again), `done` (goes),
-- `retry` (waits until a moment), `renew` (the lease lasts so many ms from now on), then the channel, the moment or the lease, the
-- field of the day, the amount, the record of it.
-- Returns 1, or 0 if that bundle is not the one that is being sent.
local function notify_settle(keys, args)
  local name, id, what = args[1], args[2], args[3]
  if redis.call('HGET', keys[3], 'id') ~= id then return 0 end
  if what == 'handed' then
    redis.call('HSET', keys[3], 'handed:' .. args[4], args[7])
    redis.call('HINCRBY', keys[4], args[5], args[6])
    redis.call('PEXPIRE', keys[4], 3 * 86400000)
  elseif what == 'renew' then
    local until_ms = int(now_ms() + tonumber(args[4]))
    redis.call('HSET', keys[3], 'lentUntil', until_ms)
    redis.call('ZADD', keys[1], until_ms, name)
  elseif what == 'retry' then
    redis.call('HSET', keys[3], 'lentUntil', '0', 'waiting', '1')
    redis.call('ZADD', keys[1], args[4], name)
  else
    redis.call('DEL', keys[3])
    local due = redis.call('HGET', keys[2], 'due')
    if due then redis.call('ZADD', keys[1], due, name) else redis.call('ZREM', keys[1], name) end
  end
  return 1
end

-- Lets a bundle that grows wait until another moment. KEYS: [1] due index, [2] bundle, [3] the same while it is being sent.
-- ARGV: name, moment (ms), when it was due as the caller knows it: one that is due earlier by now is left alone.
local function notify_postpone(keys, args)
  if redis.call('EXISTS', keys[3]) == 1 or redis.call('HGET', keys[2], 'due') ~= args[3] then return 0 end
  redis.call('HSET', keys[2], 'due', args[2])
  redis.call('ZADD', keys[1], args[2], args[1])
  return 1
end

-- Counts against a limit that all share. KEYS: [1] what was sent. ARGV: field of the day, amount, limit. Returns 1 if it fits.
local function notify_spend(keys, args)
  local spent = tonumber(redis.call('HGET', keys[1], args[1]) or 0)
  if spent + tonumber(args[2]) > tonumber(args[3]) then return 0 end
  redis.call('HINCRBY', keys[1], args[1], args[2])
  redis.call('PEXPIRE', keys[1], 3 * 86400000)
  return 1
end

redis.register_function('sc1_notify_apply', notify_apply)
redis.register_function('sc1_notify_add', notify_add)
redis.register_function('sc1_notify_take', notify_take)
redis.register_function('sc1_notify_settle', notify_settle)
redis.register_function('sc1_notify_postpone', notify_postpone)
redis.register_function('sc1_notify_spend', notify_spend)
