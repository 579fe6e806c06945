;;; The first minutes in Emacs, with the configuration that we give away.  -*- lexical-binding: t -*-
;; AURORA_SERVER, AURORA_CONFIG (folder of aurora-eglot.el), AURORA_FILE in the environment; Emacs runs it in batch mode.

(add-to-list 'load-path (getenv "AURORA_CONFIG"))
(require 'aurora-eglot)
(require 'flymake)
(setq aurora-eglot-program (getenv "AURORA_SERVER")
      eglot-sync-connect 20
      eglot-autoshutdown nil
      eglot-confirm-server-edits nil
      project-find-functions nil)

(defvar story-passed 0)

(defun story-ok (what &optional seen)
  (setq story-passed (1+ story-passed))
  (princ (format "ok %d %s  %s\n" story-passed what (or seen ""))))

(defun story-fail (what)
  (princ (format "FAIL %s\n%d passed, 1 failed\n" what story-passed))
  (kill-emacs 1))

(defun story-wait (what probe)
  (let ((end (+ (float-time) 20)) found)
    (while (not (setq found (funcall probe)))
      (when (> (float-time) end) (story-fail (concat "never came: " what)))
      (accept-process-output nil 0.05))
    found))

(defun story-finding (text)
  (seq-find (lambda (d) (string-match-p text (flymake-diagnostic-text d))) (flymake-diagnostics)))

(condition-case problem
    (progn
      (find-file (getenv "AURORA_FILE"))
      (unless (eglot-current-server) (apply #'eglot (eglot--guess-contact)))
      (let ((server (story-wait "the server" #'eglot-current-server)))
        (story-ok "attached" (plist-get (eglot--server-info server) :name))
        (flymake-mode 1)
        (flymake-start)
        (let ((finding (story-wait "the finding" (lambda () (story-finding "4 of 5 fields")))))
          (story-ok "finding shown" (flymake-diagnostic-text finding))
          (goto-char (flymake-diagnostic-beg finding))
          (let ((hover (jsonrpc-request server :textDocument/hover (eglot--TextDocumentPositionParams))))
            (unless (string-match-p "missing-fields" (plist-get (plist-get hover :contents) :value))
              (story-fail "the hover does not name the finding"))
            (story-ok "hover"))
          (let* ((actions (append (eglot-code-actions (line-beginning-position) (line-end-position) "quickfix") nil))
                 (fix (seq-find (lambda (a) (eq t (plist-get a :isPreferred))) actions)))
            (unless fix (story-fail (format "no preferred action in %S" actions)))
            (eglot-execute server fix)
            (story-wait "the fix" (lambda () (save-excursion (goto-char (point-min))
                                                             (search-forward "9,Leslie,Paris,32.91,\n" nil t))))
            (story-ok "fix taken" (plist-get fix :title))))
        (story-wait "the finding's end" (lambda () (not (story-finding "4 of 5 fields"))))
        (story-ok "finding gone")
        (eglot-shutdown server))
      (set-buffer-modified-p nil)
      (princ (format "%d passed, 0 failed\n" story-passed))
      (kill-emacs 0))
  (error (story-fail (format "%S" problem))))
