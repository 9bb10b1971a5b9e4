-- Incidents and their throttles. What a batch of reports decided about a partition's devices is written in one step: what the
-- evaluator remembers, when it must look again, the incidents, and what the bus is told of them.

-- Appends what happened to an incident to the topic and publishes it.
local function tell(stream, channel, serial, event, incident)
  local message = '{"event":' .. cjson.encode(event) .. ',"device":{"serialNumber":' .. cjson.encode(serial)
    .. '},"alert":' .. cjson.encode(incident) .. '}'
  redis.call('XADD', stream, '*', 's', serial, 'm', message)
  redis.call('PUBLISH', channel .. serial, message)
end

local ranks = { warning = 1, minor = 2, major = 3, critical = 4 }

-- What a raised condition makes of the incident that is known of it. `found` is what the evaluator says, as an incident that
-- would be new. Returns the incident and the event.
local function raised(known, found, announced_rank, may_announce)
  local rank = ranks[found.severity]
  if known and known.state ~= 'cleared' then
    -- It lasts: worse, flapping from now on, no longer muted or explained by something else, or simply again.
    local is_worse = rank > ranks[known.severity]
    local is_overdue = may_announce and not known.wasAnnounced and not found.parentId and not announced_rank
    local is_news = is_worse or (found.isFlapping and not known.isFlapping) or is_overdue
    local severity = is_worse and found.severity or known.severity
    for _, name in ipairs({ 'id', 'raisedAt', 'since', 'version', 'repeats', 'state', 'by', 'shelvedUntil', 'wasAnnounced' }) do
      found[name] = known[name]
    end
    found.severity = severity
    found.isAnnounced = may_announce and is_news and known.state ~= 'shelved' or false
    if is_worse and known.state == 'acknowledged' then found.state = 'open' end
    if not is_news then found.repeats = known.repeats + 1 end
    return found, is_news and 'raised' or 'repeated'
  end
  if known and announced_rank then
    -- Cleared and there again inside the window: the same incident. People believe that it is over: if it outlasts the window it
    -- is announced after all.
    local is_worse = rank > announced_rank
    found.id, found.raisedAt, found.version = known.id, known.raisedAt, known.version
    found.repeats = known.repeats + 1
    found.isAnnounced = may_announce and is_worse or false
    return found, is_worse and 'raised' or 'repeated'
  end
  found.isAnnounced = may_announce
  return found, 'raised'
end

local function apply_raise(keys, channel, serial, hash, throttle, field, text, may_announce, throttle_ms)
  local stored = redis.call('HGET', hash, field)
  local announced = redis.call('GET', throttle)
  local found = cjson.decode(text)
  if found.hiddenBy then
    local cause = redis.call('HGET', hash, found.hiddenBy)
    found.parentId, found.hiddenBy = cause and cjson.decode(cause).id, nil
  end
  local incident, event = raised(stored and cjson.decode(stored), found, announced and tonumber(announced), may_announce)
  incident.version = incident.version + 1
  if incident.isAnnounced then
    incident.wasAnnounced = true
    if throttle_ms > 0 then redis.call('SET', throttle, ranks[incident.severity], 'PX', int(throttle_ms)) end
  end
  redis.call('HSET', hash, field, cjson.encode(incident))
  tell(keys[1], channel, serial, event, incident)
end

local function apply_clear(keys, channel, serial, hash, field, text)
  local stored = redis.call('HGET', hash, field)
  local incident = stored and cjson.decode(stored)
  if not incident or incident.state == 'cleared' then return end
  local found = cjson.decode(text)
  incident.state, incident.version = 'cleared', incident.version + 1
  incident.at, incident.clearedAt, incident.clearReason = found.at, found.at, found.clearReason
  incident.shelvedUntil, incident.isFlapping = nil, nil
  incident.isAnnounced = incident.wasAnnounced or false
  redis.call('HSET', hash, field, cjson.encode(incident))
  tell(keys[1], channel, serial, 'cleared', incident)
end

