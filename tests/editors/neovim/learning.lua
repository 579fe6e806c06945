-- Six files of one kind are answered alike: a rule forms, is there after a restart, says why, is switched off and
-- forgotten; what is kept is shown and forgotten too.
local steps = require("steps")

--- The text of the floating window that is open.
local function float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= "" then
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false), "\n"), window
    end
  end
end

local function see(what, pattern)
  return steps.wait(what, function()
    local text = float()
    return text and text:find(pattern) and text
  end)
end

local function close()
  local _, window = float()
  if window then
    vim.api.nvim_win_close(window, true)
  end
end

--- Puts the cursor of the window on the first line with `pattern` and presses a key, as a person does.
local function press(key, pattern)
  local text, window = float()
  for at, line in ipairs(vim.split(text, "\n")) do
    if line:find(pattern) then
      vim.api.nvim_set_current_win(window)
      vim.api.nvim_win_set_cursor(window, { at, 0 })
      vim.api.nvim_feedkeys(vim.keycode(key), "xt", false)
      return
    end
  end
  steps.fail("no line with " .. pattern .. "\n" .. text)
end

--- The next list offers something with `pattern`, and that is chosen.
local chosen
local function will_choose(pattern)
  chosen = nil
  vim.ui.select = function(items, options, choose)
    for at, item in ipairs(items) do
      local title = options.format_item and options.format_item(item) or item
      if not chosen and title:find(pattern) then
        chosen = title
        choose(item, at)
      end
    end
  end
end

--- How many answers the server keeps.
local function answers(bufnr)
  local all = vim.lsp.buf_request_sync(bufnr, "aurora/rules", { uri = vim.uri_from_bufnr(bufnr) }, 20000) or {}
  for _, answer in pairs(all) do
    return answer.result and answer.result.answers
  end
end

steps.tell(function()
  local folder = vim.fs.dirname(vim.api.nvim_buf_get_name(0)) .. "/shop"
  vim.fn.mkdir(folder)
  for file = 1, 6 do
    local lines = { "id,price,city" }
    for n = 1, 60 do
      lines[#lines + 1] = ("%d,%d,%s"):format(n, n * 37 % 400, n % 2 == 0 and "Oslo" or "Bern")
    end
    vim.fn.writefile(lines, ("%s/price%d.csv"):format(folder, file))
  end
  for file = 1, 6 do
    vim.cmd.edit(("%s/price%d.csv"):format(folder, file))
    local bufnr = vim.api.nvim_get_current_buf()
    steps.wait("attached", function()
      return require("aurora.server").client()
    end)
    vim.cmd("Aurora profile price")
    see("the column's page", "What to do")
    will_choose("leave it as it is")
    press("<CR>", "leave%-as%-is")
    steps.wait("answered", function()
      return chosen
    end)
    steps.wait("the answer kept", function()
      return answers(bufnr) == file
    end)
    close()
  end
  steps.ok("answered in six files")

  vim.cmd("Aurora restart")
  steps.wait("attached again", steps.client)
  steps.wait("read again", function()
    return require("aurora.server").client() and require("aurora").status()
  end)
  vim.cmd("Aurora rules")
  local rules = see("a rule", "leave%-as%-is")
  steps.check(rules:find("1 rule learned") ~= nil and rules:find("active") ~= nil, "after a restart the rule is there", vim.split(rules, "\n")[1])
  close()

  vim.cmd("Aurora why price")
  local why = see("why", "built%-in belief")
  steps.check(why:find('columns named like "price"') ~= nil or why:find("your history") ~= nil, "it says why", why:match("your history[^\n]*"))
  close()

  vim.cmd("Aurora rules")
  see("the rules", "leave%-as%-is")
  will_choose("^Switch off")
  press("<CR>", "leave%-as%-is")
  see("switched off", "0 rules learned")
  steps.ok("switched off", chosen)
  will_choose("^Forget")
  press("<CR>", "leave%-as%-is")
  see("forgotten", "from 0 answers")
  steps.ok("forgotten", chosen)
  close()

  vim.cmd("Aurora privacy")
  local ledger = see("what is kept", "Not claimed")
  steps.check(ledger:find("ε [%d.]+ of 0.9 used") ~= nil, "what was spent stays spent", ledger:match("ε [%d.]+ of 0.9 used"))
  will_choose("^Forget:")
  press("<CR>", "price6%.csv")
  see("the file forgotten", "forgotten")
  steps.ok("this file forgotten")
  close()

  -- Blanks taken away by hand, key by key, are what trim-whitespace does.
  local names = { "id,name" }
  for n = 1, 30 do
    names[#names + 1] = ("%d,%sname%d"):format(n, n % 3 == 0 and "" or " ", n)
  end
  vim.fn.writefile(names, folder .. "/names.csv")
  vim.cmd.edit(folder .. "/names.csv")
  local bufnr = vim.api.nvim_get_current_buf()
  steps.wait("read", function()
    return require("aurora").status()
  end)
  local before = answers(bufnr)
  local said
  local notify = vim.notify
  vim.notify = function(message)
    said = message
  end
  for _, n in ipairs({ 1, 2, 4, 5 }) do
    vim.api.nvim_win_set_cursor(0, { n + 1, 0 })
    vim.api.nvim_feedkeys("f x", "xt", false)
    steps.wait("the edit read", function()
      return require("aurora").status().version == vim.api.nvim_buf_get_changedtick(bufnr)
    end)
  end
  local told = steps.wait("told", function()
    return said and said:find("Keep as your preference: trim%-whitespace") and said
  end)
  steps.check(answers(bufnr) == before, "what was done by hand is recognised, and not learned unasked", told)
  vim.cmd("Aurora keep")
  steps.wait("kept", function()
    return said == "aurora: kept"
  end)
  vim.notify = notify
  steps.check(answers(bufnr) == before + 1, "kept with one command")

  -- Places behind letters of more than one byte.
  local wide = { "größe,betrag" }
  for n = 1, 60 do
    wide[#wide + 1] = ("Zoë %d,%s"):format(n, n == 24 and "Ünknown" or n * 7 % 50 .. ".5")
  end
  vim.fn.writefile(wide, folder .. "/wide.csv")
  vim.cmd.edit(folder .. "/wide.csv")
  steps.wait("read", function()
    return require("aurora").status()
  end)
  for pattern, place in pairs({ ["^ +unexpected%-kind"] = { 1, #"größe," }, ["^ +text "] = { 25, #"Zoë 24," } }) do
    vim.cmd("Aurora profile betrag")
    see("the column's page", "unexpected%-kind")
    press("<CR>", pattern)
    local cursor = steps.wait("back in the text", function()
      return float() == nil and vim.api.nvim_win_get_cursor(0)
    end)
    steps.check(vim.deep_equal(cursor, place), "the cursor goes to the field", vim.inspect(cursor))
  end
end)
