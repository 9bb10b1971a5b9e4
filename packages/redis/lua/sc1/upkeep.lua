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

-- What drains a full server, or keeps its readers alive, must work while it is full.
redis.register_function { function_name = 'sc1_expire', callback = expire, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_forget', callback = forget, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_inspect', callback = inspect, flags = { 'no-writes' } }
