-- What only the editor can do, asked for by the server's code actions: line ends, encoding, a page to read, a list
-- to choose from.
local M = {}

local function buffer_of(argument)
  return vim.uri_to_bufnr(argument.uri)
end

local commands = {
  ["aurora.client.setLineEnd"] = function(argument)
    vim.bo[buffer_of(argument)].fileformat = argument.lineEnd == "crlf" and "dos" or "unix"
  end,

  ["aurora.client.saveWithEncoding"] = function(argument)
    local bufnr = buffer_of(argument)
    vim.bo[bufnr].fileencoding = argument.encoding:lower()
    if argument.bom ~= nil then
      vim.bo[bufnr].bomb = argument.bom
    end
    vim.notify(("aurora: the next write saves as %s"):format(argument.encoding))
  end,

  ["aurora.client.reopenWithEncoding"] = function(argument)
    local bufnr = buffer_of(argument)
    if vim.bo[bufnr].modified then
      vim.notify(
        ("aurora: this buffer has changes; write or undo them, then reopen it in %s"):format(argument.encoding),
        vim.log.levels.WARN
      )
      return
    end
    vim.api.nvim_buf_call(bufnr, function()
      local read, why = pcall(vim.cmd, "edit ++enc=" .. argument.encoding:lower())
      if not read then
        vim.notify("aurora: " .. why, vim.log.levels.ERROR)
      end
    end)
  end,

  ["aurora.client.openProfile"] = function(argument, client_id)
    local client = vim.lsp.get_client_by_id(client_id)
    if client then
      local view = { client = client, bufnr = buffer_of(argument), uri = argument.uri }
      require("aurora.profile").overview(view)
    end
  end,

  ["aurora.client.showWhy"] = function(argument, client_id)
    local client = vim.lsp.get_client_by_id(client_id)
    if client then
      M.execute(client, "aurora.why", { argument }, function(err, why)
        if not err then
          M.show_markdown(why.markdown)
        end
      end)
    end
  end,

  ["aurora.client.choose"] = function(argument, client_id)
    vim.ui.select(argument.items, {
      prompt = argument.title,
      kind = "aurora",
      format_item = function(item)
        return item.description and (item.title .. "  " .. item.description) or item.title
      end,
    }, function(item)
      local client = item and vim.lsp.get_client_by_id(client_id)
      if client then
        M.execute(client, item.command, item.arguments)
      end
    end)
  end,
}

--- Shows a page beside the cursor.
function M.show_markdown(markdown)
  vim.lsp.util.open_floating_preview(
    vim.split(markdown, "\n"),
    "markdown",
    { border = "rounded", focus_id = "aurora-why", max_width = 100, wrap = true }
  )
end

--- Names of the commands that this client carries out.
function M.names()
  local names = vim.tbl_keys(commands)
  table.sort(names)
  return names
end

--- Makes them known to Neovim.
function M.register()
  for name, command in pairs(commands) do
    vim.lsp.commands[name] = function(call, context)
      command((call.arguments or {})[1] or {}, context.client_id)
    end
  end
end

--- Sends a request in the way of this Neovim; `done(error, result)` is called with the answer.
function M.request(client, method, params, done)
  local handler = function(err, result)
    -- The text moved on, or the server is on its way out: nothing to tell a person.
    local moot = err and (err.code == -32801 or err.code == -32800 or not require("aurora.server").is_running(client))
    if err and not moot then
      vim.notify("aurora: " .. err.message, vim.log.levels.ERROR)
    end
    if done then
      done(err, result)
    end
  end
  if vim.fn.has("nvim-0.11") == 1 then
    client:request(method, params, handler)
  else
    client.request(method, params, handler)
  end
end

--- Runs a command of the server.
function M.execute(client, command, arguments, done)
  M.request(client, "workspace/executeCommand", { command = command, arguments = arguments or {} }, done)
end

--- Whether the server gave a value; its null arrives as `vim.NIL`.
function M.given(value)
  return value ~= nil and value ~= vim.NIL
end

--- The column in bytes, from 0, of a position of the server in the document of `view`: it counts as was agreed with it.
function M.byte_column(view, position)
  local line = vim.api.nvim_buf_get_lines(view.bufnr, position.line, position.line + 1, false)[1] or ""
  local encoding, at = view.client.offset_encoding, position.character
  if encoding == "utf-8" then
    return math.min(at, #line)
  elseif vim.fn.has("nvim-0.11") == 1 then
    return vim.str_byteindex(line, encoding, at, false)
  end
  local is_inside, byte = pcall(vim.str_byteindex, line, at, encoding == "utf-16")
  return is_inside and byte or #line
end

--- Asks about the document of `view`; `done(result)` is called when there is an answer.
function M.ask(view, method, params, done)
  params.uri = view.uri
  M.request(view.client, method, params, function(err, result)
    if not err and M.given(result) then
      done(result)
    end
  end)
end

--- Runs a command of the server on the document of `view`; `done(result)`, if given, is called when it was run.
function M.run(view, command, argument, done)
  argument.uri = view.uri
  M.execute(view.client, command, { argument }, function(err, result)
    if not err and done then
      done(result)
    end
  end)
end

return M
