;;; aurora-eglot.el --- AURORA for CSV files, by Eglot  -*- lexical-binding: t -*-

;; Emacs 29 or later, which has Eglot. Put this file on the `load-path' and
;;   (require 'aurora-eglot)
;; into your init file. `aurora' has to be on the path. With csv-mode installed its mode is used; without it a plain
;; one. `M-x flymake-show-buffer-diagnostics' lists the findings, `M-x eglot-code-actions' offers fixes.

;;; Code:

(require 'eglot)

(defvar aurora-eglot-program "aurora"
  "The program that is the server.")

(define-derived-mode aurora-csv-mode text-mode "CSV"
  "Plain mode for CSV files where csv-mode is not installed.")

(unless (fboundp 'csv-mode)
  (add-to-list 'auto-mode-alist '("\\.\\(?:csv\\|tsv\\|tab\\|psv\\)\\'" . aurora-csv-mode)))

(add-to-list 'eglot-server-programs
             `((csv-mode tsv-mode aurora-csv-mode) . ,(lambda (&rest _) (list aurora-eglot-program "lsp"))))

(add-hook 'csv-mode-hook #'eglot-ensure)
(add-hook 'aurora-csv-mode-hook #'eglot-ensure)

(provide 'aurora-eglot)
;;; aurora-eglot.el ends here
