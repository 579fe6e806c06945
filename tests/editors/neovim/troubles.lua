-- What goes wrong with real files: a wrong encoding, a wrong delimiter (and the next file like it), a ragged export,
-- fixes on save and the recipe of what was done, and a server that is killed.
local steps = require("steps")

local function text()
  return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
end

local function status()
  return require("aurora").statusline()
end

local function open(name)
  vim.cmd.edit(vim.fs.dirname(vim.api.nvim_buf_get_name(0)) .. "/" .. name)
  steps.wait(name .. " read", function()
    return require("aurora").status()
  end)
end

steps.tell(function()
  steps.wait("attached", steps.client)

  open("cyrillic.csv")
  local wrong = steps.first("mismatched-encoding")
  steps.check(not text():find("Москва"), "a wrong encoding is seen", wrong.message)
  steps.go_to(wrong.lnum, wrong.col)
  steps.take(steps.titled("^Reopen in windows%-1251"))
  steps.wait("the letters", function()
    return text():find("Москва")
  end)
  steps.wait("the finding gone", function()
    return #steps.findings("mismatched-encoding") == 0
  end)
  steps.ok("reopened in the right one", vim.bo.fileencoding)

  open("ragged.csv")
  steps.wait("semicolon", function()
    return status():find("semicolon")
  end)
  vim.cmd("Aurora reinterpret comma")
  steps.wait("comma", function()
    return status():find("comma")
  end)
  steps.ok("read with a wrong delimiter", status())
  vim.cmd("Aurora reinterpret detect")
  steps.wait("semicolon again", function()
    return status():find("semicolon")
  end)
  steps.ok("and with the right one again", status())

  local export = vim.api.nvim_get_current_buf()
  local folder = vim.fs.dirname(vim.api.nvim_buf_get_name(0))
  for file = 1, 2 do
    vim.fn.writefile({ "a;b,c", "1;2,3", "4;5,6" }, ("%s/either-%d.csv"):format(folder, file))
  end
  open("either-1.csv")
  local other = status():find("comma") and "semicolon" or "comma"
  vim.cmd("Aurora reinterpret " .. other)
  steps.wait(other, function()
    return status():find(other)
  end)
  open("either-2.csv")
  steps.check(status():find(other) ~= nil, "the next file of the folder is read with the delimiter chosen for this one", status())
  vim.cmd.buffer(export)

  local ragged = steps.first("missing-fields")
  steps.first("extra-fields")
  steps.go_to(ragged.lnum, ragged.col)
  steps.take(steps.titled("^Fix all that is safe"))
  steps.wait("mended", function()
    return #steps.findings("missing-fields") == 0
  end)
  steps.ok("a ragged export is mended by one action")

  local aligned = vim.api.nvim_buf_get_lines(0, 3, 6, false)
  vim.cmd("Aurora align")
  steps.wait("aligned", function()
    local now = vim.api.nvim_buf_get_lines(0, 3, 6, false)
    return now[1] ~= aligned[1] and now[1]:find(";") == now[2]:find(";") and now[1]:find(";") == now[3]:find(";")
  end)
  vim.cmd("Aurora compact")
  steps.wait("compact again", function()
    return vim.deep_equal(aligned, vim.api.nvim_buf_get_lines(0, 3, 6, false))
  end)
  steps.ok("columns aligned, and the blanks taken away again")
  vim.cmd("silent write")

  vim.fn.writefile({ "fix-on-save = true" }, vim.fs.dirname(vim.api.nvim_buf_get_name(0)) .. "/aurora.toml")
  vim.cmd("Aurora restart")
  open("orders.csv")
  steps.first("missing-fields")
  vim.cmd("silent write")
  local saved = vim.fn.readfile(vim.api.nvim_buf_get_name(0))
  steps.check(saved[10] == "9,Leslie,Paris,32.91,", "safe fixes on save", saved[10])

  local table_window = vim.api.nvim_get_current_win()
  vim.cmd("Aurora recipe " .. folder .. "/orders.recipe")
  steps.wait("the recipe", function()
    return vim.fs.basename(vim.api.nvim_buf_get_name(0)) == "orders.recipe"
  end)
  local recipe = text()
  steps.check(recipe:find("It holds column names and values of that table", 1, true) ~= nil, "the recipe says what it holds")
  steps.check(recipe:find('transform = "pad-record"', 1, true) ~= nil, "and has the fix", recipe:match("transform = [^\n]*"))
  vim.cmd.close()
  vim.api.nvim_set_current_win(table_window)

  local client = steps.wait("attached", steps.client)
  local before = client.id
  local began = vim.uv.hrtime()
  for _, pid in ipairs(vim.api.nvim_get_proc_children(vim.uv.os_getpid())) do
    local process = vim.api.nvim_get_proc(pid)
    if process and process.name == "aurora" then
      vim.uv.kill(pid, "sigkill")
    end
  end
  steps.wait("another server", function()
    local now = steps.client()
    return now and now.id ~= before
  end)
  steps.wait("findings again", function()
    return #steps.findings("number-as-text") > 0
  end)
  local took = (vim.uv.hrtime() - began) / 1e6
  steps.check(took < 2000, "the server was killed, and everything is back", ("%d ms"):format(took))
end)
