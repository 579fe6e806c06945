"""The first minutes as a client sees them that reads every answer by the protocol's types (pytest-lsp, lsprotocol),
in the guise of three editors. AURORA_SERVER, AURORA_FILES in the environment; the last line is `N passed, N failed`."""

import os
import pathlib
import sys
from typing import Union

import pytest
import pytest_lsp
from lsprotocol import types as t
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

SERVER = os.environ["AURORA_SERVER"]
FILE = pathlib.Path(os.environ["AURORA_FILES"]) / "orders.csv"


@pytest_lsp.fixture(
    params=["neovim", "visual-studio-code", "emacs"],
    config=ClientServerConfig(server_command=[SERVER, "lsp"]),
)
async def client(request, lsp_client: LanguageClient):
    converter = lsp_client.protocol._converter

    # lsprotocol takes an action that has a command for that command alone.
    def command_or_action(value, _):
        return converter.structure(value, t.Command if isinstance(value.get("command"), str) else t.CodeAction)

    converter.register_structure_hook(Union[t.Command, t.CodeAction], command_or_action)
    lsp_client.feature(t.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
    await lsp_client.initialize_session(
        t.InitializeParams(
            capabilities=client_capabilities(request.param),
            root_uri=FILE.parent.as_uri(),
            workspace_folders=None,
        )
    )
    yield
    await lsp_client.shutdown_session()


async def findings(client: LanguageClient, uri: str):
    """The findings, in the way that this client asks for: pulled, else pushed."""
    document = client.capabilities.text_document if hasattr(client, "capabilities") else None
    if getattr(document, "diagnostic", None):
        report = await client.text_document_diagnostic_async(
            t.DocumentDiagnosticParams(t.TextDocumentIdentifier(uri))
        )
        return report.items
    while not client.diagnostics.get(uri):
        await client.wait_for_notification(t.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    return client.diagnostics[uri]


@pytest.mark.asyncio
async def test_first_minutes(client: LanguageClient):
    uri = FILE.as_uri()
    text = FILE.read_text()
    document = t.TextDocumentIdentifier(uri)
    client.text_document_did_open(t.DidOpenTextDocumentParams(t.TextDocumentItem(uri, "csv", 1, text)))
    found = {finding.code: finding for finding in await findings(client, uri)}
    short = found["missing-fields"]
    assert short.source == "aurora"
    assert short.range.start == t.Position(9, 20)

    hover = await client.text_document_hover_async(t.HoverParams(document, short.range.start))
    assert "missing-fields" in hover.contents.value

    columns = await client.text_document_document_symbol_async(t.DocumentSymbolParams(document))
    assert [column.name for column in columns] == ["id", "name", "city", "amount", "coupon"]

    actions = await client.text_document_code_action_async(
        t.CodeActionParams(document, short.range, t.CodeActionContext([short]))
    )
    fix = next(action for action in actions if action.kind == "quickfix")
    if fix.edit is None:
        fix = await client.code_action_resolve_async(fix)
    edits = fix.edit.changes[uri] if fix.edit.changes else fix.edit.document_changes[0].edits
    assert [(edit.range.start, edit.new_text) for edit in edits] == [(t.Position(9, 20), ",")]


class Tally:
    """Counts as our drivers do."""

    passed = failed = 0

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or report.failed:
            print(f"\n{'ok' if report.passed else 'FAIL'} {report.nodeid.split('::')[-1]}")
            self.passed += report.passed and report.when == "call"
            self.failed += report.failed


if __name__ == "__main__":
    tally = Tally()
    pytest.main(["-q", "-o", "asyncio_mode=auto", "-W", "ignore", "-p", "no:cacheprovider", __file__], plugins=[tally])
    print(f"{tally.passed} passed, {tally.failed} failed")
    sys.exit(tally.failed > 0)
