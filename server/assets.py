"""What the browser fetches over HTTP: Plotly, the stage's modules, surfaces, and word of the server's health."""

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable
from functools import lru_cache
from importlib.metadata import version as installed
from pathlib import Path
from urllib.parse import urlencode

import plotly
import streamlit as st
from plotly.offline import get_plotlyjs_version
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from experiments import Experiment, critical_points, surface_experiment, surface_query
from experiments.results.ground import ground_of
from experiments.setup.attention import LeftError
from experiments.setup.link import read_query
from experiments.setup.turns import once
from figures import heights_of, map_figure, relief_figure
from figures.packets.asked import nearest
from figures.packets.atlas import plan_of
from figures.packets.lens import lens_answer
from figures.packets.tiles import KINDS
from figures.style import COLORSCALE
from figures.surface import drawn_beside
from figures.thumbnails import picture, thumbnails
from landscapes import UNITS
from lessons import EXAMPLES, OPENING
from server.bundle import bundled
from server.crowd import House
from server.packing import Packed, accepted, pack
from server.pictures import Pictures
from server.pool import Pool
from server.questions import NOT_KEPT, refused, trouble
from server.stamp import ROOT, mark
from server.tiles import Tiles

STAGE = ROOT / "ui" / "stage"
PAGE_STYLE = ROOT / "ui" / "page.css"
VERSION = "0.1.0"
_FOREVER = "public, max-age=31536000, immutable"
STYLES = (  # of the stage, which travel as one file; later ones win
    "stage.css",
    "lesson/lesson.css",
    "panel/fine_slider.css",
    "strip/strip.css",
    "data/data.css",
    "inside/inside.css",
    "maps/maps.css",
    "maps/lines/line.css",
    "save/save.css",
    "present/present.css",
)
STYLE = "styles.css"
_FOREIGN, _NOTHING = "This is of another build.", "There is no such file."
BUNDLE = "bundle.js"
PARTS = {  # of the page that draw themselves, by the name under which the bundle exports their modules
    "stage": "stage.js",
    "numbers": "panel/numbers.js",
    "fold": "panel/fold.js",
    "schedule": "panel/schedule_picture.js",
    "gallery": "gallery/gallery.js",
}
_LOADER = """
const ready = import(new URL({url}, window.location.origin)).then(async ({{ {part} }}) => {{
  await {part}.load?.();
  return {part};
}});
export default function (component) {{
  let end = () => {{}};
  let ended = false;
  const failed = () => component.parentElement.append("This part of the page did not load. Load the page again.");
  ready.then((module) => {{ if (!ended) end = module.default(component) ?? end; }}, failed);
  return () => {{ ended = true; end(); }};
}}
"""
_COMPILED_AHEAD = b"//# allFunctionsCalledOnLoad\n"  # a hint for Chromium: compile all of the file on another thread
# while it comes in, not piece by piece where the page waits for it; other browsers read a comment
_LONGEST_QUERY = 4_000
_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}


@lru_cache(maxsize=1)
def _files() -> dict[str, Packed]:
    """Return the stage's files by their path below it; what is not among them cannot be asked for.

    Its modules are one of them (server.bundle), and so are its styles.
    """
    texts = {name: path.read_bytes() for name, path in stage_files().items()}
    modules = {name: text.decode() for name, text in texts.items() if name.endswith(".js")}
    files = {name: text for name, text in texts.items() if name not in modules and name not in STYLES}
    files |= {BUNDLE: bundled(modules, PARTS).encode(), STYLE: b"\n".join(texts[name] for name in STYLES)}
    return {name: pack(text) for name, text in files.items()}


def stage_files() -> dict[str, Path]:
    """Return the paths of the stage's files by their path below its folder."""
    paths = [path for path in sorted(STAGE.rglob("*")) if path.suffix in _TYPES]
    return {path.relative_to(STAGE).as_posix(): path for path in paths}


@lru_cache(maxsize=1)
def stamp() -> str:
    """Return a short mark of this build's files; every address carries it, so that all may be cached for ever."""
    return mark(ROOT)


def base() -> str:
    """Return the path that all of the project's own addresses start with."""
    prefix = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{prefix}/thalweg" if prefix else "/thalweg"


