-- The server's configuration for `vim.lsp.config` and `vim.lsp.enable` (Neovim 0.11 and later).
return require("aurora.server").config()
