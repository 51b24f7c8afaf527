"""Reports for people and for scripts: a page, a terminal summary, a JSON document, all views of one `Report`.

Import what is needed from its own module (`html`, `json`, `text`, `write`): a run without a page should not pay for
templates and charts.
"""