def file_url(name: str) -> str:
    """Return the address of one of the stage's files, by its path below their folder."""
    return f"{base()}/{stamp()}/stage/{name}"


def bundle_url() -> str:
    """Return the address of the stage's modules."""
    return file_url(BUNDLE)


def examples_url() -> str:
    """Return the address of the path of examples."""
    return f"{base()}/{stamp()}/examples"


def thumbnails_url() -> str:
    """Return the address of the surfaces' thumbnails."""
    return f"{base()}/{stamp()}/thumbnails"


def loader(part: str) -> str:
    """Return the script of one of PARTS: only this travels with its messages; the modules are fetched once and cached.

    Before it is drawn for the first time what its module needs is fetched (its load, where it has one).
    """
    return _LOADER.format(url=repr(bundle_url()), part=part)


def plotly_url() -> str:
    """Return the address of plotly.js, from the installed package."""
    return f"{base()}/plotly-{get_plotlyjs_version()}.min.js"


def picture_url(experiment: Experiment) -> str:
    """Return the address of an experiment's picture, as the stage first asks for it."""
    return f"{base()}/{stamp()}/picture?" + urlencode(experiment.to_query())


def surface_url(experiment: Experiment) -> str:
    """Return the address of the experiment's surface: all that it depends on stands in it."""
    return f"{base()}/{stamp()}/surface?" + urlencode(surface_query(experiment))


def plotly_file() -> Path:
    """Return the file of plotly.js, from the installed package."""
    return Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


@lru_cache(maxsize=1)
def _plotly() -> Packed:
    return pack(_COMPILED_AHEAD + plotly_file().read_bytes())


def _send(request: Request, packed: Packed, media: str) -> Response:
    headers = {"Cache-Control": _FOREVER, "Vary": "Accept-Encoding"}
    body, coding = packed.best(accepted(request.headers.get("accept-encoding", "")))
    return Response(body, media_type=media, headers=headers | ({"Content-Encoding": coding} if coding else {}))


