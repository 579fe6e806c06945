-- What a configuration calls: `require("aurora").setup{}` and `require("aurora").statusline()`.
local M = {}

--- Options, all of them optional:
---   cmd            list   the server to start; default { "aurora", "lsp" }
---   store          string folder that holds what was learned; default: the data folder of your account
---   filetypes      list   file types to start it for
---   hints          string "kinds", "aligned" or "both": hints in the text (vim.lsp.inlay_hint); default "off"
---   rainbow        boolean every column in a colour of its own; default false
--- Without a call the defaults hold; call it before the first CSV file opens.
function M.setup(options)
  require("aurora.server").set_options(options or {})
end

--- The status of a buffer as the server sent it last: dialect, encoding, records, rules …; nil before the first.
function M.status(bufnr)
  return require("aurora.server").status[vim.uri_from_bufnr(bufnr or 0)]
end

--- A few words for a status line: "comma · UTF-8 · 1,204 records". Empty in other files.
function M.statusline(bufnr)
  local status = M.status(bufnr)
  if not status then
    return ""
  end
  local given = require("aurora.client").given
  local parts = {}
  if given(status.dialect) then
    parts[1] = status.dialect
  end
  if given(status.encoding) then
    parts[#parts + 1] = status.encoding
  end
  if given(status.records) then
    parts[#parts + 1] = M.thousands(status.records) .. (status.records == 1 and " record" or " records")
  end
  if given(status.findings) and status.findings > 0 then
    parts[#parts + 1] = M.thousands(status.findings) .. (status.findings == 1 and " finding" or " findings")
  end
  if given(status.team) then
    parts[#parts + 1] = "team " .. status.team.host
  end
  if given(status.notice) then
    parts[#parts + 1] = status.notice
  end
  -- A percent sign would be read as an item of 'statusline'.
  return (table.concat(parts, " · "):gsub("%%", "%%%%"))
end

--- A count with commas between the thousands.
function M.thousands(n)
  local text = tostring(math.floor(n))
  local done
  repeat
    text, done = text:gsub("^(%-?%d+)(%d%d%d)", "%1,%2")
  until done == 0
  return text
end

return M
