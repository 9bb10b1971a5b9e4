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

redis.register_function('sc1_append', append)
redis.register_function('sc1_announce', announce)
redis.register_function('sc1_accept', accept)
