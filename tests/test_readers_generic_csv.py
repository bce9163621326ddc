"""Any table: what its cells say, whose its columns are, and what is said where a column is not what its name promises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fixtures_files import Write
from fixtures_shared_cases import kinds, links

import ingest
from ingest import Tables
from ingest.errors import InputError, UsageError
from ingest.mapping.contract import Sample
from ingest.mapping.guess import guess

T1, T2, T3 = "2024-01-01 10:00:00", "2024-01-01 10:00:05", "2024-01-01 10:00:09"


def table(*rows: str) -> str:
    return "\n".join(rows) + "\n"


# header, one row, the fields that are found
HEADERS = [
    ("postId;userName;createdAt;fullText", f"1;anna;{T1};hello", "handle=userName time=createdAt text=fullText id=postId"),
    ("author.id;author.userName;text;date", f"1;anna;hi;{T1}", "account=author.id handle=author.userName time=date text=text"),
    ("user_id;user_name;user_screen_name;text;created_at", f"1;Anna A;anna;hi;{T1}", "handle=user_screen_name display_name=user_name"),
    ("user_id;user_name;text;created_at", f"1;Anna A;hi;{T1}", "account=user_id display_name=user_name"),
    ("id_str;from_user;from_user_id_str;text;created_at", f"1;anna;7;hi;{T1}", "account=from_user_id_str handle=from_user"),
    ("user;text;created_at;retweeted;favorited", f"anna;hi;{T1};True;True", "account=user time=created_at text=text -is_repost"),
    ("user_id;text;created_at;user_created_at", f"1;hi;{T1};2011-01-01", "time=created_at"),
    ("user_id;text;user_created_at;posted", f"1;hi;2011-01-01 10:00;{T1}", "-url"),
    ("mentions_user_id;text;created_at;author", f"7;hi;{T1};anna", "account=author -mentions"),
    ("user_id;text;created_at;location;url;protected", f"1;hi;{T1};Oslo;https://me.example;false", "-url -permalink"),
    ("user_id;text;created_at;user_urls;user_description", f"1;hi;{T1};https://me.example;me", "-url"),
    ("Autor;Benutzer-ID;Datum;Uhrzeit;Beitrag", "Anna;7;05.03.2024;10:00;Guten Tag", "account=Benutzer-ID time=Datum clock=Uhrzeit text=Beitrag"),
    ("Nom d’utilisateur;Date et heure;Publication;J'aime", "anna;05/03/2024 10:00;Bonjour à tous;4", "handle=Nom d’utilisateur text=Publication like_count=J'aime"),
    ("Usuario;Fecha;Hora;Contenido;Enlace", "anna;05/03/2024;10:00;Hola;https://a.example/1", "account=Usuario clock=Hora url=Enlace"),
    ("Utente;Data e ora;Testo;Mi piace", "anna;05/03/2024 10:00;Ciao;4", "account=Utente time=Data e ora like_count=Mi piace"),
    ("Usuário;Data;Horário;Conteúdo;Curtidas", "anna;05/03/2024;10:00;Olá;4", "account=Usuário clock=Horário text=Conteúdo like_count=Curtidas"),
    ("Gebruikersnaam;Datum en tijd;Bericht;Reacties", "anna;05-03-2024 10:00;Goede dag;4", "text=Bericht reply_count=Reacties"),
    ("Användare;Tidpunkt;Inlägg;Följare", "anna;2024-03-05 10:00;God dag;4", "account=Användare text=Inlägg followers=Följare"),
    ("Nazwa użytkownika;Data;Godzina;Treść", "anna;2024-03-05;10:00;Dzień dobry", "handle=Nazwa użytkownika clock=Godzina text=Treść"),
    ("Автор;Дата;Время;Текст;Комментарии", "anna;05.03.2024;10:00;Добрый день;4", "account=Автор clock=Время reply_count=Комментарии"),
    ("Ім'я користувача;Дата і час;Допис;Вподобання", "anna;05.03.2024 10:00;Добрий день;4", "text=Допис like_count=Вподобання"),
    ("user;date;Beitrag;text", f"anna;{T1};https://x.com/a/status/1;hello", "text=text"),
]  # fmt: skip


@pytest.mark.parametrize(("header", "row", "wanted"), HEADERS, ids=[header[:30] for header, _, _ in HEADERS])
def test_columns_are_found_by_names_and_values(header: str, row: str, wanted: str) -> None:
    found = guess(Sample("a.csv", "csv", tuple(header.split(";")), (tuple(row.split(";")),)))
    absent = [word[1:] for word in wanted.split() if word.startswith("-")]
    assert not set(absent) & set(found)
    for field, column in found.items():
        if f"{field}=" in wanted:
            assert f"{field}={column}" in wanted
    named = [word.partition("=")[0] for word in wanted.split() if "=" in word]
    assert set(named) <= set(found)


CELLS = table(
    "id,user,created_at,text,reply_to,mentions,hashtags",
    f"""1,"{{'username': 'anna', 'id': 11}}",{T1},None,,"[{{'screen_name': 'bert', 'id': '12'}}]","[{{'text': 'news'}}]\"""",
    f"""2,@bert,{T1},we go there,Replying to @anna and others,[],nan""",
    f"""3,carla,{T1},we go there,1,@anna @bert,c("one")""".replace('c("one")', '"c(""one"", ""two"")"'),
    f"4,This is a whole sentence which somebody wrote in the wrong column.,{T1},we go,1,,",
    f"""5,"[{{'username': 'anna'}}, {{'username': 'bert'}}]",{T1},we go there,,,""",
    f"""6,"User(username='dora', id=14)",{T1},we go,"[{{'screen_name': 'anna', 'id': '11'}}]",,""",
    f"7,https://x.com/emil,{T1},we go there,https://x.com/anna/status/1,,",
)


