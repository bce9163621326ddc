"""A file that lacks what its platform's posts have says so, before anybody wonders why nothing was found."""

from __future__ import annotations

from pathlib import Path

import pytest

import ingest

HEAD = "user_id,created_at,text,urls,platform\n"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["1,{at},,https://a.example/1,x"] * 5, "None of the 5 posts has a text, which posts on X"),
        (["1,{at},,https://a.example/1,tiktok"] * 5, None),  # videos need no text
        (["1,{at},,https://a.example/1,"] * 5, None),  # nobody knows what is usual there
        (["1,{at},hello,,x", *["1,{at},,,x"] * 4], "4 of 5 posts hold no text, link"),
        (["1,{at},hello,,x"] * 5 + ["1,{at},,,x"], None),
        (["1,{at},hello,,x"] * 2 + ["1,{at},,https://a.example/1,x"] * 3, None),
    ],
)
def test_what_is_missing_is_said(tmp_path: Path, rows: list[str], said: str | None) -> None:
    file = tmp_path / "posts.csv"
    file.write_text(HEAD + "\n".join(row.format(at=f"2024-01-01 10:{n:02d}:07") for n, row in enumerate(rows)), "utf-8")
    warnings = [w for w in ingest.read(file).sources["warnings"][0] if "posts" in w]
    assert [w.startswith(said or "") for w in warnings] == [True] * bool(said), warnings
