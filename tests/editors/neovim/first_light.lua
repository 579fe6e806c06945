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
  steps.check(hover:find("missing-fields", 1, true) or hover:find("fields", 1, true), "hover names the finding", hover:sub(1, 90):gsub("\n", " | "))

  local title = steps.take(steps.preferred)
  steps.wait("the finding gone", function()
    return #steps.findings("missing-fields") == 0
  end)
  steps.ok("fix taken, finding gone", title)
  vim.cmd.write()
  local saved = vim.fn.readfile(vim.api.nvim_buf_get_name(0))
  steps.check(saved[short.lnum + 1] == "9,Leslie,Oslo,57.20,", "file on disk is mended", saved[short.lnum + 1])
  steps.check(#saved == 41, "nothing else changed", #saved .. " lines")

  local city = steps.first("untidy-whitespace")
  steps.first("null-heavy")
  local before = steps.advice(2)
  steps.go_to(0, 8)
  local hover_before = steps.hover()
  steps.go_to(city.lnum, city.col)
  local dismissed = steps.take(steps.titled("^Dismiss for this column"))
  steps.wait("the dismissed finding gone", function()
    return #steps.findings("untidy-whitespace") == 0
  end)
  steps.ok("finding dismissed", dismissed)

  vim.cmd("Aurora restart")
  steps.wait("attached again", steps.client)
  steps.first("null-heavy")
  steps.check(#steps.findings("untidy-whitespace") == 0, "after a restart it stays away")
  local after = steps.advice(2)
  local moved
  for action, confidence in pairs(before) do
    if after[action] and math.abs(after[action] - confidence) > 0.01 then
      moved = ("%s %.2f -> %.2f"):format(action, confidence, after[action])
    end
  end
  steps.check(moved ~= nil, "the confidence has moved", moved or (vim.inspect(before) .. vim.inspect(after)))
  steps.go_to(0, 8)
  local hover_after = steps.hover()
  steps.check(hover_before ~= hover_after and hover_after:find("%d+ ?%%") ~= nil, "and the hover shows it")

  vim.cmd("checkhealth aurora")
  local health = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n")
  steps.check(health:find("server %d+ runs for 1 buffer") ~= nil and not health:find("ERROR"), "checkhealth is content")
end)
