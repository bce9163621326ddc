"""Labels of accounts: what is used, and what is listed with its row and reason."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fictional_tables import MADE

from graph.case.load import load
from graph.labels.given import BY_READER, labels_of_sources, read_labels
from graph.stores import open_case
from graph.stores.base import Store
from ingest.errors import InputError, UsageError
from ingest.readers import READERS

POSTS = """platform,post_id,account_id,username,created_at,url
x,1,11,Ann,2024-03-05T10:00:00Z,https://a.example/1
x,2,12,Ben,2024-03-05T10:00:01Z,https://a.example/1
telegram,3,11,Cem,2024-03-05T10:00:02Z,https://a.example/1
telegram,4,=cmd,Dora,2024-03-05T10:00:03Z,https://a.example/1
"""


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Store]:
    (tmp_path / "posts.csv").write_text(POSTS)
    with closing(open_case(str(tmp_path / "case"), create=True)) as store:
        assert [outcome.error for outcome in load(store, [tmp_path / "posts.csv"])] == [None]
        yield store


@pytest.mark.parametrize(
    ("rows", "used", "refused"),
    [
        ("account,label\nx:11,io\ntelegram:11,control\n", {"x:11": "io", "telegram:11": "control"}, []),
        ("Author_ID;Cat\n12;io\n", {"x:12": "io"}, []),
        ("account\tlabel\n12\tio\n@ben\tIO\n", {"x:12": "io"}, []),
        ("account,label,platform\n11,io,X\n11,control,telegram\n", {"x:11": "io", "telegram:11": "control"}, []),
        ("account,label\n12,io\n11,io\n", {"x:12": "io"}, [(3, "2 accounts have this name (telegram:11, x:11)")]),
        ("account,label\n12,io\nnobody,io\n", {"x:12": "io"}, [(3, "The case has no such account. Found 'nobody'")]),
        ("account,label,platform\n12,io,\n12,io,vk\n", {"x:12": "io"}, [(3, "no such account on vk")]),
        ("account,label\n12,io\n,io\nx:11, \n", {"x:12": "io"}, [(3, "names no account"), (4, "gives no label")]),
        ("account,label\n12,io\nx:11,io\n@ann,control\n", {"x:12": "io"}, [(4, "'io' in row 3 and 'control' in row 4; none is used")]),
        ("account,label\n12,io\n=cmd,control\n", {"x:12": "io", "telegram:=cmd": "control"}, []),
    ],
)  # fmt: skip
def test_good_rows_are_used_and_the_others_listed(
    case: Store, tmp_path: Path, rows: str, used: dict[str, str], refused: list[tuple[int, str]]
) -> None:
    (tmp_path / "labels.csv").write_text("\ufeff" + rows, encoding="utf-8")
    labels = read_labels(case, tmp_path / "labels.csv")
    assert labels.of == used
    assert [error.row for error in labels.refused] == [row for row, _ in refused]
    for error, (_, words) in zip(labels.refused, refused, strict=True):
        assert words in str(error) and "labels.csv, row" in str(error)


def test_rows_that_repeat_a_label_are_counted(case: Store, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("account,label\n12,io\n" + "12,io\n" * 7)
    labels = read_labels(case, tmp_path / "labels.csv")
    assert list(labels.sentences()) == ["7 rows repeat a label that was given before: row 3, 4, 5, 6, 7 and others."]


def test_many_bad_rows_are_not_all_printed(case: Store, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("account,label\n12,io\n" + "".join(f"n{row},io\n" for row in range(50)))
    said = list(read_labels(case, tmp_path / "labels.csv").sentences(shown=3))
    assert len(said) == 4 and said[-1] == "47 more rows were not used."


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "It has no rows"),
        ("name,kind\nann,io\n", "no column account and no column label.*name, kind.*Accepted: the columns account and label"),
        ("account,label\nnobody,io\n", "No row labels an account of this case.*row 2"),
        (b"account,label\n\xff\xfe,io\n", "cannot be read as a CSV"),
    ],
)  # fmt: skip
def test_a_file_without_labels_says_what_is_accepted(
    case: Store, tmp_path: Path, content: str | bytes, words: str
) -> None:
    (tmp_path / "labels.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(InputError, match=words):
        read_labels(case, tmp_path / "labels.csv")


def test_ordinary_labels_are_known_or_named(case: Store, tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("account,label\nx:11,Team A\n12,Control\n=cmd,fans\n")
    assert read_labels(case, tmp_path / "labels.csv").campaign == {"x:11", "telegram:=cmd"}
    assert read_labels(case, tmp_path / "labels.csv", ["fans", "control"]).campaign == {"x:11"}
    with pytest.raises(UsageError, match=r"No account has the label 'fnas'.*fans"):
        read_labels(case, tmp_path / "labels.csv", ["fnas"])


def test_files_of_an_operation_and_its_controls_are_labels_themselves(case: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--labels"):
        labels_of_sources(case)
    operation, control = (
        next(made for made in MADE if made.reader == name) for name in ("x_io_archive", "x_io_control")
    )
    files = [operation.write(tmp_path), control.write(tmp_path)]
    with closing(open_case(str(tmp_path / "both"), create=True)) as store:
        assert [outcome.error for outcome in load(store, files)] == [None, None]
        labels = labels_of_sources(store)
        assert sorted(set(labels.of.values())) == ["control", "operation"]
    assert labels.of["x:aB+/c="] == "operation" and labels.of["x:11"] == "control"
    (both,) = labels.refused
    assert "x:12" in str(both) and "x:12" not in labels.of, "ben is in both files"
    assert set(BY_READER) <= {reader.name for reader in READERS} and labels.ordinary == {"control"}