def _of_this_build(serve: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Let serve answer only what carries this build's stamp: today's file is not what another build's address means."""

    def serve_own(request: Request) -> Response:
        return serve(request) if request.path_params["stamp"] == stamp() else refused(404, _FOREIGN)

    return serve_own


def _computed(pool: Pool, part: str, serve: Callable[[Request], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Let serve, which may compute, answer what carries this build's stamp, on one of the pool's threads.

    part: as a sentence begins with it, "The surface".
    """

    async def serve_computed(request: Request) -> Response:
        if request.path_params["stamp"] != stamp():
            return refused(404, _FOREIGN)
        try:
            return await pool.run("picture", serve, request, request)
        except (Exception, LeftError) as error:
            return trouble(part, error)

    return serve_computed


def _serve_plotly(request: Request) -> Response:
    if request.path_params["version"] != get_plotlyjs_version():
        return refused(404, _FOREIGN)
    return _send(request, _plotly(), "text/javascript")


def _serve_stage(request: Request) -> Response:
    name = request.path_params["name"]
    packed = _files().get(name)
    return refused(404, _NOTHING) if packed is None else _send(request, packed, _TYPES[Path(name).suffix])


def _serve_surface(request: Request) -> Response:
    body, packed = _surface(request.url.query)
    return _send(request, Packed(body, packed), "application/json")


@once(64)
def _surface(query: str) -> tuple[bytes, bytes]:
    """Return a surface's figures as JSON, plain and packed. Raises Refusal naming what is not allowed."""
    experiment = surface_experiment(read_query(query[:_LONGEST_QUERY]))
    surface, critical = ground_of(experiment), critical_points(experiment)
    heights = heights_of(experiment)
    bare = critical_points(experiment.replace(l1=0.0, l2=0.0)) if experiment.l1 or experiment.l2 else None
    figures = {
        "map": map_figure(surface, heights, critical, before=bare, **drawn_beside(experiment)).to_json(),
        "relief": relief_figure(surface, heights, critical).to_json(),
    }
    body = "{" + ",".join(f"{json.dumps(name)}:{text}" for name, text in figures.items())
    body += f',"colorscale":{json.dumps(COLORSCALE)}}}'
    return body.encode(), gzip.compress(body.encode(), 3)


def _serve_lens(request: Request) -> Response:
    return JSONResponse(lens_answer(request.url.query), headers=NOT_KEPT)


def _serve_plan(request: Request) -> Response:
    experiment = nearest(request.url.query, {}, OPENING.experiment)
    return JSONResponse(plan_of(experiment), headers=NOT_KEPT)


@lru_cache(maxsize=1)
def _thumbnails() -> Packed:
    return pack(thumbnails())


def _serve_thumbnails(request: Request) -> Response:
    return _send(request, _thumbnails(), "application/octet-stream")


def _serve_examples(request: Request) -> Response:
    """Answer with the path of examples; a browser does not keep it: a host's limits are in it."""
    path = [
        {
            "key": example.key,
            "group": example.group,
            "title": example.title,
            "observe": example.observe,
            "query": urlencode(example.experiment.to_query()),
        }
        for example in EXAMPLES
    ]
    return JSONResponse(path, headers=NOT_KEPT)


def _serve_licences(request: Request) -> Response:
    text = (Path(__file__).parent / "LICENCES.txt").read_text(encoding="utf-8")
    return PlainTextResponse(text)


def _serve_nothing(request: Request) -> Response:
    return refused(404, _NOTHING)


def routes(house: House, pool: Pool) -> list[Route]:
    """Return the routes that the server adds to Streamlit's."""
    here = base()
    pictures, tiles = Pictures(pool), Tiles(pool)

    def of_this_build(serve: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def serve_own(request: Request) -> Response:
            if request.path_params["stamp"] != stamp():
                return refused(409, _FOREIGN)
            return await serve(request)

        return serve_own

    def serve_health(request: Request) -> Response:
        packages = {name: installed(name) for name in ("streamlit", "jax", "optax", "plotly", "numpy")}
        told = {
            "status": "ok",
            "version": VERSION,
            "build": stamp(),
            "packages": packages,
            **house.told(),
            **pool.told(),
            **tiles.told(),
        }
        return JSONResponse(told, headers=NOT_KEPT)

    return [
        Route(f"{here}/plotly-{{version}}.min.js", _serve_plotly),
        Route(f"{here}/{{stamp}}/stage/{{name:path}}", _of_this_build(_serve_stage)),
        Route(f"{here}/{{stamp}}/examples", _of_this_build(_serve_examples)),
        Route(f"{here}/{{stamp}}/surface", _computed(pool, "The surface", _serve_surface)),
        Route(f"{here}/{{stamp}}/lens", _computed(pool, "The lens", _serve_lens)),
        Route(f"{here}/{{stamp}}/atlas", _computed(pool, "The map", _serve_plan)),
        Route(f"{here}/{{stamp}}/sketch", of_this_build(pictures.serve_sketch), methods=["POST"]),
        Route(f"{here}/{{stamp}}/picture", of_this_build(pictures.serve), methods=["GET", "POST"]),
        Route(f"{here}/{{stamp}}/document", of_this_build(pictures.serve_document), methods=["POST"]),
        Route(f"{here}/{{stamp}}/job/{{kind}}", of_this_build(pictures.serve_job), methods=["POST"]),
        Route(f"{here}/{{stamp}}/thumbnails", _computed(pool, "The thumbnails", _serve_thumbnails)),
        *(
            Route(f"{here}/{{stamp}}/{kind}/{{level}}/{{column}}/{{row}}", of_this_build(tiles.of(kind)))
            for kind in KINDS
        ),
        Route(f"{here}/health", serve_health),
        Route(f"{here}/licences", _serve_licences),
        Route(f"{here}/{{rest:path}}", _serve_nothing),  # not Streamlit's page
    ]


async def warm_gallery() -> None:
    """Make the thumbnails, so that nobody waits for them; one by one, so that a stop does not wait either."""
    for key in UNITS:
        await asyncio.to_thread(picture, key)
    await asyncio.to_thread(_thumbnails)


def warm(experiment: Experiment) -> None:
    """Make what the first visitor will fetch."""
    _plotly()
    _files()
    _surface(urlencode(surface_query(experiment)))
