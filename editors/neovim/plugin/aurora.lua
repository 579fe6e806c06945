-- Starts AURORA for CSV files. `let g:aurora_enabled = v:false` before this keeps it quiet.
if vim.g.loaded_aurora then
  return
end
vim.g.loaded_aurora = true

if vim.fn.has("nvim-0.10") == 0 then
  vim.api.nvim_create_autocmd("FileType", {
    pattern = "csv",
    once = true,
    callback = function()
      vim.notify("aurora: Neovim 0.10 or later is needed", vim.log.levels.WARN)
    end,
  })
  return
end

vim.filetype.add({ extension = { tab = "tsv", psv = "csv" } })

vim.api.nvim_create_user_command("Aurora", function(call)
  require("aurora.commands").run(call.fargs)
end, {
  nargs = "*",
  complete = function(lead, line)
    return require("aurora.commands").complete(lead, line)
  end,
  desc = "AURORA: profile, recommendations, rules, what is kept, dialect, layout",
})

if vim.g.aurora_enabled ~= false then
  require("aurora.server").enable()
end