@pytest.fixture(scope="module")
def cells(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    path: Path = tmp_path_factory.mktemp("cells") / "a.csv"
    path.write_text(CELLS)
    return ingest.read(path)


def test_an_account_is_a_name_or_an_id(cells: Tables) -> None:
    uids = list(cells.posts.sort_values("raw_row")["account_uid"])
    assert uids == ["unknown:11", "unknown:@bert", "unknown:carla", "unknown:14", "x:@emil"]
    refused = cells.skipped[["row", "column", "reason"]].values.tolist()
    assert refused == [[row, "user", "The account is not one name or id."] for row in (5, 6)]
    assert cells.skipped["found"].str.startswith(("This is a whole sentence", "[{'username'")).all()


def test_a_reply_is_to_a_post(cells: Tables) -> None:
    assert links(cells, "reply") == [("3", "unknown:1"), ("7", "x:1")]
    assert kinds(cells) == ["original", "original", "reply", "reply", "reply"]
    told = " ".join(cells.sources["assumptions"].item())
    assert "Cells of reply_to that name no post, such as 'Replying to @anna and others': 1." in told
    assert "Cells of reply_to that say whose post it was, not which: 1." in told


def test_lists_and_records_are_read(cells: Tables) -> None:
    assert links(cells, "hashtag") == [("1", "news"), ("3", "one"), ("3", "two")]
    assert links(cells, "mention") == [("1", "unknown:@bert"), ("3", "unknown:@anna"), ("3", "unknown:@bert")]


def test_a_text_that_reads_none_is_kept_unless_the_file_writes_it_for_nothing(cells: Tables, write: Write) -> None:
    assert cells.posts.sort_values("raw_row")["text"].tolist()[0] == "None"
    other = write(table("user,created_at,text,reply_id", f"anna,{T1},None,None", f"bert,{T2},we are here,None"))
    read = ingest.read(other)
    assert read.posts["text"].isna().sum() == 1 and links(read, "reply") == []
    told = read.sources["assumptions"].item()
    assert "Cells that say None, which were read as empty: 2." in told
    assert "Texts or names that say None, which were read as empty because the file writes it for nothing: 1." in told


@pytest.mark.parametrize(
    "word", ["NA", "N/A", "<NA>", "nan", "NaN", "None", "null", "NULL", r"\N", "-", "[]", "{}", '""""""', " NA "]
)
def test_words_for_nothing(write: Write, word: str) -> None:
    row = f"1,7,{T1},we are here,{','.join([word] * 6)}"
    other = f"2,8,{T2},we are here,{','.join([word] * 6)}"
    header = "post_id,user_id,created_at,text,retweet_id,reply_to_id,quoted_id,hashtags,mentions,urls"
    tables = ingest.read(write(table(header, row, other)))
    assert kinds(tables) == ["original"] * 2
    assert set(tables.links["kind"]) <= {"text"}


def test_ids_in_formulas_of_a_spreadsheet(write: Write) -> None:
    content = table(
        "tweet_id,author_id,created_at,text,retweet_id",
        f'"=""1764900000007919018""","=""901""",{T1},hello,',
        f'"=""1764900000007919019""","=""902""",{T2},hello,"=""1764900000007919018"""',
    )
    tables = ingest.read(write(content))
    assert links(tables, "repost") == [("1764900000007919019", "unknown:1764900000007919018")]
    assert set(tables.accounts["native_id"]) == {"901", "902"}


OPAQUE = table(
    "account_id,created_at,url_id,hashtag_id,domain_id,phash_id",
    f"a,{T1},u1,12,d1,ffee",
    f"b,{T2},u1,12,d1,ffee",
)


def test_several_objects_a_row(write: Write) -> None:
    mapping = {"object": "url_id", "hashtag": "hashtag_id", "domain": "domain_id", "media": "phash_id"}
    tables = ingest.read(write(OPAQUE), mapping=mapping)
    found = tables.links.groupby("kind")["target_key"].agg(list).to_dict()
    assert found == {"object": ["u1"] * 2, "hashtag": ["id:12"] * 2, "domain": ["d1"] * 2, "media": ["ffee"] * 2}


def test_rt_makes_a_repost_on_x_and_nowhere_else(write: Write) -> None:
    rows = [f"{n},u{n},2024-01-01 10:00:0{n},RT @Anna: we go there" for n in (1, 2)]
    path = write(table("id,username,created_at,text", *rows))
    on_x, elsewhere = ingest.read(path, platform="x"), ingest.read(path, platform="telegram")
    assert kinds(on_x) == ["repost"] * 2 and kinds(elsewhere) == ["original"] * 2
    reposts = on_x.links[on_x.links["kind"] == "repost"]
    assert reposts["target_key"].nunique() == 1 and not reposts["resolved"].any()
    assert set(reposts["target_account_uid"]) == {"x:@anna"}
    assert "repost" not in set(elsewhere.links["kind"])


def test_a_retweet_with_an_id_keeps_it(write: Write) -> None:
    header = "id,username,created_at,text,retweet_id"
    tables = ingest.read(write(table(header, f"5,bert,{T1},RT @anna: hi,3", f"6,carl,{T2},hi all,")), platform="x")
    assert links(tables, "repost") == [("5", "x:3")]


def test_day_and_clock_in_two_columns(write: Write) -> None:
    content = table("Datum;Uhrzeit;Autor;Text", "05.03.2024;14:30:10;a;x", "13.03.2024;9:01;a;y", "14.03.2024;;a;z")
    tables = ingest.read(write(content), tz="Europe/Berlin")
    posts = tables.posts.set_index("text")
    assert posts["created_at"].astype(str).to_dict() == {
        "x": "2024-03-05 13:30:10+00:00",
        "y": "2024-03-13 08:01:00+00:00",
        "z": "2024-03-13 23:00:00+00:00",
    }
    assert posts["created_at_precision"].to_dict() == {"x": "s", "y": "min", "z": "day"}


def test_an_own_id_is_no_target(write: Write) -> None:
    """Some tools write the id of the retweet itself, or of the first post of a thread."""
    header = "id,user_id,created_at,text,retweet_id,parent_id"
    tables = ingest.read(write(table(header, f"5,1,{T1},hi,5,", f"6,1,{T2},hi,,6", f"7,1,{T3},hi,,6")))
    assert kinds(tables) == ["repost", "original", "reply"]
    assert links(tables, "repost", "reply") == [("7", "unknown:6")]


def test_what_does_not_fit_is_shown(write: Write) -> None:
    with pytest.raises(InputError) as caught:
        ingest.read(write(table("user,date,text", "anna,3h,hello", "bert,2 d,hello")))
    error = caught.value
    assert "The column date is called like the time, but holds '3h'" in str(error)
    assert "--map" not in str(error) and "No column holds values that can be the time." in str(error)


def test_the_example_names_no_column_that_cannot_be_it(write: Write) -> None:
    content = table("nr,wann,was,wer", f"1,{T1},we are all here,anna", f"2,{T2},we are all there,bert")
    with pytest.raises(InputError, match="--map ") as caught:
        ingest.read(write(content))
    mapping = dict(pair.split("=") for pair in str(caught.value).partition("--map ")[2].split(","))
    assert mapping["time"] == "wann" and mapping["text"] in ("was", "wer")
    with pytest.raises(UsageError, match="knows no field 'wo'"):
        ingest.read(write(content), mapping={"wo": "wer"})


def test_what_is_left_over_is_kept(write: Write) -> None:
    tables = ingest.read(write(table("user,created_at,text,mood,user.url", f"anna,{T1},hi,glad,https://me.example")))
    assert json.loads(tables.posts["extra"].item()) == {"mood": "glad", "user.url": "https://me.example"}


def test_a_word_for_nothing_in_two_rows_is_no_person(write: Write) -> None:
    """One NA may be somebody's name; two rows of it would make one person of two."""
    header = "account,created_at,text"
    one, two = (write(table(header, *[f"NA,{T1},hi"] * n, f"anna,{T2},hi")) for n in (1, 2))
    assert two == one  # the second is written over the first
    tables = ingest.read(two)
    assert (
        set(tables.accounts["native_id"]) == {"anna"} and list(tables.skipped["reason"]) == ["There is no account."] * 2
    )


def test_mentions_of_python_objects(write: Write) -> None:
    header = "id,username,created_at,text,mentionedUsers"
    users = "[User(username='bert', id=12, description=None), User(username='carl', id=13)]"
    tables = ingest.read(write(table(header, f'1,anna,{T1},hi,"{users}"', f"2,anna,{T2},hi,{{'id'=;}}")))
    assert links(tables, "mention") == [("1", "unknown:@bert"), ("1", "unknown:@carl")]
    assert "Cells of mentionedUsers that name no account" in " ".join(tables.sources["assumptions"].item())


@pytest.mark.parametrize(
    ("cell", "likes"), [("1,2 mil", 1200), ("3 Mio.", 3_000_000), ("1.234", 1234), ("1,2 тыс.", 1200), ("2,5K", 2500)]
)
def test_counts_as_people_write_them(write: Write, cell: str, likes: int) -> None:
    tables = ingest.read(write(table("user;created_at;text;likes", f"anna;{T1};hi;{cell}")))
    assert tables.posts["like_count"].item() == likes


def test_a_field_or_column_that_is_none_is_refused_also_where_all_could_be_guessed(write: Write) -> None:
    file = write(table("account,time,text", f"ann,{T1},hello there"))
    for mapping, said in (
        ({"acount": "account"}, "no field 'acount'. Did you mean 'account'"),
        ({"time": "tme"}, "'tme'"),
    ):
        with pytest.raises(UsageError, match=said):
            ingest.read(file, mapping=mapping)
