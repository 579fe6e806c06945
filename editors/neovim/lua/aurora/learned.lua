-- `:Aurora rules` and `:Aurora privacy`: what was learned, and what is kept.
local client = require("aurora.client")
local Page = require("aurora.page")

local M = {}
local ask, given = client.ask, client.given

local function percent(share)
  return ("%d %%"):format(math.floor(share * 100 + 0.5))
end

local function epsilon(x)
  return (("%.3f"):format(x):gsub("0+$", ""):gsub("%.$", ""))
end

local function choose(title, choices)
  vim.ui.select(choices, {
    prompt = title,
    kind = "aurora",
    format_item = function(item)
      return item[1]
    end,
  }, function(item)
    if item then
      item[2]()
    end
  end)
end

local function show_rules(view, rules, old)
  local page = Page.new()
  page:add({
    { ("%d rule%s learned"):format(rules.learned, rules.learned == 1 and "" or "s"), "Title" },
    { ("  from %d answer%s"):format(rules.answers, rules.answers == 1 and "" or "s"), "Comment" },
  })
  page:add({ { rules.status, "Comment" } })
  if #rules.rules == 0 then
    page:add("")
    page:add("Nothing yet: take or dismiss what is advised for a column. After a few")
    page:add("answers of one kind a rule forms.")
  end
  for _, rule in ipairs(rules.rules) do
    local function change(verb)
      ask(view, "aurora/rule", { rule = rule.id, verb = verb }, function(fresh)
        show_rules(view, fresh, page.window)
      end)
    end
    page:add("")
    page:add({
      { ("%3d  "):format(rule.id), "Comment" },
      { Page.fit(rule.action, 26), rule.disabled and "Comment" or "Function" },
      { Page.fit(Page.bar(rule.confidence, 12), 13), rule.disabled and "Comment" or "Function" },
      { Page.fit(("%s, at least %s"):format(percent(rule.confidence), percent(rule.lower)), 22), "Comment" },
      { rule.disabled and "off" or rule.tier, "Type" },
    }, function()
      choose(("Rule %d: %s"):format(rule.id, rule.action), {
        { rule.disabled and "Switch on" or "Switch off", function()
          change(rule.disabled and "enable" or "disable")
        end },
        { "Forget it: delete the answers it rests on", function()
          change("forget")
        end },
      })
    end)
    page:wrap(rule.text, 78, "     ", "Comment")
    for _, step in ipairs(rule.history) do
      page:add({ "     ", { ("%s  %s → %s"):format(step.day, step.from, step.to), "Comment" } })
    end
  end
  if client.given(rules.team) then
    page:heading("From your team", "priors for what you have not answered: your own answers outweigh them")
    for _, card in ipairs(rules.team.cards) do
      page:wrap("- " .. card, 78, "  ")
    end
    page:wrap(rules.team.notice, 78, "  ", "Comment")
  end
  if #rules.curve > 0 then
    page:heading("How well it does", "answers a day, and how many of them took what was asked")
    for _, day in ipairs(rules.curve) do
      local share = day.accepted / math.max(day.answered, 1)
      page:add({
        "  " .. day.day .. "  ",
        { Page.fit(Page.bar(share, 20), 21), "Function" },
        { ("%d of %d"):format(day.accepted, day.answered), "Comment" },
      })
    end
  end
  page:show("AURORA: what was learned", nil, old)
end

--- What was learned; <CR> on a rule switches it off or forgets it.
function M.rules(view)
  ask(view, "aurora/rules", {}, function(rules)
    show_rules(view, rules)
  end)
end

local function show_ledger(view, ledger, old)
  local page = Page.new()
  page:add({ { ledger.status, "Comment" } })
  page:heading("Drawn from your data", ("ε-differentially private, ε ≤ %s a file, for life"):format(epsilon(ledger.cap)))
  if #ledger.files == 0 then
    page:add("  nothing")
  end
  for _, file in ipairs(ledger.files) do
    local name = file.here and vim.fs.basename(vim.api.nvim_buf_get_name(view.bufnr)) or ("file " .. file.tag)
    page:add({
      "  ",
      { Page.fit(name, 24), "Identifier" },
      { Page.fit(Page.bar(file.used / file.cap, 12), 13), "Function" },
      { ("ε %s of %s used"):format(epsilon(file.used), epsilon(file.cap)), "Comment" },
    }, file.here and function()
      choose(("Forget what is kept about %s?"):format(name), {
        { "Forget: answers and buckets go, what was spent stays spent", function()
          ask(view, "aurora/forget", {}, function(fresh)
            show_ledger(view, fresh, page.window)
          end)
        end },
        { "Keep it", function() end },
      })
    end or nil)
    for _, column in ipairs(file.columns) do
      local title = given(column.name) and column.name or ("column %d"):format(column.column + 1)
      page:add({
        "    ",
        { Page.fit(title, 22) },
        { Page.fit(given(column.buckets) and column.buckets or "forgotten", 40), "String" },
        { ("ε %s · %s"):format(epsilon(column.epsilon), column.day), "Comment" },
      })
    end
  end
  page:heading(("Your answers, as you gave them, not noised (%d)"):format(ledger.nAnswers))
  for at, one in ipairs(ledger.answers) do
    if at <= 20 then
      local wanted = given(one.wanted) and (", wanted " .. one.wanted) or ""
      page:add({
        { "  " .. one.day .. "  ", "Comment" },
        Page.fit(one.named, 22),
        ("%s %s: %s%s"):format(one.about, one.asked, one.kind, wanted),
      })
    end
  end
  page:heading("Not claimed")
  for _, line in ipairs(ledger.notClaimed) do
    page:wrap("- " .. line, 84, "  ", "Comment")
  end
  page:show("AURORA: what is kept", nil, old)
end

--- What is kept; <CR> on this file forgets it.
function M.privacy(view)
  ask(view, "aurora/privacy", {}, function(ledger)
    show_ledger(view, ledger)
  end)
end

return M
