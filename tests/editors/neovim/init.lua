-- The configuration of the stories: the plugin as a person installs it, and nothing else.
vim.opt.runtimepath:prepend(vim.env.AURORA_PLUGIN)
vim.opt.swapfile = false
vim.opt.termguicolors = true
vim.opt.number = true
vim.opt.signcolumn = "yes"
vim.o.statusline = "%f %m%=%{%v:lua.require'aurora'.statusline()%} "
vim.diagnostic.config({ virtual_text = true, severity_sort = true })
require("aurora").setup({ cmd = { vim.env.AURORA_SERVER, "lsp" } })
package.path = vim.env.AURORA_STEPS .. "/?.lua;" .. package.path
