-- Starts the server and keeps what it says of each document.
local M = {
  --- What the server said last, by document address.
  status = {},
}

local options = {}

M.filetypes = {
  "csv",
  "tsv",
  "psv",
  -- Rainbow CSV's names
  "csv_semicolon",
  "csv_pipe",
  "csv_whitespace",
  "rfc_csv",
  "rfc_semicolon",
}

function M.set_options(given)
  options = given
  if vim.lsp.config then
    vim.lsp.config("aurora", M.config())
  end
end

--- The configuration, in the form that both `vim.lsp.config` and `vim.lsp.start` take.
function M.config()
  require("aurora.client").register()
  return {
    name = "aurora",
    cmd = options.cmd or { "aurora", "lsp" },
    cmd_env = options.store and { AURORA_STORE = options.store } or nil,
    filetypes = options.filetypes or M.filetypes,
    root_markers = { "aurora.toml", ".git" },
    init_options = { clientCommands = require("aurora.client").names() },
    handlers = {
      ["aurora/status"] = function(_, status)
        M.status[status.uri] = status
        M.ask_again(status.uri)
        vim.api.nvim_exec_autocmds("User", { pattern = "AuroraStatus", modeline = false })
        vim.cmd.redrawstatus({ bang = true })
      end,
    },
  }
end

--- Asks for the findings of a document once more, as after one was dismissed: Neovim 0.10 cannot be told to, and 0.12
--- then asks for those of the whole workspace, which it does not show in an open buffer.
function M.ask_again(uri)
  local bufnr = vim.uri_to_bufnr(uri)
  local client = vim.api.nvim_buf_is_loaded(bufnr) and M.client(bufnr)
  local provider = client and client.server_capabilities.diagnosticProvider
  if not provider then
    return
  end
  local params = { textDocument = { uri = uri }, identifier = provider.identifier }
  if vim.fn.has("nvim-0.11") == 1 then
    client:request("textDocument/diagnostic", params, nil, bufnr)
  else
    client.request("textDocument/diagnostic", params, nil, bufnr)
  end
end

--- Has the server start with the first CSV file.
function M.enable()
  if vim.lsp.enable then
    vim.lsp.enable("aurora")
    return
  end
  vim.api.nvim_create_autocmd("FileType", {
    group = vim.api.nvim_create_augroup("aurora", {}),
    pattern = options.filetypes or M.filetypes,
    callback = function(event)
      M.start(event.buf)
    end,
  })
end

--- Starts the server for a buffer, or attaches the one that runs (Neovim 0.10).
function M.start(bufnr)
  local config = M.config()
  if vim.fn.executable(config.cmd[1]) == 0 then
    vim.notify_once(
      ("aurora: no program %s on the path; :checkhealth aurora says how to get it"):format(config.cmd[1]),
      vim.log.levels.WARN
    )
    return
  end
  config.root_dir = vim.fs.root(bufnr, config.root_markers) or vim.fs.dirname(vim.api.nvim_buf_get_name(bufnr))
  vim.lsp.start(config, { bufnr = bufnr })
end

--- The running client of a buffer, or nil.
function M.client(bufnr)
  return vim.lsp.get_clients({ name = "aurora", bufnr = bufnr or vim.api.nvim_get_current_buf() })[1]
end

--- Stops the server and starts it again for every buffer that had it.
function M.restart()
  local function running()
    return vim.lsp.get_clients({ name = "aurora" })
  end
  local buffers = {}
  for _, client in ipairs(running()) do
    vim.list_extend(buffers, vim.tbl_keys(client.attached_buffers))
  end
  if vim.lsp.enable then
    vim.lsp.enable("aurora", false)
  end
  M.stop(running(), false)
  if not vim.wait(3000, function()
    return #running() == 0
  end, 20) then
    M.stop(running(), true)
  end
  M.status = {}
  if vim.lsp.enable then
    vim.lsp.enable("aurora")
    return
  end
  for _, bufnr in ipairs(buffers) do
    M.start(bufnr)
  end
end

--- Stops clients in the way of this Neovim; `force` does not wait for an answer.
function M.stop(clients, force)
  for _, client in ipairs(clients) do
    if vim.fn.has("nvim-0.11") == 1 then
      client:stop(force)
    else
      client.stop(force)
    end
  end
end

return M
