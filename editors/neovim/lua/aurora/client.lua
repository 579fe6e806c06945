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

  ["aurora.client.showWhy"] = function(argument)
    vim.lsp.util.open_floating_preview(
      vim.split(argument.markdown, "\n"),
      "markdown",
      { border = "rounded", focus_id = "aurora-why", max_width = 100 }
    )
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
    if err then
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

return M
