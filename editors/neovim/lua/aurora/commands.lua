-- `:Aurora …`
local M = {}

local function percent(share)
  return ("%d %%"):format(math.floor(share * 100 + 0.5))
end

--- The client of the current buffer; says so when there is none.
local function client()
  local found = require("aurora.server").client()
  if not found then
    vim.notify("aurora: no server for this buffer; :checkhealth aurora says why", vim.log.levels.WARN)
  end
  return found
end

local function request_advice(running, column, done)
  local uri = vim.uri_from_bufnr(0)
  require("aurora.client").request(running, "aurora/recommendations", { uri = uri, column = column }, function(err, all)
    if not err and all then
      done(all, uri)
    end
  end)
end

--- Lets the person say what they want for a column; the first of the list is what would be advised.
local function choose_action(running, uri, advice)
  local first = advice.recommendations[1]
  vim.ui.select(advice.recommendations, {
    prompt = ("%s: what would you do?"):format(advice.name),
    kind = "aurora",
    format_item = function(item)
      return ("%s  %s  %s"):format(item.action, percent(item.confidence), item.why)
    end,
  }, function(item)
    if not item then
      return
    end
    local correction = {
      uri = uri,
      column = advice.column,
      target = "transform",
      scope = "alike",
      action = first.action,
      kind = item.action == first.action and "accept" or "override",
      wanted = item.action ~= first.action and item.action or nil,
    }
    require("aurora.client").execute(running, "aurora.correct", { correction }, function(err)
      if not err then
        vim.notify(("aurora: noted, %s for columns like %s"):format(item.action, advice.name))
      end
    end)
  end)
end

local subcommands = {
  recommend = function()
    local running = client()
    if not running then
      return
    end
    request_advice(running, nil, function(all, uri)
      vim.ui.select(all, {
        prompt = "Column",
        kind = "aurora",
        format_item = function(advice)
          local best = advice.recommendations[1]
          return best and ("%s  %s %s"):format(advice.name, best.action, percent(best.confidence)) or advice.name
        end,
      }, function(advice)
        if advice then
          choose_action(running, uri, advice)
        end
      end)
    end)
  end,

  rules = function()
    M.show_output({ "rules" }, "AURORA rules")
  end,

  profile = function()
    M.show_output({ "profile", vim.api.nvim_buf_get_name(0) }, "AURORA profile")
  end,

  reinterpret = function(delimiter)
    local running = client()
    if not running then
      return
    end
    local uri = vim.uri_from_bufnr(0)
    local function read_with(chosen)
      require("aurora.client").execute(running, "aurora.reinterpret", { { uri = uri, delimiter = chosen } })
    end
    local names = { comma = ",", semicolon = ";", tab = "\t", pipe = "|", space = " ", colon = ":" }
    if delimiter then
      read_with(delimiter == "detect" and vim.NIL or names[delimiter] or delimiter)
      return
    end
    local order = { "detect", "comma", "semicolon", "tab", "pipe", "space", "colon" }
    vim.ui.select(order, { prompt = "Fields are separated by", kind = "aurora" }, function(name)
      if name then
        read_with(names[name] or vim.NIL)
      end
    end)
  end,

  restart = function()
    require("aurora.server").restart()
  end,

  status = function()
    local words = require("aurora").statusline()
    vim.notify(words == "" and "aurora: nothing known of this buffer yet" or ("aurora: " .. words))
  end,

  log = function()
    vim.cmd.tabedit(vim.fn.fnameescape(vim.lsp.get_log_path()))
  end,
}

--- Runs the server's program as a command line tool and shows what it prints in a window.
function M.show_output(arguments, title)
  local program = require("aurora.server").config().cmd[1]
  vim.system(vim.list_extend({ program }, arguments), { text = true }, function(result)
    vim.schedule(function()
      local text = result.code == 0 and result.stdout or (result.stderr ~= "" and result.stderr or result.stdout)
      M.show_text(vim.split(vim.trim(text or ""), "\n"), title)
    end)
  end)
end

--- Shows lines in a floating window that `q` closes.
function M.show_text(lines, title)
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].bufhidden = "wipe"
  local widest = #title
  for _, line in ipairs(lines) do
    widest = math.max(widest, vim.fn.strdisplaywidth(line))
  end
  local width = math.min(widest + 2, vim.o.columns - 4)
  local height = math.min(math.max(#lines, 1), vim.o.lines - 4)
  vim.api.nvim_open_win(bufnr, true, {
    relative = "editor",
    row = math.floor((vim.o.lines - height) / 2) - 1,
    col = math.floor((vim.o.columns - width) / 2),
    width = width,
    height = height,
    style = "minimal",
    border = "rounded",
    title = " " .. title .. " ",
  })
  for _, key in ipairs({ "q", "<Esc>" }) do
    vim.keymap.set("n", key, "<cmd>close<cr>", { buffer = bufnr, nowait = true })
  end
end

function M.run(arguments)
  local name = arguments[1] or "recommend"
  local subcommand = subcommands[name]
  if not subcommand then
    vim.notify(("aurora: no command %s; there are %s"):format(name, table.concat(M.names(), ", ")), vim.log.levels.ERROR)
    return
  end
  subcommand(unpack(arguments, 2))
end

function M.names()
  local names = vim.tbl_keys(subcommands)
  table.sort(names)
  return names
end

function M.complete(lead, line)
  if line:match("^%s*%S+%s+%S*$") then
    return vim.tbl_filter(function(name)
      return vim.startswith(name, lead)
    end, M.names())
  end
  if line:match("^%s*%S+%s+reinterpret%s") then
    return vim.tbl_filter(function(name)
      return vim.startswith(name, lead)
    end, { "detect", "comma", "semicolon", "tab", "pipe", "space", "colon" })
  end
  return {}
end

return M
