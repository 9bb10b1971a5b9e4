-- Device connections. A connection's epoch grows with every connection of that device on any receiver, also after the record
-- expired, so that the late end of an old connection changes nothing.

-- Notes new connections and announces them.
-- KEYS: [1] topic stream, [2…] connection hash of each device. ARGV: receiver, record's life (ms), channel prefix, now (ISO),
-- then per device its serial, then per device its network address, which may be absent. Returns the epochs.
local function connect(keys, args)
  local receiver, life_ms, channel, at = args[1], args[2], args[3], args[4]
  local epochs, now = {}, now_ms()
  for index = 2, #keys do
    local serial, address = args[index + 3], args[index + 2 + #keys]
    local epoch = math.max(now, tonumber(redis.call('HGET', keys[index], 'epoch') or '0') + 1)
    redis.call('HSET', keys[index], 'epoch', int(epoch), 'receiver', receiver, 'at', at)
    redis.call('PEXPIRE', keys[index], life_ms)
    local message = '{"serialNumber":' .. cjson.encode(serial) .. ',"receiver":' .. cjson.encode(receiver)
      .. ',"epoch":' .. int(epoch) .. ',"at":' .. cjson.encode(at)
      .. (address and ',"address":' .. cjson.encode(address) or '') .. '}'
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

redis.register_function('sc1_connect', connect)
redis.register_function { function_name = 'sc1_disconnect', callback = disconnect, flags = { 'allow-oom' } }
redis.register_function { function_name = 'sc1_keep', callback = keep, flags = { 'allow-oom' } }
