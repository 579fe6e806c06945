-- Starts the server and keeps what it says of each document.
local M = {
  --- What the server said last, by document address.
  status = {},
  --- What was done by hand last and can be kept as a preference, by document address.
  done_by_hand = {},
}

local options = {}

--- A server that ends by itself this often within the window (in seconds) is left alone.
local most_restarts = 5
local restart_window = 180
local ends = {}
--- Clients that we stopped ourselves, by number.
local stopped = {}

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
    init_options = {
      clientCommands = require("aurora.client").names(),
      inlayHints = options.hints or "off",
      semanticTokens = options.rainbow or false,
    },
    on_exit = function(code, signal, client_id)
      vim.schedule(function()
        M.ended(code, signal, client_id)
      end)
    end,
    handlers = {
      ["aurora/status"] = function(_, status)
        M.status[status.uri] = status
        M.ask_again(status.uri)
        vim.api.nvim_exec_autocmds("User", { pattern = "AuroraStatus", modeline = false })
        vim.cmd.redrawstatus({ bang = true })
      end,
      -- What was done by hand is what a transform does: learned only when the person keeps it.
      ["aurora/doneByHand"] = function(_, done)
        M.done_by_hand[done.uri] = done
        vim.notify(("aurora: %s? :Aurora keep"):format(done.title))
      end,
    },
  }
end

--- The server has ended: starts it again at once when it did so by itself, until it does so too often.
function M.ended(code, signal, client_id)
  if stopped[client_id] or (code == 0 and signal == 0) or vim.v.exiting ~= vim.NIL then
    return
  end
  local now = vim.uv.now() / 1000
  ends = vim.tbl_filter(function(moment)
    return now - moment < restart_window
  end, ends)
  ends[#ends + 1] = now
  if #ends > most_restarts then
    vim.notify(
      ("aurora: the server ended %d times in 3 minutes and is not started again; :Aurora log says more, :Aurora restart tries again"):format(
        #ends
      ),
      vim.log.levels.ERROR
    )
    return
  end
  M.status = {}
  M.start_again(M.buffers())
end

--- The loaded buffers that the server reads.
function M.buffers()
  local filetypes = options.filetypes or M.filetypes
  return vim.tbl_filter(function(bufnr)
    return vim.api.nvim_buf_is_loaded(bufnr) and vim.tbl_contains(filetypes, vim.bo[bufnr].filetype)
  end, vim.api.nvim_list_bufs())
end

--- Starts the server for buffers that had one.
function M.start_again(buffers)
  if vim.lsp.enable then
    vim.lsp.enable("aurora", false)
    vim.lsp.enable("aurora")
    return
  end
  for _, bufnr in ipairs(buffers) do
    M.start(bufnr)
  end
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

--- Whether a client can be asked: one that we stopped may still be listed for a while.
function M.is_running(client)
  return not stopped[client.id] and not client.is_stopped(client)
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
  vim.lsp.start(config, {
    bufnr = bufnr,
    reuse_client = function(client, wanted)
      return client.name == wanted.name and client.config.root_dir == wanted.root_dir and M.is_running(client)
    end,
  })
end

--- The running client of a buffer, or nil.
function M.client(bufnr)
  local clients = vim.lsp.get_clients({ name = "aurora", bufnr = bufnr or vim.api.nvim_get_current_buf() })
  return vim.tbl_filter(M.is_running, clients)[1]
end

--- Stops the server and starts it again for every buffer that had it.
function M.restart()
  local function running()
    return vim.lsp.get_clients({ name = "aurora" })
  end
  local buffers = M.buffers()
  for _, client in ipairs(running()) do
    stopped[client.id] = true
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
  ends = {}
  M.start_again(buffers)
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
