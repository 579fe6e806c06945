-- `:Aurora profile`: what the columns hold, in block characters; <CR> on a bar goes to its records.
local client = require("aurora.client")
local Page = require("aurora.page")

local M = {}
local ask, given = client.ask, client.given

local function percent(share)
  if share > 0 and share < 0.005 then
    return "<1 %"
  end
  return ("%d %%"):format(math.floor(share * 100 + 0.5))
end

local function count(n)
  return require("aurora").thousands(n)
end

--- A number in few digits.
local function short(x)
  if x == math.floor(x) and math.abs(x) < 1e9 then
    return count(x)
  end
  return ("%.4g"):format(x)
end

local function plural(n, one)
  return ("%s %s%s"):format(count(n), one, n == 1 and "" or "s")
end

local function name_of(column)
  return vim.trim(column.name) == "" and ("column %d"):format(column.column + 1) or column.name
end

--- The records behind a bar: the cursor goes to the first, all are in the location list.
local function go_to(view, page, column, of, title)
  ask(view, "aurora/records", { column = column, of = of }, function(found)
    if #found.records == 0 then
      vim.notify("aurora: no record")
      return
    end
    page:close()
    local items = vim.tbl_map(function(record)
      return {
        bufnr = view.bufnr,
        lnum = record.range.start.line + 1,
        col = client.byte_column(view, record.range.start) + 1,
        text = ("record %s"):format(count(record.record + 1)),
      }
    end, found.records)
    vim.fn.setloclist(0, {}, " ", { title = title, items = items })
    vim.cmd("silent lfirst")
    vim.notify(("aurora: %s, %s; :lnext goes on"):format(title, plural(found.n, "record")))
  end)
end

local function bars(page, view, detail, rows, total, labels)
  local most = 0
  for _, row in ipairs(rows) do
    most = math.max(most, row.n)
  end
  for _, row in ipairs(rows) do
    local bar = Page.bar(most > 0 and row.n / most or 0, 30)
    page:add({
      "  ",
      labels == "right" and { (" "):rep(math.max(0, 18 - vim.fn.strdisplaywidth(row.label))) .. row.label, "Comment" }
        or { Page.fit(row.label, 18) },
      " ",
      { Page.fit(bar, 31), row.group or "Function" },
      { ("%s · %s"):format(count(row.n), percent(row.n / math.max(total, 1))), "Comment" },
    }, function()
      go_to(view, page, detail.column, row.of, ("%s: %s"):format(name_of(detail), row.label))
    end)
  end
end

local function distribution(page, view, detail)
  local numbers = detail.numbers
  local bins, n = numbers.bins, #numbers.bins
  local rows = {}
  local step = (numbers.max - numbers.min) / n
  for at = 1, n, 2 do
    local from = numbers.min + (at - 1) * step
    local to = numbers.min + math.min(at + 1, n) * step
    rows[#rows + 1] = {
      label = ("%s to %s"):format(short(from), short(to)),
      n = bins[at] + (bins[at + 1] or 0),
      of = { which = "bins", first = at - 1, last = at },
    }
  end
  page:heading("Distribution")
  bars(page, view, detail, rows, detail.records, "right")
end

