-- Builds the only world a script sees, and meters what happens in it.
local error, next, rawget, rawlen, select, tostring, type, xpcall =
  error, next, rawget, rawlen, select, tostring, type, xpcall
local getinfo, sethook = debug.getinfo, debug.sethook
local s_find, s_format, s_gsub, s_rep, s_sub = string.find, string.format, string.gsub, string.rep, string.sub
local t_concat, t_insert, t_move, t_remove = table.concat, table.insert, table.move, table.remove
local t_sort, t_unpack, m_tointeger, u_len = table.sort, table.unpack, math.tointeger, utf8.len

local SOURCE, TICK, MOST, TEXT = "=script", 1000, 1 << 53, 400
local STOP = {}

local quota, used, stop, stop_line = 0, 0, nil, 0
local log, annotations, reasons, risk = {}, {}, {}, 0

-- Metering: a stop is sticky, so that no protected call of the script survives it.
local function charge(units)
  if units > 0 then used = used + (units < MOST and units // 1 | 0 or MOST) end
  if used > quota then
    used, stop = quota, stop or "quota"
    error(STOP, 0)
  end
end

local function tick() charge(TICK) end

local function line_of_script()
  for level = 3, 60 do
    local info = getinfo(level, "Sl")
    if not info then return 0 end
    if info.source == SOURCE and info.currentline > 0 then return info.currentline end
  end
  return 0
end

local function caught(value)
  local line = line_of_script()
  if stop and stop_line == 0 then stop_line = line end
  return { value = value, line = line }
end

-- Lua skips the handler for its own memory errors, so a plain string here cannot come from the script.
local function settle(ok, first, ...)
  if first == "not enough memory" and not ok then stop = stop or "memory" end
  if stop then error(STOP, 0) end
  if ok then return true, first, ... end
  if type(first) == "table" then return false, first.value end
  return false, first
end

local function protected(f, ...) return settle(xpcall(f, caught, ...)) end

local function protected_with(f, handler, ...)
  local function finish(ok, ...)
    if ok then return true, ... end
    return false, select(2, protected(handler, ...))
  end
  return finish(protected(f, ...))
end

local function plain(value)
  local kind = type(value)
  if kind == "table" or kind == "function" or kind == "userdata" or kind == "thread" then return kind end
  return tostring(value)
end

-- Strings
local function by_length(f, divisor)
  return function(s, ...)
    if type(s) == "string" then charge(#s // divisor) end
    return f(s, ...)
  end
end

local function rep(s, n, sep)
  n = m_tointeger(n)
  if type(s) ~= "string" or not n then error("rep: a string and an integer are needed", 2) end
  if sep ~= nil and type(sep) ~= "string" then error("rep: the separator must be a string", 2) end
  local size = #s + #(sep or "")
  if n < 1 or size == 0 then return "" end
  if n > (1 << 20) or n * size > (1 << 20) then error("rep: the result is longer than 1 MiB", 2) end
  charge(n * size // 8)
  return s_rep(s, n, sep)
end

local function format(pattern, ...)
  if type(pattern) ~= "string" then error("format: the first argument must be a string", 2) end
  if s_find(s_gsub(pattern, "%%%%", ""), "%%[^%a]*p") then error("format: %p is not available", 2) end
  local count, values = select("#", ...), { ... }
  for i = 1, count do
    local kind = type(values[i])
    if kind == "table" or kind == "function" then values[i] = kind end
    if kind == "string" then charge(#values[i] // 8) end
  end
  return s_format(pattern, t_unpack(values, 1, count))
end

local function copy(library, ...)
  local out = {}
  for _, name in next, { ... } do out[name] = library[name] end
  return out
end

local function strings()
  local out = { rep = rep, format = format }
  for _, name in next, { "byte", "len", "lower", "reverse", "sub", "upper" } do
    out[name] = by_length(string[name], 16)
  end
  for _, name in next, { "find", "gmatch", "gsub", "match" } do out[name] = by_length(string[name], 1) end
  out.char, out.pack, out.packsize, out.unpack = string.char, string.pack, string.packsize, string.unpack
  return out
end

-- Tables
local function need_table(t, name)
  if type(t) ~= "table" then error(name .. ": a table is needed, got " .. type(t), 3) end
end

local function insert(t, ...)
  need_table(t, "insert")
  if select("#", ...) > 1 then charge(rawlen(t) // 16) end
  return t_insert(t, ...)
end

local function remove(t, ...)
  need_table(t, "remove")
  if select("#", ...) > 0 then charge(rawlen(t) // 16) end
  return t_remove(t, ...)
end

local function concat(t, ...)
  need_table(t, "concat")
  charge(rawlen(t) // 8)
  return t_concat(t, ...)
end

local function unpack(t, first, last)
  need_table(t, "unpack")
  charge(((last or rawlen(t)) - (first or 1)) / 8)
  return t_unpack(t, first, last)
end

local function move(from, first, last, to, into)
  need_table(from, "move")
  charge(((last + 0.0) - (first + 0.0)) / 4)
  return t_move(from, first, last, to, into)
end

local function ascending(a, b) return a < b end

-- A stable merge sort: metered like any Lua code, and without the clock that seeds the pivot of the library's own.
local function sort(t, less)
  need_table(t, "sort")
  local n, width, source, target = rawlen(t), 1, {}, {}
  less = less or ascending
  for i = 1, n do source[i] = t[i] end
  while width < n do
    local low = 1
    while low <= n do
      local middle = low + width
      local high = middle + width
      if middle > n then middle = n + 1 end
      if high > n then high = n + 1 end
      local a, b = low, middle
      for k = low, high - 1 do
        if a < middle and (b >= high or not less(source[b], source[a])) then
          target[k], a = source[a], a + 1
        else
          target[k], b = source[b], b + 1
        end
      end
      low = high
    end
    source, target, width = target, source, width * 2
  end
  for i = 1, n do t[i] = source[i] end
end

local function ordered_keys(t)
  local keys, texts, flags = {}, {}, {}
  for key in next, t do
    local kind = type(key)
    local group = kind == "number" and keys or kind == "string" and texts or kind == "boolean" and flags
    if not group then error("pairs: a key is a " .. kind, 3) end
    group[#group + 1] = key
  end
  charge((#keys + #texts) * 8)
  t_sort(keys)
  t_sort(texts)
  t_move(texts, 1, #texts, #keys + 1, keys)
  for _, flag in next, { false, true } do
    if rawget(t, flag) ~= nil then keys[#keys + 1] = flag end
  end
  return keys
end

local function ordered_pairs(t)
  need_table(t, "pairs")
  local keys, i = ordered_keys(t), 0
  return function()
    local key, value
    repeat
      i = i + 1
      key = keys[i]
      if key == nil then return nil end
      value = t[key]
    until value ~= nil
    return key, value
  end
end

-- What a script may say
local function text_of(value, name)
  if type(value) ~= "string" or value == "" or #value > TEXT or not u_len(value) then
    error(name .. ": 1 to " .. TEXT .. " bytes of UTF-8 text are needed", 3)
  end
  return value
end

local function note(value)
  if #log < 200 then log[#log + 1] = s_sub(plain(value), 1, TEXT) end
end

local function annotate(value)
  if #annotations >= 100 then error("annotate: at most 100 annotations", 2) end
  annotations[#annotations + 1] = text_of(value, "annotate")
end

local function raise_risk(level, reason)
  local rank = level == "YELLOW" and 1 or level == "RED" and 2
  if not rank then error("raise_risk: the level must be 'YELLOW' or 'RED'", 2) end
  if #reasons >= 100 then error("raise_risk: at most 100 reasons", 2) end
  reasons[#reasons + 1] = text_of(reason, "raise_risk")
  if rank > risk then risk = rank end
end

local env = {
  string = strings(),
  table = { concat = concat, insert = insert, move = move, pack = table.pack, remove = remove, sort = sort,
    unpack = unpack },
  math = copy(math, "abs", "acos", "asin", "atan", "ceil", "cos", "deg", "exp", "floor", "fmod", "huge", "log", "max",
    "maxinteger", "min", "mininteger", "modf", "pi", "rad", "sin", "sqrt", "tan", "tointeger", "type", "ult"),
  utf8 = copy(utf8, "char", "charpattern", "codepoint", "codes", "len", "offset"),
  assert = assert, error = error, ipairs = ipairs, pairs = ordered_pairs, pcall = protected, select = select,
  tonumber = tonumber, tostring = plain, type = type, xpcall = protected_with,
  annotate = annotate, log = note, raise_risk = raise_risk,
}
getmetatable("").__index = strings()

local world = { source = SOURCE, env = env, log = log, annotations = annotations, reasons = reasons }

function world.risk() return risk end

-- Calls f under the quota. Returns true and its result, or false, a failure code, a line (0: unknown) and a message.
function world.run(instructions, f, ...)
  quota = instructions
  sethook(tick, "", TICK)
  local ok, first = xpcall(f, caught, ...)
  sethook()
  if stop == "quota" then return false, "quota", stop_line, "the script used up its " .. quota .. " instructions" end
  if stop or (not ok and first == "not enough memory") then
    return false, "memory", stop_line, "the script used up its memory"
  end
  if ok then return true, first end
  if type(first) ~= "table" then return false, "runtime_error", 0, first end
  local value, kind = first.value, type(first.value)
  if kind == "number" then value = tostring(value) end
  if kind ~= "string" and kind ~= "number" then value = "the error object is a " .. kind end
  return false, "runtime_error", first.line, value
end

function world.used() return used end

return world
