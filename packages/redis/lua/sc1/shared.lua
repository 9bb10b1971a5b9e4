#!lua name=sc1
-- build: 4
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
