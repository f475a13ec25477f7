"""What a visitor without the token sees."""

from __future__ import annotations

from typing import Any

from jupyter_server.utils import url_path_join
from tornado.escape import url_escape, xhtml_escape
from voila.voila_identity_provider import VoilaLoginHandler

__all__ = ["Door"]

_PAGE = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Curation Kit</title>
<style>
  body {{ max-width: 36em; margin: 12vh auto; padding: 0 20px; color: #1d2530; background: #fff;
    font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }}
  h1 {{ font-size: 20px; }}
  [role=alert] {{ padding: 8px 12px; border: 1px solid #e9b8b4; border-radius: 6px; background: #fdf1f0; color: #7d1b15; }}
  label {{ display: block; font-weight: 600; margin: 20px 0 4px; }}
  input, button {{ font: inherit; min-height: 36px; padding: 6px 12px; border-radius: 6px; border: 1px solid #848f9d; }}
  input {{ width: 22em; max-width: 100%; box-sizing: border-box; }}
  button {{ border-color: #1f5fbf; background: #1f5fbf; color: #fff; cursor: pointer; }}
</style>
<main>
<h1>This dashboard needs its address with the token</h1>
{problem}
<p>Open the whole address that “curation-kit dashboard” printed when it was last started.
It ends with <code>?token=</code> and a secret, which changes with each start; links that
were saved before do not work any more. Ask whoever started the dashboard.</p>
<p>Jobs and results are not touched.</p>
<form action="{action}" method="post">
{xsrf}
<label for="token">Or paste the token here</label>
<input id="token" name="password" type="password" autocomplete="off" required>
<button>Open the dashboard</button>
</form>
</main>
</html>
"""  # noqa: E501 - a page


class Door(VoilaLoginHandler):
    """Says how to come in; Jupyter's own page speaks of passwords and servers."""

    def _render(self, message: dict[str, Any] | None = None) -> None:
        problem = "That is not the token of this dashboard." if message else ""
        after = self.get_argument("next", default=self.base_url)
        action = f"{url_path_join(self.base_url, 'login')}?next={url_escape(after)}"
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.write(
            _PAGE.format(
                problem=problem and f'<p role="alert">{problem}</p>',
                action=xhtml_escape(action),
                xsrf=self.xsrf_form_html(),
            )
        )
