-- What the stories are told with: each step waits for what a person would wait for, and says what it saw.
local M = { passed = 0 }

local patience_ms = 20000

function M.ok(what, seen)
  M.passed = M.passed + 1
  io.stdout:write(("ok %d %s%s\n"):format(M.passed, what, seen and ("  " .. seen) or ""))
end

function M.fail(what)
  io.stdout:write(("\nFAIL %s\n%d passed, 1 failed\n"):format(what, M.passed))
  os.exit(1)
end

function M.check(condition, what, seen)
  if not condition then
    M.fail(what .. (seen and ("  " .. seen) or ""))
  end
  M.ok(what, seen)
end

--- Waits until `probe` returns something, and returns it.
function M.wait(what, probe)
  local found
  local came = vim.wait(patience_ms, function()
    found = probe()
    return found ~= nil and found ~= false
  end, 20)
  if not came then
    M.fail("never came: " .. what)
  end
  return found
end

--- Tells the story once the editor has started, and ends the editor; a Lua error is a failure as well.
function M.tell(story)
  local function all()
    local fine, problem = xpcall(story, debug.traceback)
    if not fine then
      M.fail(problem)
    end
    io.stdout:write(("\n%d passed, 0 failed\n"):format(M.passed))
    os.exit(0)
  end
  vim.api.nvim_create_autocmd("VimEnter", { once = true, nested = true, callback = all })
end

function M.client()
  local client = vim.lsp.get_clients({ name = "aurora" })[1]
  return client and client.initialized and client or nil
end

--- The findings of the buffer with this code.
function M.findings(code)
  return vim.tbl_filter(function(d)
    return code == nil or d.code == code
  end, vim.diagnostic.get(0))
end

function M.first(code)
  return M.wait("finding " .. code, function()
    return M.findings(code)[1]
  end)
end

function M.go_to(line, column)
  vim.api.nvim_win_set_cursor(0, { line + 1, column })
end

--- The text of the hover window at the cursor, opened by the person's own command.
function M.hover()
  vim.lsp.buf.hover()
  local window = M.wait("hover window", function()
    for _, candidate in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(candidate).relative ~= "" then
        return candidate
      end
    end
  end)
  local lines = vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(window), 0, -1, false)
  vim.api.nvim_win_close(window, true)
  return table.concat(lines, "\n")
end

--- The titles of the actions at the cursor.
function M.action_titles()
  local params = vim.lsp.util.make_range_params(0, M.client().offset_encoding)
  params.context = { diagnostics = {} }
  local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, patience_ms) or {}
  local titles = {}
  for _, answer in pairs(answers) do
    for _, action in ipairs(answer.result or {}) do
      titles[#titles + 1] = action.title
    end
  end
  return titles
end

--- Takes the one action at the cursor that `wanted` says yes to, by the person's own command.
function M.take(wanted)
  local taken
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      if taken or not wanted(action) then
        return false
      end
      taken = action.title
      return true
    end,
  })
  return M.wait("the action", function()
    return taken
  end)
end

function M.titled(pattern)
  return function(action)
    return action.title:find(pattern) ~= nil
  end
end

function M.preferred(action)
  return action.isPreferred == true
end

--- What the server advises for a column (from 0), by action.
function M.advice(column)
  local answers = vim.lsp.buf_request_sync(
    0,
    "aurora/recommendations",
    { uri = vim.uri_from_bufnr(0), column = column },
    patience_ms
  ) or {}
  for _, answer in pairs(answers) do
    if answer.err or answer.error then
      M.fail("aurora/recommendations: " .. vim.inspect(answer.err or answer.error))
    end
    local result = answer.result or {}
    local one = result.recommendations and result or result[1]
    local by_action = {}
    for _, recommendation in ipairs(one and one.recommendations or {}) do
      by_action[recommendation.action] = recommendation.confidence
    end
    return by_action
  end
  M.fail("no answer to aurora/recommendations")
end

return M
