-- `:Aurora team …`: join a team's hub, see what would be shared, share it, leave again.
local client = require("aurora.client")

local M = {}

--- Runs a command of the server; `done(result)` is called when it was not refused.
local function ask(verb, argument, done)
  local running = require("aurora.server").client()
  if not running then
    vim.notify("aurora: no server yet; open a CSV file first", vim.log.levels.WARN)
    return
  end
  -- An empty table would be written as a list.
  local given = next(argument) and argument or vim.empty_dict()
  client.execute(running, "aurora.team." .. verb, { given }, function(err, result)
    if not err then
      done(result)
    end
  end)
end

local function say(result)
  vim.notify("aurora: " .. vim.trim(result.text))
end

--- Shows a text in a buffer that cannot be written to.
local function show(name, text)
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, vim.split(vim.trim(text), "\n"))
  pcall(vim.api.nvim_buf_set_name, bufnr, ("aurora://team/%s/%d"):format(name, bufnr))
  vim.bo[bufnr].modifiable = false
  vim.bo[bufnr].readonly = true
  vim.bo[bufnr].bufhidden = "wipe"
  vim.cmd.split()
  vim.api.nvim_win_set_buf(0, bufnr)
  vim.wo.wrap = true
  vim.wo.number = false
  vim.keymap.set("n", "q", "<cmd>close<cr>", { buffer = bufnr, silent = true })
end

--- The next of the values that is missing is asked for.
local function fill(questions, values, done)
  for at, question in ipairs(questions) do
    if not values[at] then
      question(function(value)
        if value and value ~= "" then
          values[at] = value
          fill(questions, values, done)
        end
      end)
      return
    end
  end
  done(values)
end

local verbs = {}

function verbs.join(url, code, domain)
  ask("status", {}, function(status)
    if status.joined then
      vim.notify(("aurora: you are in the team at %s already; leave it first"):format(status.url), vim.log.levels.WARN)
      return
    end
    local function input(prompt)
      return function(done)
        vim.ui.input({ prompt = prompt }, done)
      end
    end
    fill({
      input("Address of the hub: "),
      input("Code that the admin gave you: "),
      function(done)
        vim.ui.select(status.domains, { prompt = "What kind of data do you work on?", kind = "aurora" }, done)
      end,
    }, { url, code, domain }, function(values)
      ask("join", { url = values[1], code = values[2], domain = values[3] }, say)
    end)
  end)
end

function verbs.preview()
  ask("preview", {}, function(preview)
    show("preview", preview.text)
  end)
end

function verbs.publish()
  ask("preview", {}, function(preview)
    local n = #preview.sentences
    if n == 0 then
      show("preview", preview.text)
      return
    end
    local send = ("Send %d vote%s to %s"):format(n, n == 1 and "" or "s", preview.url)
    vim.ui.select({ send, "Look first", "Send nothing" }, { prompt = "Publish", kind = "aurora" }, function(_, choice)
      if choice == 1 then
        ask("publish", { digest = preview.digest }, say)
      elseif choice == 2 then
        show("preview", preview.text)
      end
    end)
  end)
end

function verbs.pull()
  ask("pull", {}, say)
end

function verbs.share(switch)
  if switch ~= "on" and switch ~= "off" then
    vim.notify("aurora: :Aurora team share on, or off", vim.log.levels.ERROR)
    return
  end
  ask("share", { share = switch == "on" }, say)
end

function verbs.status()
  ask("status", {}, function(status)
    if status.joined then
      show("status", status.text)
    else
      vim.notify("aurora: you are in no team; nothing is shared")
    end
  end)
end

function verbs.leave(where)
  ask("status", {}, function(status)
    if not status.joined then
      vim.notify("aurora: you are in no team")
      return
    end
    local is_local = where == "local"
    local question = is_local and "Leave here only; votes that the hub has stay there"
      or "Leave: your votes are deleted at the hub, the cards here"
    vim.ui.select({ question, "Stay" }, { prompt = status.url, kind = "aurora" }, function(_, choice)
      if choice == 1 then
        ask("leave", { ["local"] = is_local }, say)
      end
    end)
  end)
end

--- Runs `:Aurora team VERB …`.
function M.run(verb, ...)
  local run = verbs[verb or "status"]
  if not run then
    vim.notify(("aurora: no verb %s; there are %s"):format(verb, table.concat(M.names(), ", ")), vim.log.levels.ERROR)
    return
  end
  run(...)
end

function M.names()
  local names = vim.tbl_keys(verbs)
  table.sort(names)
  return names
end

return M
