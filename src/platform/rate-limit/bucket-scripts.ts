/** What every script begins with: Redis's own time unless the last value says another, and numbers as text without an exponent. */
const COMMON = `
local time = redis.call('TIME')
local now = tonumber(ARGV[#ARGV]) or time[1] * 1000 + math.floor(time[2] / 1000)
local function text(number) return string.format('%.0f', number) end
local function count(name) return tonumber(name) or 0 end
`;

/** Members that were heard of a moment ago; names with a # are no members. */
const ALIVE = `
local function heardOf(members, aliveMs, most)
  local alive = 0
  for at = 1, #members, 2 do
    if string.sub(members[at], 1, 1) ~= '#' and now - members[at + 1] <= aliveMs then alive = alive + 1 end
  end
  return math.min(alive, most)
end
`;

/**
 * Keys: members. Values: process, processes, memory, returns (1), has served (1), a new memory's name, alive and
 * lease times. \`#gap\`: when somebody last came back that had used its share alone, or when all was forgotten:
 * nothing that would have flowed in before it does.
 */
export const BEAT = `${COMMON}${ALIVE}
local process, processes, memory = ARGV[1], count(ARGV[2]), ARGV[3]
local kept = redis.call('HGET', KEYS[1], '#memory')
local isNew = not kept
if isNew then
  kept = ARGV[6]
  redis.call('HSET', KEYS[1], '#memory', kept)
end
local isForgotten = memory ~= '' and memory ~= kept
if ARGV[4] == '1' or isForgotten or (isNew and ARGV[5] == '1') then
  redis.call('HSET', KEYS[1], '#gap', text(now))
end
redis.call('HSET', KEYS[1], process, text(now))
local members = redis.call('HGETALL', KEYS[1])
for at = 1, #members, 2 do
  if string.sub(members[at], 1, 1) ~= '#' and now - members[at + 1] > 2 * ARGV[8] then
    redis.call('HDEL', KEYS[1], members[at])
  end
end
return { kept, heardOf(members, count(ARGV[7]), processes) }
`;

/** Keys: members. Values: process. Its leases come back as those of somebody never heard of. */
export const LEAVE = `return redis.call('HDEL', KEYS[1], ARGV[1])`;

/**
 * Keys: members, bucket, leases, waiting. Values as in \`Claim\`, then the limits. A bucket is a hash of level, time,
 * rate and gap, and of what was used in each period (\`u:\`) and the gap that was allowed for in it (\`g:\`).
 */
