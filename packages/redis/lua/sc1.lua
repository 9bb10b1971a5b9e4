#!lua name=sc1
-- build: 2
-- The Function library of StellaControl. Every function carries the major version in its name; raise the build number with
-- every compatible change. Redis 7.0 Lua: numbers are doubles, so moments in ms are exact; print them with int().
-- All times are this server's clock (TIME), never a caller's.

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

local function int(number) return string.format('%.0f', number) end

-- Stream ids "<ms>-<n>".
local function split_id(id)
  local ms, n = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(n)
end

local function is_before(left, right)
  local left_ms, left_n = split_id(left)
  local right_ms, right_n = split_id(right)
  return left_ms < right_ms or (left_ms == right_ms and left_n < right_n)
end

local function successor(id)
  local ms, n = split_id(id)
  return int(ms) .. '-' .. int(n + 1)
end

local function words(text)
  local list = {}
  for word in string.gmatch(text or '', '%S+') do list[#list + 1] = word end
  return list
end

-- The lowest cursor of a partition's registered readers; nil if a required reader is not registered yet.
local function lowest_cursor(key, required)
  local readers, fields, is_known = words(redis.call('HGET', key, 'readers')), {}, {}
  for index, reader in ipairs(readers) do
    fields[index] = 'cursor:' .. reader
    is_known[reader] = true
  end
  for _, reader in ipairs(required) do
    if not is_known[reader] then return nil end
  end
  local lowest
  for _, cursor in ipairs(redis.call('HMGET', key, unpack(fields))) do
    if not lowest or is_before(cursor, lowest) then lowest = cursor end
  end
  return lowest
end

-- Entries ever appended to a stream, entries in it now, and the last id it gave out.
local function facts_of(stream)
  if redis.call('EXISTS', stream) == 0 then return 0, 0, '0-0' end
  local info, facts = redis.call('XINFO', 'STREAM', stream), {}
  for index = 1, #info, 2 do facts[info[index]] = info[index + 1] end
  return facts['entries-added'], facts['length'], facts['last-generated-id']
end

-- How many entries lie in (after, up_to], counted up to a limit.
local function count_between(stream, after, up_to, limit)
  if not is_before(after, up_to) then return 0 end
  return #redis.call('XRANGE', stream, '(' .. after, up_to, 'COUNT', limit)
end

------------------------------------------------------------------------------------------------------------------------
-- The log: streams of entries {s = serial, …}, one per partition, and a hash of readers beside each.

-- Appends a batch of device messages.
-- KEYS: one stream per partition. ARGV: for each key the number of its entries, then per entry serial, receivedAt (ms), payload.
-- Returns the number of entries appended.
local function append(keys, args)
  local position, total = #keys + 1, 0
  for index, stream in ipairs(keys) do
    for _ = 1, tonumber(args[index]) do
      redis.call('XADD', stream, '*', 's', args[position], 't', args[position + 1], 'p', args[position + 2])
      position = position + 3
    end
    total = total + tonumber(args[index])
  end
  return total
end

-- Appends messages to a topic and publishes them live, in order.
-- KEYS: [1] topic stream. ARGV: per message channel, serial, message (JSON). Returns the number of messages.
local function announce(keys, args)
  for position = 1, #args, 3 do
    redis.call('XADD', keys[1], '*', 's', args[position + 1], 'm', args[position + 2])
    redis.call('PUBLISH', args[position], args[position + 2])
  end
  return #args / 3
end

-- Accepts the reports of one partition that are newer than what is known: sets the status, appends it to the topic and
-- publishes it, atomically, so that a crash and a replay neither lose nor reorder an announcement. What is newer is decided
-- by (bootId, sequence), which are the first two members of a status' JSON; device time never decides.
-- KEYS: [1] topic stream, [2…] status key of each report. ARGV: [1] channel prefix, then per report bootId, sequence, serial, JSON.
-- Returns a string with one character per report: 1 accepted, 0 not newer.
local function accept(keys, args)
  local verdicts = {}
  for index = 2, #keys do
    local position = (index - 2) * 4 + 2
    local boot_id, sequence = tonumber(args[position]), tonumber(args[position + 1])
    local serial, status = args[position + 2], args[position + 3]
    local known = redis.call('GETRANGE', keys[index], 0, 63)
    local known_boot_id, known_sequence = string.match(known, '^{"bootId":(%d+),"sequence":(%d+),')
    known_boot_id, known_sequence = tonumber(known_boot_id) or -1, tonumber(known_sequence) or -1
    if boot_id > known_boot_id or (boot_id == known_boot_id and sequence > known_sequence) then
      redis.call('SET', keys[index], status)
      redis.call('XADD', keys[1], '*', 's', serial, 'm', status)
      redis.call('PUBLISH', args[1] .. serial, status)
      verdicts[#verdicts + 1] = '1'
    else
      verdicts[#verdicts + 1] = '0'
    end
  end
  return table.concat(verdicts)
end

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

-- Drops what outlived the log, oldest first and at most 1,000 entries a call, and counts what a reader had not read.
-- KEYS: [1] stream, [2] readers hash. ARGV: maximum age (ms), maximum entries (0 = any number), the same while no reader is known.
-- Returns {entries dropped, entries that at least one reader had not read}.
local function expire(keys, args)
  local readers = words(redis.call('HGET', keys[2], 'readers'))
  local maximum_entries = tonumber(#readers > 0 and args[2] or args[3])
  local last_id, limit = int(now_ms() - tonumber(args[1])) .. '-0', 1000
  local appended, length = facts_of(keys[1])
  if maximum_entries > 0 and length > maximum_entries then
    last_id, limit = '+', math.min(limit, length - maximum_entries)
  end
  if length == 0 then return { 0, 0 } end
  local entries = redis.call('XRANGE', keys[1], '-', last_id, 'COUNT', limit)
  if #entries == 0 then return { 0, 0 } end
  last_id = entries[#entries][1]
  local position, most = appended - length + #entries, 0
  for _, reader in ipairs(readers) do
    local cursor, read = unpack(redis.call('HMGET', keys[2], 'cursor:' .. reader, 'read:' .. reader))
    if is_before(cursor, last_id) then
      local unread = position - tonumber(read)
      redis.call('HINCRBY', keys[2], 'expired:' .. reader, unread)
      redis.call('HSET', keys[2], 'cursor:' .. reader, last_id, 'read:' .. reader, int(position))
      most = math.max(most, unread)
    end
  end
  redis.call('XTRIM', keys[1], 'MINID', '=', successor(last_id))
  return { #entries, most }
end

-- One partition as one reader sees it. The id is usually the reader's own cursor or a batch away from it.
-- KEYS: [1] stream, [2] readers hash. ARGV: reader, id after which entries are counted ("" = the reader's cursor).
-- Returns {entries ever appended, entries in the stream, entries after the id (-1 = it is too far from the cursor to count
-- here), id of the first entry after it or "", entries expired unread, the reader's cursor or "", last id generated}.
local function inspect(keys, args)
  local reader, after, limit = args[1], args[2], 2000
  local names = { 'cursor:' .. reader, 'read:' .. reader, 'expired:' .. reader }
  local cursor, read, expired = unpack(redis.call('HMGET', keys[2], unpack(names)))
  local appended, length, last_id = facts_of(keys[1])
  if length == 0 then return { appended, 0, 0, '', tonumber(expired or '0'), cursor or '', last_id } end
  local from, position = cursor or '0-0', tonumber(read or int(appended - length))
  if after == '' then after = from end
  local ahead, behind = count_between(keys[1], from, after, limit), count_between(keys[1], after, from, limit)
  local queued = appended - position - ahead + behind
  if ahead == limit or behind == limit then queued = -1 end
  local first = redis.call('XRANGE', keys[1], '(' .. after, '+', 'COUNT', 1)
  return { appended, length, queued, #first > 0 and first[1][1] or '', tonumber(expired or '0'), cursor or '', last_id }
end

-- Removes a reader for good, so that it no longer holds back trimming. KEYS: [1] readers hash. ARGV: reader.
local function forget(keys, args)
  local kept = {}
  for _, reader in ipairs(words(redis.call('HGET', keys[1], 'readers'))) do
    if reader ~= args[1] then kept[#kept + 1] = reader end
  end
  redis.call('HSET', keys[1], 'readers', table.concat(kept, ' '))
  local fields = { 'cursor', 'read', 'expired', 'owner', 'until', 'epoch', 'stuck', 'trying', 'tries', 'careful' }
  for _, name in ipairs(fields) do redis.call('HDEL', keys[1], name .. ':' .. args[1]) end
  return #kept
end

------------------------------------------------------------------------------------------------------------------------
-- Device connections. A connection's epoch grows with every connection of that device on any receiver, also after the record
-- expired, so that the late end of an old connection changes nothing.

-- Notes new connections and announces them.
-- KEYS: [1] topic stream, [2…] connection hash of each device. ARGV: receiver, record's life (ms), channel prefix, now (ISO),
-- then per device its serial. Returns the epochs.
local function connect(keys, args)
  local receiver, life_ms, channel, at = args[1], args[2], args[3], args[4]
  local epochs, now = {}, now_ms()
  for index = 2, #keys do
    local serial = args[index + 3]
    local epoch = math.max(now, tonumber(redis.call('HGET', keys[index], 'epoch') or '0') + 1)
    redis.call('HSET', keys[index], 'epoch', int(epoch), 'receiver', receiver, 'at', at)
    redis.call('PEXPIRE', keys[index], life_ms)
    local message = '{"serialNumber":' .. cjson.encode(serial) .. ',"receiver":' .. cjson.encode(receiver)
      .. ',"epoch":' .. int(epoch) .. ',"at":' .. cjson.encode(at) .. '}'
    redis.call('XADD', keys[1], '*', 's', serial, 'm', message)
    redis.call('PUBLISH', channel .. serial, message)
    epochs[#epochs + 1] = epoch
  end
  return epochs
end

-- Ends connections, unless a newer one of the same device exists or existed, and announces it once. The record of an ended
-- connection keeps its epoch for its remaining life.
-- KEYS: [1] topic stream, [2…] connection hash of each device. ARGV: receiver, channel prefix, now (ISO), then per device
-- serial, epoch, reason. Returns a string with one character per device: 1 ended (also if it had ended before), 0 a newer one exists.
local function disconnect(keys, args)
  local receiver, channel, at = args[1], args[2], args[3]
  local verdicts = {}
  for index = 2, #keys do
    local position = (index - 2) * 3 + 4
    local serial, epoch, reason = args[position], args[position + 1], args[position + 2]
    local current, holder = unpack(redis.call('HMGET', keys[index], 'epoch', 'receiver'))
    verdicts[#verdicts + 1] = current and current ~= epoch and '0' or '1'
    if not current or (current == epoch and holder) then
      redis.call('HDEL', keys[index], 'receiver', 'at')
      local message = '{"serialNumber":' .. cjson.encode(serial) .. ',"receiver":' .. cjson.encode(receiver)
        .. ',"epoch":' .. epoch .. ',"at":' .. cjson.encode(at) .. ',"reason":' .. cjson.encode(reason) .. '}'
      redis.call('XADD', keys[1], '*', 's', serial, 'm', message)
      redis.call('PUBLISH', channel .. serial, message)
    end
  end
  return table.concat(verdicts)
end

-- Prolongs the records of open connections. KEYS: connection hashes. ARGV: life (ms), then the epoch of each.
-- Returns a string with one character per device: 1 prolonged, 0 replaced by a newer connection or gone.
local function keep(keys, args)
  local verdicts = {}
  for index, key in ipairs(keys) do
    local epoch, receiver = unpack(redis.call('HMGET', key, 'epoch', 'receiver'))
    local held = epoch == args[index + 1] and receiver
    if held then redis.call('PEXPIRE', key, args[1]) end
    verdicts[#verdicts + 1] = held and '1' or '0'
  end
  return table.concat(verdicts)
end

------------------------------------------------------------------------------------------------------------------------
-- Throttles.

-- Counts calls in an exact sliding window made of buckets; the oldest bucket is counted whole, so that no window of the full
-- length ever holds more than the limit. A refused call costs nothing.
-- KEYS: [1] hash of bucket number -> calls. ARGV: limit, window (ms), bucket (ms), cost.
-- Returns {allowed 0 or 1, used after this call, ms until the refused call would fit (0 if allowed), ms until all is free again}.
local function rate(keys, args)
  local limit, window_ms, bucket_ms, cost = tonumber(args[1]), tonumber(args[2]), tonumber(args[3]), tonumber(args[4])
  local now = now_ms()
  local current = math.floor(now / bucket_ms)
  local oldest = current - math.ceil(window_ms / bucket_ms)
  local counts = redis.call('HGETALL', keys[1])
  local used, buckets = 0, {}
  for index = 1, #counts, 2 do
    local bucket, calls = tonumber(counts[index]), tonumber(counts[index + 1])
    if bucket < oldest then
      redis.call('HDEL', keys[1], counts[index])
    else
      used = used + calls
      buckets[#buckets + 1] = { bucket, calls }
    end
  end
  local lasts_buckets = math.ceil(window_ms / bucket_ms) + 1
  table.sort(buckets, function(left, right) return left[1] < right[1] end)
  local function free_at(index) return (buckets[index][1] + lasts_buckets) * bucket_ms - now end
  if used + cost > limit then
    local freed, retry_ms = 0, window_ms
    for index, bucket in ipairs(buckets) do
      freed = freed + bucket[2]
      if used - freed + cost <= limit then
        retry_ms = free_at(index)
        break
      end
    end
    return { 0, used, math.max(1, math.ceil(retry_ms)), #buckets > 0 and math.ceil(free_at(#buckets)) or 0 }
  end
  redis.call('HINCRBY', keys[1], int(current), cost)
  redis.call('PEXPIRE', keys[1], int(window_ms + 2 * bucket_ms))
  return { 1, used + cost, 0, math.ceil((current + lasts_buckets) * bucket_ms - now) }
end

redis.register_function('sc1_append', append)
redis.register_function('sc1_announce', announce)
redis.register_function('sc1_accept', accept)
redis.register_function('sc1_connect', connect)
redis.register_function('sc1_rate', rate)
-- What drains a full server, or keeps its readers alive, must work while it is full.
redis.register_function { function_name = 'sc1_register', callback = register, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_lease', callback = lease, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_release', callback = release, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_commit', callback = commit, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_try', callback = try, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_join', callback = join, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_expire', callback = expire, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_forget', callback = forget, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_disconnect', callback = disconnect, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_keep', callback = keep, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_inspect', callback = inspect, flags = { 'no-writes' } }
