-- A CSV file opens; its finding is seen, hovered over, mended and saved. Another finding is dismissed; after a restart
-- of the server it stays away, and the confidence shown has moved.
local steps = require("steps")

steps.tell(function()
  steps.wait("attached", steps.client)
  local version = vim.version()
  steps.ok(("Neovim %d.%d.%d attached"):format(version.major, version.minor, version.patch), steps.client().offset_encoding)

  local short = steps.first("missing-fields")
  steps.ok("finding shown", ("%d:%d %s"):format(short.lnum + 1, short.col + 1, short.message))
  steps.go_to(short.lnum, short.col)
  local hover = steps.hover()
  steps.check(hover:find("missing-fields", 1, true) ~= nil, "hover names the finding", hover:sub(1, 90):gsub("\n", " | "))

  local title = steps.take(steps.preferred)
  steps.wait("the finding gone", function()
    return #steps.findings("missing-fields") == 0
  end)
  steps.ok("fix taken, finding gone", title)
  vim.cmd.write()
  local saved = vim.fn.readfile(vim.api.nvim_buf_get_name(0))
  steps.check(saved[short.lnum + 1] == "9,Leslie,Paris,32.91,", "file on disk is mended", saved[short.lnum + 1])
  steps.check(#saved == 41, "nothing else changed", #saved .. " lines")

  -- Of the two findings on the header "coupon" one is dismissed and the other left.
  local empty = steps.first("null-heavy")
  steps.first("mixed-null-tokens")
  steps.go_to(empty.lnum, empty.col)
  local dismissed = steps.take(steps.titled("^Dismiss for this column: null%-heavy"))
  steps.wait("the dismissed finding gone", function()
    return #steps.findings("null-heavy") == 0
  end)
  steps.ok("finding dismissed", dismissed)

  -- What is advised for "amount" is answered with another wish, from the list that one key opens.
  steps.go_to(0, 14)
  local hover_before = steps.hover()
  local before = steps.advice(3)
  local offered
  vim.ui.select = function(items, options, choose)
    offered = options.prompt
    for at, item in ipairs(items) do
      if options.format_item(item):find("leave%-as%-is") then
        choose(item, at)
      end
    end
  end
  steps.take(steps.titled("^I wanted"))
  steps.wait("the list", function()
    return offered
  end)
  steps.ok("said what was wanted instead", offered)
  steps.wait("new advice", function()
    return steps.advice(3)["parse-number"] < before["parse-number"]
  end)

  vim.cmd("Aurora restart")
  steps.wait("attached again", steps.client)
  steps.first("mixed-null-tokens")
  steps.check(#steps.findings("null-heavy") == 0, "after a restart it stays away")
  local after = steps.advice(3)["parse-number"]
  steps.check(
    after < before["parse-number"] - 0.01,
    "the confidence has moved",
    ("%.2f -> %.2f"):format(before["parse-number"], after)
  )
  steps.go_to(0, 14)
  local hover_after = steps.hover()
  steps.check(hover_before ~= hover_after and hover_after:find("%d+ ?%%") ~= nil, "and the hover shows it")

  vim.cmd("checkhealth aurora")
  local health = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
  steps.check(health:find("server %d+ runs for 1 buffer") ~= nil and not health:find("ERROR"), "checkhealth is content")
end)