-- Writes what was decided about devices of one partition, unless the partition belongs to another instance now.
-- KEYS: [1] alert topic stream, [2] readers hash of the topic that was read, [3] deadlines, then per device state key, incidents
-- hash, and per decision its throttle key. ARGV: reader, epoch, channel prefix, number of devices, then per device serial, state
-- ("" = as it was), deadline (ms; "" = none, "-" = as it was), number of decisions, and per decision do (raise, clear), field,
-- incident (JSON; `hiddenBy` = field of the incident that explains it), 1 if it may be announced, throttle (ms). Returns 1, or 0 if the lease belongs to somebody else.
local function alert_commit(keys, args)
  local reader, epoch, channel, devices = args[1], args[2], args[3], tonumber(args[4])
  if redis.call('HGET', keys[2], 'epoch:' .. reader) ~= epoch then return 0 end
  local key, position = 4, 5
  for _ = 1, devices do
    local serial, state, deadline, decisions = args[position], args[position + 1], args[position + 2], tonumber(args[position + 3])
    local state_key, hash = keys[key], keys[key + 1]
    if state ~= '' then redis.call('SET', state_key, state) end
    if deadline == '' then
      redis.call('ZREM', keys[3], serial)
    elseif deadline ~= '-' then
      redis.call('ZADD', keys[3], deadline, serial)
    end
    key, position = key + 2, position + 4
    for _ = 1, decisions do
      local what, field, text = args[position], args[position + 1], args[position + 2]
      if what == 'raise' then
        local may_announce, throttle_ms = args[position + 3] == '1', tonumber(args[position + 4])
        apply_raise(keys, channel, serial, hash, keys[key], field, text, may_announce, throttle_ms)
      else
        apply_clear(keys, channel, serial, hash, field, text)
      end
      key, position = key + 1, position + 5
    end
  end
  return 1
end

-- Raises or clears incidents of what nobody leases: a site, an area, the platform itself, or of a device that was muted. Whoever
-- comes second changes nothing. KEYS: [1] alert topic stream, [2] incidents hash, [3] throttle. ARGV: channel prefix, serial, do,
-- field, incident (JSON), 1 if it may be announced, throttle (ms). Returns the incident as it is now, or "" if there is none.
local function alert_raise(keys, args)
  local channel, serial, what, field, text = args[1], args[2], args[3], args[4], args[5]
  local stored = redis.call('HGET', keys[2], field)
  local known = stored and cjson.decode(stored)
  local is_open = known and known.state ~= 'cleared'
  if what == 'raise' then
    local is_overdue = is_open and args[6] == '1' and not known.wasAnnounced and redis.call('EXISTS', keys[3]) == 0
    if not is_open or is_overdue or ranks[cjson.decode(text).severity] > ranks[known.severity] then
      apply_raise(keys, channel, serial, keys[2], keys[3], field, text, args[6] == '1', tonumber(args[7]))
    end
  elseif is_open then
    apply_clear(keys, channel, serial, keys[2], field, text)
  end
  return redis.call('HGET', keys[2], field) or ''
end

-- What a person does to an incident. KEYS: [1] alert topic stream, [2] incidents hash. ARGV: channel prefix, serial, field,
-- incident id, do (acknowledge, shelve, open, clear), who, now (ISO), shelved until (ISO).
-- Returns the incident, or "" if that incident is not there or over.
local function alert_change(keys, args)
  local channel, serial, field, id, what, by, at, shelved_until = unpack(args)
  local stored = redis.call('HGET', keys[2], field)
  local incident = stored and cjson.decode(stored)
  if not incident or incident.id ~= id or incident.state == 'cleared' then return '' end
  local events = { acknowledge = 'acknowledged', shelve = 'shelved', open = 'repeated', clear = 'cleared' }
  incident.at, incident.by, incident.version = at, by, incident.version + 1
  incident.isAnnounced, incident.shelvedUntil = false, nil
  if what == 'acknowledge' then
    incident.state = 'acknowledged'
  elseif what == 'shelve' then
    incident.state, incident.shelvedUntil = 'shelved', shelved_until
  elseif what == 'open' then
    incident.state = 'open'
  else
    incident.state, incident.clearedAt, incident.clearReason = 'cleared', at, 'by-hand'
    incident.isAnnounced = incident.wasAnnounced or false
  end
  redis.call('HSET', keys[2], field, cjson.encode(incident))
  tell(keys[1], channel, serial, events[what], incident)
  return cjson.encode(incident)
end

redis.register_function('sc1_alert_commit', alert_commit)
redis.register_function('sc1_alert_raise', alert_raise)
redis.register_function('sc1_alert_change', alert_change)