export const TAKE = `${COMMON}${ALIVE}
local process, processes, ticket = ARGV[1], count(ARGV[2]), ARGV[3]
local amount, kept, rate, capacity = count(ARGV[4]), count(ARGV[5]), count(ARGV[6]), count(ARGV[7])
local period, elapsed, left, entitled, known = ARGV[8], count(ARGV[9]), count(ARGV[10]), count(ARGV[11]), count(ARGV[12])
local rank, key, isWaiting, hasMore = count(ARGV[13]), ARGV[14], ARGV[15] == '1', ARGV[16] == '1'
local aliveMs, leaseMs, waitingMs, idleMs = count(ARGV[17]), count(ARGV[18]), count(ARGV[19]), ARGV[20]

local members = redis.call('HGETALL', KEYS[1])
local heard = {}
for at = 1, #members, 2 do heard[members[at]] = members[at + 1] end
local memory = heard['#memory']
if not memory or not heard[process] or now - heard[process] > aliveMs then return nil end
local alive = heardOf(members, aliveMs, processes)
local gap = count(heard['#gap'])

-- What has flowed in, at the share of those that are heard of.
local stored = redis.call('HMGET', KEYS[2], 'level', 'at', 'rate', 'u:' .. period, 'g:' .. period)
local most = math.floor(capacity * alive / processes)
local level, at, before = tonumber(stored[1]), count(stored[2]), tonumber(stored[3])
if not level then
  if gap > 0 then level, at, before = 0, gap, rate else level, at, before = most, now, rate end
end
at = math.max(at, gap)
level = math.min(most, level + math.floor(before * math.max(0, now - at) * alive / processes))

-- After a gap nobody knows all that was used: what can have been used was.
local used = tonumber(stored[4]) or known
if gap > 0 and now - gap < elapsed and stored[5] ~= text(gap) then
  used = math.max(used, math.min(entitled, entitled - rate * (left + now - gap) + capacity))
  redis.call('HSET', KEYS[2], 'g:' .. period, text(gap))
end

-- Periods are named by when they begin; what is long over is of no use.
if not stored[4] then
  for _, field in ipairs(redis.call('HKEYS', KEYS[2])) do
    local begin = tonumber(string.match(field, '^[ug]:(.+)$'))
    if begin and begin < count(period) - idleMs then redis.call('HDEL', KEYS[2], field) end
  end
end

local function room() return math.min(level, entitled - used) end
-- What processes took that are gone comes back, when it is needed.
if room() < amount + kept then
  local leases = redis.call('HGETALL', KEYS[3])
  for one = 1, #leases, 2 do
    local of, size, hour = string.match(leases[one + 1], '^(%S+) (%S+) (%S+)$')
    if not heard[of] or now - heard[of] > leaseMs then
      redis.call('HDEL', KEYS[3], leases[one])
      level = math.min(most, level + size)
      if hour == period then used = used - size else redis.call('HINCRBY', KEYS[2], 'u:' .. hour, '-' .. size) end
    end
  end
end

-- Whose turn it is: start-time fair queueing over all processes.
local line = redis.call('HGETALL', KEYS[4])
local waiting = {}
for one = 1, #line, 2 do waiting[line[one]] = line[one + 1] end
local tag = 'f ' .. rank .. ' ' .. key
local virtual = count(waiting['v ' .. rank])
local start = math.max(virtual, count(waiting[tag]))
local isContended, isBehind = false, false
for name, value in pairs(waiting) do
  local other = string.match(name, '^w (.+)$')
  if other and other ~= process then
    local itsRank, itsStart, since = string.match(value, '^(%S+) (%S+) (%S+)$')
    if now - since <= waitingMs then
      isContended = true
      itsRank, itsStart = tonumber(itsRank), tonumber(itsStart)
      if itsRank < rank or (itsRank == rank and itsStart < start) then isBehind = true end
    end
  end
end

local kind = 'full'
if isBehind then kind = 'behind' elseif room() >= amount + kept then kind = 'taken' end
if kind == 'taken' then
  level, used = level - amount, used + amount
  redis.call('HSET', KEYS[3], ticket, process .. ' ' .. text(amount) .. ' ' .. period)
  redis.call('PEXPIRE', KEYS[3], idleMs)
  redis.call('HDEL', KEYS[4], 'w ' .. process)
  if isContended or hasMore then
    redis.call('HSET', KEYS[4], tag, text(start + amount), 'v ' .. rank, text(start))
  else
    redis.call('DEL', KEYS[4])
  end
elseif isWaiting then
  redis.call('HSET', KEYS[4], 'w ' .. process, rank .. ' ' .. text(start) .. ' ' .. text(now))
end
redis.call('PEXPIRE', KEYS[4], idleMs)
redis.call('HSET', KEYS[2], 'level', text(level), 'at', text(now), 'rate', text(rate), 'u:' .. period, text(used))
redis.call('PEXPIRE', KEYS[2], idleMs)
return { kind, text(level), text(used), alive, memory, text(now) }
`;

/** Keys: members, bucket, leases. Values: ticket, memory, period, what was used of it. */
export const SETTLE = `
if redis.call('HGET', KEYS[1], '#memory') ~= ARGV[2] or redis.call('EXISTS', KEYS[2]) == 0 then return 0 end
local lease = redis.call('HGET', KEYS[3], ARGV[1])
local back = 0 - tonumber(ARGV[4])
if lease then
  back = back + string.match(lease, '^%S+ (%S+)')
  redis.call('HDEL', KEYS[3], ARGV[1])
end
local amount = string.format('%.0f', back)
redis.call('HINCRBY', KEYS[2], 'level', amount)
redis.call('HINCRBY', KEYS[2], 'u:' .. ARGV[3], string.format('%.0f', 0 - back))
return 1
`;
