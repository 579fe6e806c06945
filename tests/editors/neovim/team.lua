-- A team on a real hub: the fifth person joins by an invitation, answers, sees every byte beforehand, publishes, gets the
-- first card, is told why, and leaves.
local steps = require("steps")

local said
vim.notify = function(message)
  said = message
end

local function told(what, pattern)
  return steps.wait(what, function()
    return said and said:find(pattern) and said
  end)
end

--- The next list offers something with `pattern`, and that is chosen.
local function will_choose(pattern)
  vim.ui.select = function(items, options, choose)
    for at, item in ipairs(items) do
      local title = options.format_item and options.format_item(item) or item
      if title:find(pattern) then
        choose(item, at)
        return
      end
    end
    steps.fail("no " .. pattern .. " among " .. vim.inspect(items))
  end
end

--- The text of the buffer that was opened beside, which cannot be written to.
local function page(what, pattern)
  return steps.wait(what, function()
    local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
    return vim.bo.readonly and not vim.bo.modifiable and text:find(pattern) and text
  end)
end

local function hub(...)
  local words = { vim.env.AURORA_SERVER, "hub", ... }
  vim.list_extend(words, { "--config", vim.env.AURORA_HUB_SETTINGS, "--format", "json" })
  local answer = vim.fn.system(words)
  steps.check(vim.v.shell_error == 0, "aurora hub " .. (...), answer)
end

steps.tell(function()
  steps.wait("read", function()
    return require("aurora").status()
  end)
  steps.check(not require("aurora").statusline():find("team"), "without a team the status line says nothing of one")

  vim.cmd("Aurora team status")
  told("in no team", "you are in no team")
  will_choose("^finance$")
  vim.cmd(("Aurora team join %s %s"):format(vim.env.AURORA_TEAM_URL, vim.env.AURORA_TEAM_CODE))
  steps.ok("joined by an invitation", told("joined", "joined the team at"))
  local line = steps.wait("the team in the status line", function()
    local words = require("aurora").statusline()
    return words:find("team 127") and words
  end)
  steps.ok("the status line shows the team", line)

  vim.cmd("Aurora team preview")
  page("nothing to share", "Nothing would be sent")
  vim.cmd.close()
  local selects = { "^amount", "^log1p%-column" }
  vim.ui.select = function(items, options, choose)
    local wanted = table.remove(selects, 1)
    for at, item in ipairs(items) do
      if options.format_item(item):find(wanted) then
        choose(item, at)
        return
      end
    end
    steps.fail("no " .. wanted)
  end
  vim.cmd("Aurora recommend")
  steps.ok("answered", told("answered", "noted, log1p%-column"))

  vim.cmd("Aurora team preview")
  local preview = page("the preview", '"votes":')
  steps.check(preview:find("In finance files, columns named like \"amount\"", 1, true) ~= nil, "every byte and a sentence", preview:match("%b{}"))
  vim.cmd.close()
  will_choose("^Send 1 vote")
  vim.cmd("Aurora team publish")
  steps.ok("published", told("published", "took 1 vote"))

  hub("release", vim.env.AURORA_TEAM)
  -- For a second the hub may answer from what it has looked up before.
  local pulled
  for _ = 1, 100 do
    said = nil
    vim.cmd("Aurora team pull")
    pulled = steps.wait("an answer to the pull", function()
      return said and said:find("cards? of release %d") and said
    end)
    if pulled:find("1 card of release 1") then
      break
    end
    vim.wait(100)
  end
  steps.check(pulled:find("1 card of release 1") ~= nil, "five people: the first card", pulled)
  steps.go_to(0, 6)
  local hover = steps.wait("the card in the hover", function()
    local text = steps.hover()
    return text:find("your team") and text
  end)
  steps.check(hover:find("5+ members, 50 to 100 % yes", 1, true) ~= nil, "the card in the hover", hover:match("your team[^\n]*"))
  vim.cmd("Aurora why amount")
  local why = steps.wait("why", function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= "" then
        local text = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), "\n")
        return text:find("your team") and text
      end
    end
  end)
  steps.ok("it says why", why:match("your team[^\n]*"))

  vim.cmd("Aurora team status")
  page("the status", "published: ")
  steps.ok("what is shared, when last, what rests")
  vim.cmd.close()
  will_choose("^Leave: ")
  vim.cmd("Aurora team leave")
  told("left", "your votes are deleted at the hub")
  steps.wait("no team in the status line", function()
    return not require("aurora").statusline():find("team")
  end)
  steps.ok("left", said)
end)
