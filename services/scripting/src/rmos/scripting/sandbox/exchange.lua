-- Turns a request into the world of one run and the outcome into an answer; both are byte strings (see wire.py).
local world = ...
local error, load, next, pcall, rawget, tonumber, tostring, type =
  error, load, next, pcall, rawget, tonumber, tostring, type
local collect, m_type, m_huge = collectgarbage, math.type, math.huge
local s_byte, s_gsub, s_match, s_pack, s_rep = string.byte, string.gsub, string.match, string.pack, string.rep
local s_sub, s_unpack, t_concat, t_move, t_unpack = string.sub, string.unpack, table.concat, table.move, table.unpack

local BLOCK = 50
local PACKED_BLOCK = "<" .. s_rep("d", BLOCK)
local KINDS = { [0] = "rapid", "linear", "arc_cw", "arc_ccw", "dwell", "stop", "tool_change" }
local WRITABLE = { "x_mm", "y_mm", "z_mm", "feed_mm_min", "spindle_rpm" }
local READ_ONLY = { "dwell_s" }
local KNOWN = { n = true, kind = true, dwell_s = true }
for _, name in next, WRITABLE do KNOWN[name] = true end

-- Request
local function read_value(bytes, at)
  local tag = s_sub(bytes, at, at)
  if tag == "n" then return s_unpack("<d", bytes, at + 1) end
  if tag == "i" then return s_unpack("<i8", bytes, at + 1) end
  if tag == "s" then return s_unpack("<s4", bytes, at + 1) end
  if tag == "b" then return s_byte(bytes, at + 1) == 1, at + 2 end
  local count, out, key = nil, {}, nil
  count, at = s_unpack("<I4", bytes, at + 1)
  for _ = 1, count do
    key, at = s_unpack("<s4", bytes, at)
    out[key], at = read_value(bytes, at)
  end
  return out, at
end

local function read_column(bytes, at, n)
  local out, i = {}, 1
  while i + BLOCK - 1 <= n do
    t_move({ s_unpack(PACKED_BLOCK, bytes, at) }, 1, BLOCK, i, out)
    i, at = i + BLOCK, at + 8 * BLOCK
  end
  while i <= n do
    out[i], at = s_unpack("<d", bytes, at)
    i = i + 1
  end
  return out
end

local function read_kinds(bytes, at, n)
  local out = {}
  for i = 1, n do out[i] = KINDS[s_byte(bytes, at + i - 1)] end
  return out
end

local function read_path(bytes, at)
  local n, given = nil, {}
  n, at = s_unpack("<I4", bytes, at)
  local path = { n = n, kind = read_kinds(bytes, at, n) }
  given.n, given.kinds_at, at = n, at, at + n
  for _, names in next, { WRITABLE, READ_ONLY } do
    for i = 1, #names do
      path[names[i]] = read_column(bytes, at, n)
      given[names[i]], at = at, at + 8 * n
    end
  end
  return path, given
end

-- Result
local function count_of(column, name, n)
  if type(column) ~= "table" then return name .. " is a " .. type(column) .. ", not a table" end
  local count = 0
  for _ in next, column do count = count + 1 end
  if count ~= n then return name .. " has " .. count .. " entries, the path has " .. n .. " moves" end
end

local function check_column(column, name, n)
  local wrong = count_of(column, name, n)
  if wrong then return wrong end
  for i = 1, n do
    local v = column[i]
    if not m_type(v) then return name .. "[" .. i .. "] is a " .. type(v) .. ", not a number" end
    if v ~= v or v == m_huge or v == -m_huge then return name .. "[" .. i .. "] is not finite" end
  end
end

