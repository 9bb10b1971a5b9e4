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

redis.register_function('sc1_rate', rate)
