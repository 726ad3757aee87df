"""The arithmetic of the benchmarks: medians of rounds, percentiles, goals, and what counts as a change."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.columns import COLUMNS
from bench.compare import changes, joined, verdict
from bench.goals import judge
from bench.http_load import Load
from bench.http_rows import row_of
from bench.plots import draw
from bench.relevance_rows import judge as judge_answer
from bench.report import filled
from bench.results import Results, Row, percentile
from bench.tables import in_markdown, in_terminal, lines

FACTS = {
    "date": "2026-11-26 09:30 UTC",
    "commit": "abc1234",
    "changed": False,
    "minutes": 8.5,
    "load_before": 0.1,
    "processor": "a processor",
    "cores": 2,
    "memory_gib": 24,
    "python": "3.11.7",
    "sqlite": "3.40.1",
    "packages": {"flask": "3.1.3"},
    "engines": ["sqlite"],
}


def results(*rows: Row, scale: str = "regional") -> Results:
    return Results(scale, 2026, dict(FACTS), list(rows))


def searched(**values: float) -> Row:
    return Row("process", "sqlite", "search fragment", values)


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([3, 1, 2], 0.5, 2), ([1, 2, 3, 4], 0.5, 2), (list(range(1, 101)), 0.95, 95), ([7], 0.99, 7), ([1, 2], 1, 2)],
)
def test_a_percentile_is_the_smallest_value_that_enough_others_do_not_exceed(
    values: list[float], share: float, expected: float
) -> None:
    assert percentile(values, share) == expected


def test_a_share_is_the_median_of_the_ratios_of_each_round() -> None:
    """Not the ratio of the medians: a round in which the machine was slow slows both."""
    ours = [Load(1, [0.001] * many, 0.2) for many in (10, 100, 60)]
    hello = [Load(1, [0.001] * many, 0.2) for many in (20, 400, 100)]
    row = row_of("sqlite", "search fragment", ours, hello, 7.5)
    assert row.rounds["share"] == [0.5, 0.25, 0.6]
    assert (row.values["share"], row.values["rate"], row.values["kib"]) == (0.5, 60, 7.5)


def test_results_read_back_are_what_was_written(tmp_path: Path) -> None:
    written = results(Row.of_rounds("http", "sqlite", "home", {"share": [0.1, 0.3, 0.2]}, kib=12.5))
    written.goals = judge(results(searched(over_sql=1.9)), ["sqlite"])
    written.write(tmp_path / "results.json")
    assert Results.read(tmp_path / "results.json") == written
    assert written.value("http", "sqlite", "home", "share") == 0.2


@pytest.mark.parametrize(("measured", "expected"), [(1.9, (True, True)), (2.2, (False, True)), (2.6, (False, False))])
def test_a_goal_is_reached_by_its_aim_or_only_by_its_floor(measured: float, expected: tuple[bool, bool]) -> None:
    (goal,) = [one for one in judge(results(searched(over_sql=measured)), ["sqlite"]) if one["code"] == "G1"]
    assert (goal["reached"], goal["floor_reached"]) == expected


def test_growth_is_judged_on_points_of_one_run() -> None:
    points = [
        Row("growth", "sqlite", f"search fragment, {scale}", {"rows": 1, "p50": p50, "p95": p95, "max": 9})
        for scale, p50, p95 in (("regional", 1.0, 2.0), ("national", 1.4, 7.0))
    ]
    told = {goal["what"]: goal["reached"] for goal in judge(results(*points, scale="national"), ["sqlite"])}
    assert told == {"fragment p50, national ÷ regional": True, "fragment p95, national ÷ regional": False}


@pytest.mark.parametrize(
    ("column", "before", "after", "expected"),
    [
        ("share", 0.40, 0.35, "same"),
        ("share", 0.40, 0.33, "worse"),
        ("share", 0.40, 0.47, "better"),
        ("p95", 2.0, 2.5, "same"),
        ("p95", 2.0, 2.7, "worse"),
        ("p95", 0.1, 0.19, "same"),
        ("statements", 8, 9, "worse"),
        ("statements", 8, 8, "same"),
        ("recall", 0.99, 0.95, "worse"),
    ],
)
def test_a_change_is_one_when_it_is_more_than_noise(column: str, before: float, after: float, expected: str) -> None:
    assert verdict(COLUMNS[column], before, after) == expected


def test_only_what_both_runs_measured_is_compared() -> None:
    before = results(searched(p95=1.0, statements=4), Row("http", "sqlite", "gone", {"share": 0.5}))
    after = results(searched(p95=2.0, p99=9.0, statements=4), Row("http", "sqlite", "new", {"share": 0.1}))
    found = [(one.column.title, one.verdict) for one in changes(before, after)]
    assert found == [("p95 ms", "worse"), ("statements", "same")]


def test_what_a_run_did_not_measure_again_is_kept() -> None:
    before = results(searched(over_sql=1.5), searched(p95=9.0), Row("http", "postgresql", "home", {"share": 0.1}))
    after = results(searched(over_sql=3.0))
    kept = joined(before, after)
    assert kept.rows == [before.rows[2], after.rows[0]]
    assert [goal["measured"] for goal in kept.goals if goal["code"] == "G1"] == ["3.00"]
    assert kept.facts["engines"] == ["sqlite", "postgresql"]
    assert joined(before, results(*before.rows)).rows == before.rows, "nothing is left of what was measured again"


def test_a_table_leaves_out_the_columns_that_nobody_fills() -> None:
    table = lines("http", [Row("http", "sqlite", "hello", {"rate": 4567.8, "share": 1.0})])
    assert table == [["database", "request", "req/s", "÷ hello"], ["sqlite", "hello", "4,568", "100.0%"]]
    assert in_markdown(table).splitlines()[1] == "| --- | --- | ---: | ---: |"
    assert in_terminal(table).splitlines()[1] == "sqlite    hello    4,568   100.0%"


def test_a_report_writes_between_its_markers_and_nowhere_else() -> None:
    text = (
        "Before.\n<!-- bench: regional process -->\nold\n<!-- /bench -->\n"
        "Between.\n<!-- bench: national goals -->\n<!-- /bench -->\n"
    )
    written = filled(text, {"regional": results(searched(p95=1.25)), "national": None})
    assert "| sqlite | search fragment | 1.25 |" in written
    assert "old" not in written
    assert "Not measured yet at the scale `national`." in written
    assert filled(written, {"regional": results(searched(p95=1.25)), "national": None}) == written
    assert written.startswith("Before.\n")
    assert "\nBetween.\n" in written


def test_the_document_asks_for_tables_that_exist() -> None:
    document = (Path(__file__).parents[2] / "docs" / "performance.md").read_text()
    given = results(searched(p95=1.25))
    assert "a processor" in filled(document, {"regional": given, "national": given})


def test_a_plot_is_light_and_holds_a_curve_for_each_figure(tmp_path: Path) -> None:
    points = [
        Row("growth", "sqlite", f"{name}, {scale}", {"rows": rows, "p50": rows / 1e5, "p95": rows / 1e4, "max": 1})
        for name in ("search fragment", "FTS5 + bm25")
        for scale, rows in (("small", 10_000), ("regional", 90_000), ("national", 2_100_000))
    ]
    (path,) = draw(results(*points), tmp_path)
    drawn = path.read_text()
    assert len(drawn) < 8_000
    assert drawn.count('<path class="l ') == 8, "four curves, each with its legend"
    assert "prefers-color-scheme:dark" in drawn


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("abc", {"recall": 1.0, "mrr": 1.0, "first": 1.0, "fifth": 1.0}),
        ("xyb", {"recall": 0.5, "mrr": 1 / 3, "first": 0.0, "fifth": 1.0}),
        ("xyz", {"recall": 0.0, "mrr": 0.0, "first": 0.0, "fifth": 0.0}),
        ("xxxxxxxxxxa", {"recall": 0.0, "mrr": 1 / 11, "first": 0.0, "fifth": 0.0}),
    ],
)
def test_an_answer_is_judged_on_what_was_meant(given: str, expected: dict[str, float]) -> None:
    assert judge_answer([("unite", one) for one in given], {("unite", "a"), ("unite", "b")}) == expected
