-- Makes a reader known: from now on nothing it has not read is trimmed by the others. Where it starts ("oldest" or "newest")
-- counts at the first time only. `read:<reader>` beside the cursor is the number of entries appended up to it: as streams are
-- trimmed at the old end alone, it makes every backlog a subtraction.
-- KEYS: [1] stream, [2] readers hash. ARGV: reader, start. Returns its cursor.
local function register(keys, args)
  local reader, start, key = args[1], args[2], keys[2]
  local known = redis.call('HGET', key, 'cursor:' .. reader)
  if known then return known end
  local appended, length, last_id = facts_of(keys[1])
  local cursor, read = '0-0', appended - length
  if start == 'newest' then cursor, read = last_id, appended end
  local registered = redis.call('HGET', key, 'readers')
  local readers = (registered and registered ~= '' and registered .. ' ' or '') .. reader
  redis.call('HSET', key, 'cursor:' .. reader, cursor, 'read:' .. reader, int(read), 'readers', readers)
  return cursor
end

-- Takes, renews or is refused the lease of one partition for one reader. A lease that ran out without being released, while
-- there was something to read, counts as a stuck takeover; a commit clears the count.
-- KEYS: [1] stream, [2] readers hash. ARGV: reader, owner, leaseMs, where a new reader starts ("oldest" or "newest").
-- Returns {1, epoch, cursor, stuck takeovers} if held, else {0, ms until the lease ends}.
local function lease(keys, args)
  local reader, owner, lease_ms, start = args[1], args[2], tonumber(args[3]), args[4]
  local key, now = keys[2], now_ms()
  local function field(name) return redis.call('HGET', key, name .. ':' .. reader) end
  local holder, until_at = field('owner'), tonumber(field('until') or '0')
  local is_free = not holder or holder == ''
  if not is_free and holder ~= owner and until_at > now then return { 0, until_at - now } end
  local cursor = register(keys, { reader, start })
  if holder ~= owner then
    redis.call('HINCRBY', key, 'epoch:' .. reader, 1)
    if not is_free and #redis.call('XRANGE', keys[1], '(' .. cursor, '+', 'COUNT', 1) > 0 then
      redis.call('HINCRBY', key, 'stuck:' .. reader, 1)
      if (field('trying') or '') ~= '' then redis.call('HINCRBY', key, 'tries:' .. reader, 1) end
    end
  end
  redis.call('HSET', key, 'owner:' .. reader, owner, 'until:' .. reader, int(now + lease_ms))
  return { 1, tonumber(field('epoch')), cursor, tonumber(field('stuck') or '0') }
end

-- Gives a lease back. KEYS: [1] readers hash. ARGV: reader, owner, epoch. Returns 1 if it was held.
local function release(keys, args)
  local reader, owner, epoch = args[1], args[2], args[3]
  if redis.call('HGET', keys[1], 'owner:' .. reader) ~= owner then return 0 end
  if redis.call('HGET', keys[1], 'epoch:' .. reader) ~= epoch then return 0 end
  redis.call('HSET', keys[1], 'owner:' .. reader, '', 'until:' .. reader, '0')
  return 1
end

-- After so many entries that were committed one by one, a partition that kept failing its owners is read as usual again.
local careful_entries = 500

-- Moves the cursor of one partition. Returns false if the lease belongs to somebody else now.
local function move_cursor(stream, key, reader, epoch, from, cursor, count, is_careful)
  local names = { 'epoch:' .. reader, 'cursor:' .. reader, 'stuck:' .. reader, 'trying:' .. reader }
  local known_epoch, known, stuck, trying = unpack(redis.call('HMGET', key, unpack(names)))
  if known_epoch ~= epoch then return false end
  if is_before(known, cursor) then
    -- The janitor may have moved the cursor into the batch meanwhile.
    if from ~= known then count = count_between(stream, known, cursor, count) end
    redis.call('HSET', key, 'cursor:' .. reader, cursor)
    redis.call('HINCRBY', key, 'read:' .. reader, count)
  end
  if trying and trying ~= '' then redis.call('HSET', key, 'trying:' .. reader, '', 'tries:' .. reader, 0) end
  if stuck and stuck ~= '0' then
    if not is_careful or redis.call('HINCRBY', key, 'careful:' .. reader, count) >= careful_entries then
      redis.call('HSET', key, 'stuck:' .. reader, 0, 'careful:' .. reader, 0)
    end
  end
  return true
end

-- Moves a reader's cursors and trims each stream up to its lowest cursor, as long as every required reader has one.
-- KEYS: per partition stream, readers hash. ARGV: [1] reader, [2] required readers, then per partition epoch, cursor the
-- batch was read from, cursor after it, entries in the batch, 1 if it was read with care.
-- Returns per partition the number of entries trimmed, or -1 if the lease belongs to somebody else now.
local function commit(keys, args)
  local reader, required, results = args[1], words(args[2]), {}
  for index = 1, #keys, 2 do
    local stream, key, position = keys[index], keys[index + 1], (index - 1) / 2 * 5 + 3
    local epoch, from, cursor, count = args[position], args[position + 1], args[position + 2], tonumber(args[position + 3])
    if move_cursor(stream, key, reader, epoch, from, cursor, count, args[position + 4] == '1') then
      local lowest = lowest_cursor(key, required)
      results[#results + 1] = lowest and redis.call('XTRIM', stream, 'MINID', '=', successor(lowest)) or 0
    else
      results[#results + 1] = -1
    end
  end
  return results
end

-- Notes which single entry a careful reader is about to handle, so that the entry that ends processes can be found.
-- KEYS: [1] readers hash. ARGV: reader, epoch, entry id.
-- Returns how often it was tried before, or -1 if the lease belongs to somebody else now.
local function try(keys, args)
  local reader, epoch, id = args[1], args[2], args[3]
  if redis.call('HGET', keys[1], 'epoch:' .. reader) ~= epoch then return -1 end
  if redis.call('HGET', keys[1], 'trying:' .. reader) ~= id then
    redis.call('HSET', keys[1], 'trying:' .. reader, id, 'tries:' .. reader, 0)
  end
  return tonumber(redis.call('HGET', keys[1], 'tries:' .. reader))
end

-- Announces that an instance reads a log, and tells who else does.
-- KEYS: [1] members. ARGV: instance, ms the membership lasts (0 = leave). Returns the instances, sorted by name.
local function join(keys, args)
  local now, lasts_ms = now_ms(), tonumber(args[2])
  redis.call('ZREMRANGEBYSCORE', keys[1], '-inf', int(now))
  if lasts_ms > 0 then
    redis.call('ZADD', keys[1], int(now + lasts_ms), args[1])
    redis.call('PEXPIRE', keys[1], int(lasts_ms * 10))
  else
    redis.call('ZREM', keys[1], args[1])
  end
  local members = redis.call('ZRANGE', keys[1], 0, -1)
  table.sort(members)
  return members
end

-- What drains a full server, or keeps its readers alive, must work while it is full.
redis.register_function { function_name = 'sc1_register', callback = register, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_lease', callback = lease, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_release', callback = release, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_commit', callback = commit, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_try', callback = try, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_join', callback = join, flags = { 'allow-oom' } }
