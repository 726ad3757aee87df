"""Templates whose imports cost a comparison.

`{% import "components/macros.html" as m %}` is in nearly every template, dozens of times a page. Jinja looks each time
for globals that the imported template would lack, name by name through a chain of dictionaries: a fifth of the time
of a page. Ours are those of the environment, which every template has.
"""

from __future__ import annotations

from flask import Flask
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context


class QuickTemplate(Template):
    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        known = self.environment.globals.keys()
        if self._module is not None and ctx is not None and known >= ctx.globals_keys:
            return self._module
        return super()._get_default_module(ctx)


def init_app(app: Flask) -> None:
    app.jinja_env.template_class = QuickTemplate
