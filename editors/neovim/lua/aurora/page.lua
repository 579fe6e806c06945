-- A page in a floating window: lines in colours, some of which do something when <CR> is pressed on them.
local M = {}
M.__index = M

local namespace = vim.api.nvim_create_namespace("aurora")
local eighths = { "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█" }
local heights = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" }

function M.new()
  return setmetatable({ lines = {}, marks = {}, actions = {} }, M)
end

--- Adds a line. `parts` is a text, or a list of texts and { text, highlight group }; `action` is called for <CR>.
function M:add(parts, action)
  if type(parts) == "string" then
    parts = { parts }
  end
  local text = ""
  for _, part in ipairs(parts) do
    local piece = type(part) == "table" and part[1] or part
    if type(part) == "table" then
      self.marks[#self.marks + 1] = { #self.lines, #text, #text + #piece, part[2] }
    end
    text = text .. piece
  end
  self.lines[#self.lines + 1] = text
  self.actions[#self.lines] = action
end

function M:heading(text, help)
  self:add("")
  self:add({ { text, "Title" }, help and { "  " .. help, "Comment" } or "" })
end

--- A bar of at most `width` cells for `share` (0 to 1), to an eighth of a cell; what is not nothing is seen.
function M.bar(share, width)
  local n = math.floor(share * width * 8 + 0.5)
  if n == 0 and share > 0 then
    n = 1
  end
  local rest = n % 8
  return ("█"):rep(math.floor(n / 8)) .. (rest > 0 and eighths[rest] or "")
end

--- Numbers as blocks of eight heights, from `low` to the largest, each `wide` cells wide.
function M.spark(numbers, low, wide)
  local high = 0
  for at, n in ipairs(numbers) do
    high = at == 1 and n or math.max(high, n)
  end
  local text = ""
  for _, n in ipairs(numbers) do
    local share = high > low and (n - low) / (high - low) or 0
    local block = n == 0 and low == 0 and " " or heights[math.floor(share * 7 + 0.5) + 1]
    text = text .. block:rep(wide or 1)
  end
  return text
end

--- `text` in exactly `width` cells, cut with an ellipsis.
function M.fit(text, width)
  local wide = vim.fn.strdisplaywidth(text)
  if wide > width then
    local n = vim.fn.strchars(text)
    while vim.fn.strdisplaywidth(text) > width - 1 and n > 0 do
      n = n - 1
      text = vim.fn.strcharpart(text, 0, n)
    end
    text = text .. "…"
    wide = vim.fn.strdisplaywidth(text)
  end
  return text .. (" "):rep(width - wide)
end

--- `text` in lines of at most `width` cells, each after `indent`.
function M:wrap(text, width, indent, group)
  local line = ""
  local function flush()
    if line ~= "" then
      self:add({ indent, group and { line, group } or line })
      line = ""
    end
  end
  for word in text:gmatch("%S+") do
    if line ~= "" and vim.fn.strdisplaywidth(line .. " " .. word) > width then
      flush()
    end
    line = line == "" and word or (line .. " " .. word)
  end
  flush()
end

--- Shows the page; `keys` are further keys with their functions, called with the number of the line.
function M:show(title, keys, old)
  if old and not vim.api.nvim_win_is_valid(old) then
    -- The person has closed it meanwhile.
    return
  end
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, self.lines)
  for _, mark in ipairs(self.marks) do
    vim.api.nvim_buf_set_extmark(bufnr, namespace, mark[1], mark[2], { end_col = mark[3], hl_group = mark[4] })
  end
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].bufhidden = "wipe"
  vim.bo[bufnr].filetype = "aurora"
  local widest = vim.fn.strdisplaywidth(title) + 2
  for _, line in ipairs(self.lines) do
    widest = math.max(widest, vim.fn.strdisplaywidth(line))
  end
  local width = math.min(widest + 2, vim.o.columns - 4)
  local height = math.min(math.max(#self.lines, 1), vim.o.lines - 5)
  local place = {
    relative = "editor",
    row = math.max(0, math.floor((vim.o.lines - height) / 2) - 1),
    col = math.max(0, math.floor((vim.o.columns - width) / 2)),
    width = width,
    height = height,
    style = "minimal",
    border = "rounded",
    title = " " .. title .. " ",
  }
  local window
  if old then
    -- The next page in the same window: no flicker.
    window = old
    vim.api.nvim_win_set_buf(window, bufnr)
    vim.api.nvim_win_set_config(window, place)
  else
    window = vim.api.nvim_open_win(bufnr, true, place)
  end
  vim.wo[window].cursorline = true
  vim.wo[window].wrap = false
  local function map(key, run)
    vim.keymap.set("n", key, run, { buffer = bufnr, nowait = true, silent = true })
  end
  map("<CR>", function()
    local action = self.actions[vim.api.nvim_win_get_cursor(window)[1]]
    if action then
      action()
    end
  end)
  map("q", "<cmd>close<cr>")
  map("<Esc>", "<cmd>close<cr>")
  for key, run in pairs(keys or {}) do
    map(key, run)
  end
  for line = 1, #self.lines do
    if self.actions[line] then
      vim.api.nvim_win_set_cursor(window, { line, 0 })
      break
    end
  end
  self.window = window
  return window
end

function M:close()
  if self.window and vim.api.nvim_win_is_valid(self.window) then
    vim.api.nvim_win_close(self.window, true)
  end
end

return M
