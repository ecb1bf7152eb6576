/// The look of a report, on a screen and on paper.
enum AuditStyle {
    /// What goes before a page's title: nothing is loaded, nothing is run.
    static let head: StaticString = """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
        <meta name="viewport" content="width=device-width">
        <style>
        :root { color-scheme: light; --ink: #1c2126; --soft: #5b6570; --line: #d5dae0; --good: #1c6b3a; --bad: #a3161b; }
        body { font: 14px/1.45 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: var(--ink); max-width: 72rem; margin: 2rem auto; padding: 0 1.5rem; }
        h1 { font-size: 1.7rem; margin: 0 0 .6rem; }
        h2 { font-size: 1.2rem; margin: 2.2rem 0 .6rem; border-bottom: 2px solid var(--ink); padding-bottom: .2rem; break-after: avoid; }
        h3 { font-size: 1rem; margin: 0 0 .5rem; break-after: avoid; }
        h4 { font-size: .8rem; margin: .8rem 0 .25rem; color: var(--soft); break-after: avoid; }
        a { color: inherit; }
        dl { display: grid; grid-template-columns: 9rem 1fr; gap: .15rem 1rem; margin: 0; }
        dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-line; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
        th { font-size: .8rem; color: var(--soft); } tr { break-inside: avoid; }
        th, .overview td:nth-child(-n+6) { white-space: nowrap; }
        .waiting td:nth-child(n+3):nth-child(-n+4), .keys td:nth-child(n+3):nth-child(-n+4) { white-space: nowrap; }
        .rules { font-size: .9em; } .rules td:nth-child(-n+2) { white-space: nowrap; width: 1%; }
        .verdict { border-left: 6px solid var(--good); background: #eef6f0; padding: .6rem 1rem; margin: 1.2rem 0; }
        .verdict.broken { border-color: var(--bad); background: #fbeeee; }
        .verdict p { margin: .2rem 0; overflow-wrap: anywhere; }
        article { border: 1px solid var(--line); border-radius: 4px; padding: .8rem 1rem; margin: 0 0 1rem; break-inside: avoid; }
        article.refused, article.exception { border-left: 6px solid var(--bad); }
        .bad { color: var(--bad); font-weight: 600; }
        code, .id { font: .85em ui-monospace, "DejaVu Sans Mono", monospace; }
        pre { font: .85em/1.4 ui-monospace, "DejaVu Sans Mono", monospace; margin: .2rem 0; white-space: pre-wrap; }
        footer { color: var(--soft); margin-top: 2rem; font-size: .85rem; }
        @page { size: A4; margin: 15mm; }
        @media print { .overview, .rules { font-size: 7.5pt; } .rules th, .rules td { padding-top: .05rem; padding-bottom: .05rem; } article { padding: .4rem .7rem; margin-bottom: .6rem; } body { font-size: 9pt; margin: 0; padding: 0; max-width: none; } a { text-decoration: none; } h2 { margin-top: 1.2rem; } thead { display: table-header-group; } .verdict { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }
        </style>

        """
}
