from flask import Blueprint, Response

bp = Blueprint("requests", __name__)


@bp.after_request
def keep_private(response: Response) -> Response:
    """The address is a key: no robot indexes the page, no browser keeps it."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response