local function pack_column(column, n)
  local out, i = {}, 1
  while i + BLOCK - 1 <= n do
    out[#out + 1] = s_pack(PACKED_BLOCK, t_unpack(column, i, i + BLOCK - 1))
    i = i + BLOCK
  end
  while i <= n do
    out[#out + 1] = s_pack("<d", column[i])
    i = i + 1
  end
  return t_concat(out)
end

local function is_given(packed, name, request, given)
  return packed == s_sub(request, given[name], given[name] + 8 * given.n - 1)
end

local function check_kinds(kinds, request, given)
  local wrong = count_of(kinds, "kind", given.n)
  if wrong then return wrong end
  for i = 1, given.n do
    if kinds[i] ~= KINDS[s_byte(request, given.kinds_at + i - 1)] then return "kind[" .. i .. "] is read-only" end
  end
end

local function check_frame(path, request, given)
  for key in next, path do
    if not KNOWN[key] then return "the path has no column " .. (type(key) == "string" and key or "of this key") end
  end
  if rawget(path, "n") ~= given.n then return "n is read-only" end
  local wrong = check_kinds(rawget(path, "kind"), request, given)
  if wrong then return wrong end
  for _, name in next, READ_ONLY do
    wrong = check_column(rawget(path, name), name, given.n)
    if wrong then return wrong end
    local packed = pack_column(path[name], given.n)
    if not is_given(packed, name, request, given) then return name .. " is read-only" end
  end
end

-- Returns a bit mask of the changed columns and their bytes, or nil and what is wrong.
local function collect_columns(path, request, given)
  local wrong = check_frame(path, request, given)
  if wrong then return nil, wrong end
  local mask, parts = 0, {}
  for i = 1, #WRITABLE do
    local name = WRITABLE[i]
    wrong = check_column(rawget(path, name), name, given.n)
    if wrong then return nil, wrong end
    local packed = pack_column(path[name], given.n)
    if not is_given(packed, name, request, given) then
      mask, parts[#parts + 1] = mask | 1 << (i - 1), packed
    end
  end
  return mask, t_concat(parts)
end

local function texts(list)
  local out = { s_pack("<I4", #list) }
  for i = 1, #list do out[i + 1] = s_pack("<s4", list[i]) end
  return t_concat(out)
end

local function answer(code, line, message, mask, columns)
  message = s_sub(s_gsub(s_gsub(message, "^bootstrap:%d+: ", ""), "^script:%d+: ", ""), 1, 500)
  return s_pack("<s1I4I8s4", code, line, world.used(), message)
    .. texts(world.log) .. texts(world.annotations) .. s_pack("<B", world.risk()) .. texts(world.reasons)
    .. s_pack("<B", mask or 0) .. (columns or "")
end

-- Run
local function call(program, job, path)
  program()
  local entry = rawget(world.env, "after_toolpath")
  if type(entry) ~= "function" then error("the script defines no function after_toolpath(job, path)", 0) end
  local returned = entry(job, path)
  return returned == nil or returned == path
end

local function execute(request)
  local instructions, result_bytes, source, at = s_unpack("<i8i8s4", request)
  local job, path, given
  job, at = read_value(request, at)
  path, given = read_path(request, at)
  local program, message = load(source, world.source, "t", world.env)
  if not program and message == "not enough memory" then return answer("memory", 0, message) end
  if not program then return answer("syntax", tonumber(s_match(message, "^script:(%d+):")) or 0, message) end
  local ok, code, line, text = world.run(instructions, call, program, job, path)
  if not ok then return answer(code, line, text) end
  if not code then return answer("result_invalid", 0, "after_toolpath may return nothing but the path") end
  local mask, columns = collect_columns(path, request, given)
  if not mask then return answer("result_invalid", 0, columns) end
  local reply = answer("ok", 0, "", mask, columns)
  if #reply > result_bytes then return answer("result_too_large", 0, "the answer has " .. #reply .. " bytes") end
  return reply
end

-- lupa looks up debug.traceback before every call; nothing else of the host's globals is needed again.
local traceback = debug.traceback
for _, name in next, { "_LOADED", "_PRELOAD" } do
  local registered = debug.getregistry()[name]
  for key in next, registered do registered[key] = nil end
end
local globals = _G
for key in next, globals do globals[key] = nil end
globals.debug = { traceback = traceback }

return function(request)
  local ok, reply = pcall(execute, request)
  if ok then return reply end
  collect()
  return answer(reply == "not enough memory" and "memory" or "engine_crash", 0, tostring(reply))
end
