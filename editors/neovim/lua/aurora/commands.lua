-- `:Aurora …`
local client = require("aurora.client")

local M = {}

local function percent(share)
  return ("%d %%"):format(math.floor(share * 100 + 0.5))
end

--- A command for the current buffer; says so when no server reads it.
local function with_view(run)
  return function(...)
    local view = require("aurora.profile").view()
    if not view then
      vim.notify("aurora: no server for this buffer; :checkhealth aurora says why", vim.log.levels.WARN)
      return
    end
    run(view, ...)
  end
end

local function request_advice(view, done)
  client.ask(view, "aurora/recommendations", {}, done)
end

--- Lets the person choose a column.
local function choose_column(view, done)
  request_advice(view, function(all)
    vim.ui.select(all, {
      prompt = "Column",
      kind = "aurora",
      format_item = function(advice)
        local best = advice.recommendations[1]
        return best and ("%s  %s %s"):format(advice.name, best.action, percent(best.confidence)) or advice.name
      end,
    }, function(advice)
      if advice then
        done(advice)
      end
    end)
  end)
end

--- Writes `text` to a file that is not there yet, and opens it.
local function write_new(path, text)
  path = vim.fs.normalize(path)
  if vim.uv.fs_stat(path) then
    vim.notify(("aurora: %s is there already; give another name"):format(path), vim.log.levels.ERROR)
    return
  end
  if vim.fn.writefile(vim.split(text:gsub("\n$", ""), "\n"), path) == 0 then
    vim.cmd.split(vim.fn.fnameescape(path))
  end
end

--- The column of that name.
local function column_called(view, name, done)
  request_advice(view, function(all)
    for _, advice in ipairs(all) do
      if advice.name == name then
        done(advice)
        return
      end
    end
    vim.notify(("aurora: no column %s"):format(name), vim.log.levels.WARN)
  end)
end

--- Lets the person say what they want for a column; the first of the list is what would be advised.
local function choose_action(view, advice)
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
      column = advice.column,
      target = "transform",
      scope = "alike",
      action = first.action,
      kind = item.action == first.action and "accept" or "override",
      wanted = item.action ~= first.action and item.action or nil,
    }
    client.run(view, "aurora.correct", correction, function()
      vim.notify(("aurora: noted, %s for columns like %s"):format(item.action, advice.name))
    end)
  end)
end

local subcommands = {
  recommend = with_view(function(view)
    choose_column(view, function(advice)
      choose_action(view, advice)
    end)
  end),

  profile = with_view(function(view, column)
    if not column then
      require("aurora.profile").overview(view)
      return
    end
    column_called(view, column, function(advice)
      require("aurora.profile").column(view, advice.column)
    end)
  end),

  why = with_view(function(view, column)
    if column then
      column_called(view, column, function(advice)
        require("aurora.profile").why(view, advice.column)
      end)
      return
    end
    choose_column(view, function(advice)
      require("aurora.profile").why(view, advice.column)
    end)
  end),

  rules = with_view(function(view)
    require("aurora.learned").rules(view)
  end),

  keep = with_view(function(view)
    local offered = require("aurora.server").done_by_hand
    local done = offered[view.uri]
    if not done then
      vim.notify("aurora: nothing was done by hand that a transform does")
      return
    end
    offered[view.uri] = nil
    require("aurora.client").execute(view.client, done.command, done.arguments, function(err)
      if not err then
        vim.notify("aurora: kept")
      end
    end)
  end),

  privacy = with_view(function(view)
    require("aurora.learned").privacy(view)
  end),

  align = with_view(function(view)
    client.run(view, "aurora.layout", { layout = "aligned" })
  end),

  compact = with_view(function(view)
    client.run(view, "aurora.layout", { layout = "compact" })
  end),

  reinterpret = with_view(function(view, delimiter)
    local function read_with(chosen)
      client.run(view, "aurora.reinterpret", { delimiter = chosen })
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
  end),

  recipe = with_view(function(view, path)
    client.run(view, "aurora.recipe", {}, function(recipe)
      if recipe.steps == 0 then
        vim.notify("aurora: no fix or change was taken in this file since it was opened: its recipe would be empty")
      elseif path then
        write_new(path, recipe.text)
      else
        vim.ui.input({
          prompt = "Write the recipe, which holds names and values of this table, to: ",
          default = vim.api.nvim_buf_get_name(view.bufnr) .. ".recipe",
          completion = "file",
        }, function(chosen)
          if chosen and chosen ~= "" then
            write_new(chosen, recipe.text)
          end
        end)
      end
    end)
  end),

  team = function(...)
    require("aurora.team").run(...)
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
  if line:match("^%s*%S+%s+recipe%s") then
    return vim.fn.getcompletion(lead, "file")
  end
  if line:match("^%s*%S+%s+team%s+%S*$") then
    return vim.tbl_filter(function(name)
      return vim.startswith(name, lead)
    end, require("aurora.team").names())
  end
  if line:match("^%s*%S+%s+reinterpret%s") then
    return vim.tbl_filter(function(name)
      return vim.startswith(name, lead)
    end, { "detect", "comma", "semicolon", "tab", "pipe", "space", "colon" })
  end
  return {}
end

return M