--- What may be done with a recommendation.
local function answer(view, page, detail, recommendation)
  local best = detail.advice.recommendations[1].action
  local action = recommendation.action
  local leave = action == "leave-as-is"
  local choices = {}
  local function choice(title, run)
    choices[#choices + 1] = { title = title, run = run }
  end
  local function correct(kind, extra)
    local correction = { column = detail.column, target = "transform", scope = "alike", action = action, kind = kind }
    client.run(view, "aurora.correct", vim.tbl_extend("force", correction, extra or {}), function()
      vim.notify(("aurora: noted, %s %s for %s"):format(kind, action, name_of(detail)))
      M.column(view, detail.column, page.window)
    end)
  end
  if leave then
    choice("Right so: leave it as it is", function()
      correct("accept")
    end)
  else
    choice("Apply", function()
      client.run(view, "aurora.apply", { column = detail.column, action = action }, function(title)
        page:close()
        vim.notify("aurora: " .. title)
      end)
    end)
  end
  if action ~= best then
    choice("I wanted this, not " .. best, function()
      correct("override", { action = best, wanted = action })
    end)
  end
  choice("Dismiss for this column", function()
    correct("dismiss", { scope = "column" })
  end)
  choice("Dismiss for columns like this", function()
    correct("dismiss")
  end)
  choice("Dismiss everywhere", function()
    correct("dismiss", { scope = "all" })
  end)
  choice("Why?", function()
    M.why(view, detail.column, action)
  end)
  vim.ui.select(choices, {
    prompt = ("%s: %s"):format(name_of(detail), action),
    kind = "aurora",
    format_item = function(item)
      return item.title
    end,
  }, function(item)
    if item then
      item.run()
    end
  end)
end

--- The page of one column, in the window `old` if there is one.
function M.column(view, column, old)
  ask(view, "aurora/profile", { column = column }, function(profile)
    local detail = profile.detail
    if not given(detail) then
      return
    end
    local page = Page.new()
    local role = detail.advice.role
    page:add({
      { name_of(detail), "Title" },
      ("  %s · "):format(detail.kind),
      { ("%s %s"):format(role.code, percent(role.p)), "Comment" },
    })
    page:add({
      { "records ", "Comment" },
      count(detail.records),
      { "   empty ", "Comment" },
      ("%s (%s)"):format(count(detail.nulls), percent(detail.nulls / math.max(detail.records, 1))),
      { "   distinct ", "Comment" },
      (detail.isApproximate and "about " or "") .. count(detail.distinct),
    })
    local numbers = given(detail.numbers) and detail.numbers or nil
    if numbers then
      page:add({
        { "median ", "Comment" },
        short(numbers.quantiles[3]),
        { "   mean ", "Comment" },
        ("%s ± %s"):format(short(numbers.mean), short(numbers.deviation)),
        { "   skewness ", "Comment" },
        ("%.2f"):format(numbers.skewness),
      })
      distribution(page, view, detail)
    end
    if #detail.top > 0 and (not numbers or (detail.distinct <= 50 and detail.distinct < detail.records - detail.nulls)) then
      page:heading("Most frequent values")
      local rows = {}
      for at = 1, math.min(#detail.top, numbers and 5 or 8) do
        local value = detail.top[at]
        rows[at] = { label = value.shown, n = value.n, of = { which = "value", value = value.value } }
      end
      bars(page, view, detail, rows, detail.records)
    end
    page:heading("Filled")
    local filled = vim.tbl_map(function(kind)
      return { label = kind.kind, n = kind.n, of = { which = "kind", kind = kind.kind }, group = "String" }
    end, detail.kinds)
    if detail.nulls > 0 then
      filled[#filled + 1] = { label = "empty", n = detail.nulls, of = { which = "null" }, group = "Comment" }
    end
    bars(page, view, detail, filled, detail.records)
    if #detail.trend.points > 2 then
      local median = detail.trend.of == "median"
      page:heading("From the first record to the last", median and "median" or "share that is filled")
      local middles = vim.tbl_map(function(point)
        return point.middle
      end, detail.trend.points)
      local low, high = math.huge, -math.huge
      for _, middle in ipairs(middles) do
        low, high = math.min(low, middle), math.max(high, middle)
      end
      local function words(x)
        return median and short(x) or percent(x)
      end
      page:add({
        "  ",
        { Page.spark(middles, median and low or 0, math.max(1, math.floor(40 / #middles))), "Function" },
        { ("  %s to %s"):format(words(low), words(high)), "Comment" },
      })
    end
    page:heading("What to do", "<CR> to answer")
    for at, recommendation in ipairs(detail.advice.recommendations) do
      if at <= 4 or recommendation.confidence >= 0.4 then
        page:add({
          at == 1 and { "▸ ", "Function" } or "  ",
          at == 1 and { Page.fit(recommendation.action, 24), "Function" } or Page.fit(recommendation.action, 24),
          { Page.fit(Page.bar(recommendation.confidence, 10), 11), "Function" },
          { percent(recommendation.confidence), "Comment" },
        }, function()
          answer(view, page, detail, recommendation)
        end)
        page:wrap(recommendation.why, 72, "    ", "Comment")
      end
    end
    if #detail.findings > 0 then
      page:heading("Findings")
      for _, finding in ipairs(detail.findings) do
        page:add({ "  ", { finding.code, "DiagnosticWarn" } }, function()
          page:close()
          local start = finding.range.start
          vim.api.nvim_win_set_cursor(0, { start.line + 1, client.byte_column(view, start) })
        end)
        page:wrap(finding.message, 72, "    ", "Comment")
      end
    end
    page:show(name_of(detail), {
      ["-"] = function()
        M.overview(view, page.window)
      end,
      ["<BS>"] = function()
        M.overview(view, page.window)
      end,
    }, old)
  end)
end

--- All columns, one a line.
function M.overview(view, old)
  ask(view, "aurora/profile", {}, function(profile)
    local page = Page.new()
    page:add({
      { ("%s · %s"):format(plural(profile.records, "record"), plural(#profile.columns, "column")), "Comment" },
      { "   <CR> opens a column, - comes back, q closes", "Comment" },
    })
    page:add("")
    for _, column in ipairs(profile.columns) do
      local numeric = column.kind == "integer" or column.kind == "real"
      local spark = Page.spark(column.spark, 0)
      page:add({
        { Page.fit(name_of(column), 22), "Identifier" },
        { Page.fit(column.kind, 17) },
        { Page.fit(spark, 21), numeric and "Function" or "String" },
        { Page.fit(column.nullShare > 0 and percent(column.nullShare) .. " empty" or "", 12), "Comment" },
        { Page.fit(("%s distinct"):format(count(column.distinct)), 16), "Comment" },
        column.findings > 0 and { plural(column.findings, "finding"), "DiagnosticWarn" } or "",
      }, function()
        M.column(view, column.column, page.window)
      end)
    end
    page:show(vim.fs.basename(vim.api.nvim_buf_get_name(view.bufnr)), nil, old)
  end)
end

--- Where a recommendation comes from.
function M.why(view, column, action)
  client.run(view, "aurora.why", { column = column, action = action }, function(why)
    client.show_markdown(why.markdown)
  end)
end

--- The document in front, and the server that reads it; nil when there is none.
function M.view()
  local running = require("aurora.server").client()
  if running then
    return { client = running, bufnr = vim.api.nvim_get_current_buf(), uri = vim.uri_from_bufnr(0) }
  end
end

return M
