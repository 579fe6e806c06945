-- `:checkhealth aurora`
local M = {}

function M.check()
  local health = vim.health
  health.start("aurora")
  local version = vim.version()
  if vim.fn.has("nvim-0.10") == 1 then
    health.ok(("Neovim %d.%d.%d"):format(version.major, version.minor, version.patch))
  else
    health.error("Neovim 0.10 or later is needed")
    return
  end

  local program = require("aurora.server").config().cmd[1]
  if vim.fn.executable(program) == 0 then
    health.error(("no program `%s` on the path"):format(program), {
      "build it: cargo install --path . in AURORA's source, or take it from a release",
      'or name it: require("aurora").setup({ cmd = { "/path/to/aurora", "lsp" } })',
    })
    return
  end
  local answer = vim.system({ program, "--version" }, { text = true }):wait(5000)
  if answer.code == 0 then
    health.ok(("%s: %s"):format(vim.fn.exepath(program), vim.trim(answer.stdout)))
  else
    health.error(("`%s --version` ended with %d"):format(program, answer.code), { vim.trim(answer.stderr or "") })
  end

  local clients = vim.lsp.get_clients({ name = "aurora" })
  if #clients == 0 then
    health.info("no server runs: it starts with the first CSV file")
  end
  for _, client in ipairs(clients) do
    local n = vim.tbl_count(client.attached_buffers)
    health.ok(("server %d runs for %d buffer%s, positions in %s"):format(
      client.id,
      n,
      n == 1 and "" or "s",
      client.offset_encoding
    ))
  end
  for uri, status in pairs(require("aurora.server").status) do
    if status.notice and status.notice ~= vim.NIL then
      health.warn(("%s: %s"):format(vim.fs.basename(vim.uri_to_fname(uri)), status.notice))
    end
  end
end

return M
