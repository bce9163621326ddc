"""Every Cypher statement, named. Data travels in parameters only.

Labels, relationship types and property names cannot be parameters; where a statement is put together here, it is from the
fixed tables of this module and the columns of ``ingest.tables`` and ``graph.schema``, never from anything read in a file.

Every node carries ``case``; every statement asks for it, so that cases in one database never mix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from graph.schema import GROUPS, LAYERS, MEMBERS, TIES
from ingest.tables import ACCOUNTS, LINKS, POSTS, SKIPPED, SOURCES, TIME

KEYS: dict[str, tuple[str, ...]] = {  # label -> what makes a node of it one of a kind
    "LsCase": ("case",),
    "LsLock": ("case",),
    "LsSource": ("case", "id"),
    "LsAccount": ("case", "uid"),
    "LsPost": ("case", "uid"),
    "LsChannel": ("case", "uid"),
    "LsUrl": ("case", "key"),
    "LsHashtag": ("case", "key"),
    "LsMedia": ("case", "key"),
    "LsObject": ("case", "kind", "key"),
    "LsDomain": ("case", "name"),
    "LsRun": ("case", "id"),
    "LsGroup": ("case", "id"),
    "LsVerdict": ("case", "id"),
    "LsNote": ("case", "id"),
}

LOOSE = ("LsSkipped", "LsLayer", "LsRunRows", "LsUnsettled")  # labels without such a key
INDEXES: tuple[tuple[str, str, tuple[str, ...]], ...] = (  # name, pattern, properties
    ("", "(n:LsPost)", ("created_at",)),
    ("", "(n:LsPost)", ("platform",)),
    ("", "(n:LsAccount)", ("handle_key",)),
    ("", "(n:LsAccount)", ("case", "code")),
    ("lockstep_tied_run", "()-[n:TIED]-()", ("run",)),
    ("lockstep_member_of_run", "()-[n:MEMBER_OF]-()", ("run",)),
    ("", "(n:LsLayer)", ("case", "run")),
    ("", "(n:LsRunRows)", ("case", "run")),
    ("", "(n:LsUnsettled)", ("case",)),
)
SCHEMA: tuple[str, ...] = (  # what is on labels of our own needs no name, which somebody else's constraint could have
    *(
        f"CREATE CONSTRAINT IF NOT EXISTS FOR (n:{label}) REQUIRE ({', '.join('n.' + key for key in keys)}) IS UNIQUE"
        for label, keys in KEYS.items()
    ),
    *(
        f"CREATE INDEX {name} IF NOT EXISTS FOR {pattern} ON ({', '.join('n.' + key for key in keys)})"
        for name, pattern, keys in INDEXES
    ),
)
OWN_CONSTRAINTS = (
    "SHOW CONSTRAINTS YIELD name, labelsOrTypes AS labels WHERE any(l IN labels WHERE l IN $labels) RETURN name"
)
OWN_INDEXES = (
    "SHOW INDEXES YIELD name, labelsOrTypes AS labels, owningConstraint AS owner"
    " WHERE owner IS NULL AND (any(l IN labels WHERE l IN $labels) OR name IN $names) RETURN name"
)
DROP_CONSTRAINT, DROP_INDEX = "DROP CONSTRAINT $name IF EXISTS", "DROP INDEX $name IF EXISTS"
AWAIT_INDEXES = "CALL db.awaitIndexes(300)"


@dataclass(frozen=True)
class LinkType:
    """The place of one kind of link in the graph."""

    kind: str
    type: str
    label: str
    key: str
    node: str


def _link_types() -> dict[str, LinkType]:
    posts, accounts = "(t:LsPost {case: $case, uid: r[1]})", "(t:LsAccount {case: $case, uid: r[1]})"
    thing = "(t:LsObject {{case: $case, kind: '{}', key: r[1]}})"
    rows = (
        LinkType("repost", "REPOST_OF", "LsPost", "uid", posts),
        LinkType("reply", "REPLY_TO", "LsPost", "uid", posts),
        LinkType("quote", "QUOTES", "LsPost", "uid", posts),
        LinkType("mention", "MENTIONS", "LsAccount", "uid", accounts),
        LinkType("url", "LINKS_TO", "LsUrl", "key", "(t:LsUrl {case: $case, key: r[1]})"),
        LinkType("domain", "LINKS_TO_DOMAIN", "LsDomain", "name", "(t:LsDomain {case: $case, name: r[1]})"),
        LinkType("hashtag", "TAGGED", "LsHashtag", "key", "(t:LsHashtag {case: $case, key: r[1]})"),
        LinkType("media", "HAS_MEDIA", "LsMedia", "key", "(t:LsMedia {case: $case, key: r[1]})"),
        LinkType("text", "HAS_TEXT", "LsObject", "key", thing.format("text")),
        LinkType("track", "HAS_TRACK", "LsObject", "key", thing.format("track")),
        LinkType("object", "HAS_OBJECT", "LsObject", "key", thing.format("object")),
    )
    return {row.kind: row for row in rows}


LINK_TYPES = _link_types()
NOWHERE = "POINTS_NOWHERE"  # a link whose target the file does not name: the kind stands on the relationship
ALL_LINK_TYPES = "|".join([row.type for row in LINK_TYPES.values()] + [NOWHERE])


def stored(value: str, kind: pa.DataType) -> str:
    """The expression that makes a property of a parameter's value: times come as microseconds since 1970."""
    if kind != TIME:
        return value
    # Not datetime({epochSeconds: ...}): times before 1970 would need a negative nanosecond.
    at = f"datetime({{epochMillis: 0}}) + duration({{microseconds: {value}}})"
    return f"CASE WHEN {value} IS NOT NULL THEN {at} END"


def shown(value: str, kind: pa.DataType) -> str:
    """The expression that reads a property: times as microseconds since 1970, which is far quicker than as objects."""
    return f"{value}.epochSeconds * 1000000 + {value}.microsecond" if kind == TIME else value


def _set(target: str, columns: Sequence[str], schema: pa.Schema, first: int) -> str:
    """``p.kind = r[3], ...`` for rows sent as lists."""
    return ", ".join(
        f"{target}.{name} = {stored(f'r[{first + i}]', schema.field(name).type)}" for i, name in enumerate(columns)
    )


def _get(source: str, columns: Sequence[str], schema: pa.Schema) -> str:
    return ", ".join(shown(f"{source}.{name}", schema.field(name).type) for name in columns)


# --- the case itself -------------------------------------------------------------------------------------------------

CASES = "MATCH (c:LsCase) RETURN c.case AS name ORDER BY name"
DATABASES = "SHOW DATABASES YIELD name WHERE name <> 'system' RETURN name ORDER BY name"
CREATE_CASE = (
    "MERGE (c:LsCase {case: $case}) ON CREATE SET c.created_at = $now, c.format = $format, c.codes = 0, c.codes_settled = true,"
    " c.loads = 0, c.runs = 0, c.notes = 0 MERGE (:LsLock {case: $case})"
)
CASE = (
    "MATCH (c:LsCase {case: $case}) RETURN c.created_at AS created_at, c.format AS format,"
    " c.key_fingerprint AS key_fingerprint, c.unfinished AS unfinished, c.codes AS codes,"
    " coalesce(c.codes_settled, false) AS codes_settled"
)
SUMMARY = (
    "MATCH (c:LsCase {case: $case})"
    " RETURN c.summary_of AS of, c.summary AS counts, c.summary_days AS days, c.loads AS loads"
)
KEEP_SUMMARY = "MATCH (c:LsCase {case: $case}) SET c.summary_of = $of, c.summary = $counts, c.summary_days = $days"
SET_UNFINISHED = (  # codes come before the accounts that have them
    "MATCH (c:LsCase {case: $case}) SET c.unfinished = $source, c.codes_settled = c.codes_settled AND $source IS NOT NULL"
)
SET_KEY_FINGERPRINT = "MATCH (c:LsCase {case: $case}) SET c.key_fingerprint = $fingerprint"
DROP_CASE = tuple(  # all but the case itself, which is there until everything else is gone
    f"MATCH (n:{label}) WHERE n.case = $case CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF 10000 ROWS"
    for label in [*list(KEYS)[2:], *LOOSE]
)
DROP_LAST = "MATCH (l:LsLock {case: $case}) DETACH DELETE l WITH count(l) AS locks MATCH (c:LsCase {case: $case}) DETACH DELETE c"
LOCK = "MATCH (l:LsLock {case: $case}) SET l.taken = coalesce(l.taken, 0) + 1"
ALIVE = "RETURN 1"

# --- sources ---------------------------------------------------------------------------------------------------------

_SOURCE_COLUMNS = [name for name in SOURCES.names if name != "source_id"]
SOURCE_LIST = (
    "MATCH (s:LsSource {case: $case}) WITH s ORDER BY s.place, s.n"
    f" RETURN s.n AS n, s.state AS state, [s.id, {_get('s', _SOURCE_COLUMNS, SOURCES)}] AS row"
)
BEGIN_SOURCE = (
    "MATCH (c:LsCase {case: $case}) SET c.loads = c.loads + 1"
    " CREATE (s:LsSource {case: $case, id: 'loading ' + toString(c.loads), n: c.loads, state: 'loading'}) RETURN s.n AS n"
)
SOURCE_PLACE = "MATCH (s:LsSource {case: $case, id: $id}) RETURN s.place AS place"
RETIRE_SOURCE = (
    "MATCH (s:LsSource {case: $case, id: $id}) SET s.state = 'leaving', s.id = 'left ' + toString(s.n)"
    " RETURN s.n AS n, s.place AS place"
)
FINISH_SOURCE = (
    "MATCH (c:LsCase {case: $case}) MATCH (s:LsSource {case: $case, n: $n, state: 'loading'}) WITH c, s, $row AS r"
    " SET s.state = 'settling', s.id = r[0], s.place = $place, c.codes = $codes,"
    f" {_set('s', _SOURCE_COLUMNS, SOURCES, 1)} RETURN s.n AS n"
)
SETTLED_SOURCES = "MATCH (s:LsSource {case: $case, state: 'settling'}) SET s.state = 'ready'"
DROP_SOURCE = "MATCH (s:LsSource {case: $case, n: $n}) DETACH DELETE s"
WRITE_SKIPPED = (
    "MATCH (s:LsSource {case: $case, n: $n}) UNWIND $rows AS r CREATE (k:LsSkipped {case: $case, i: r[0]})-[:IN_FILE]->(s)"
    f" SET {_set('k', SKIPPED.names[1:], SKIPPED, 1)}"
)
READ_SKIPPED = (
    "MATCH (s:LsSource {case: $case, n: $n})<-[:IN_FILE]-(k:LsSkipped) WHERE k.i > $after WITH s, k ORDER BY k.i LIMIT $limit"
    f" RETURN max(k.i) AS last, collect([s.id, {_get('k', SKIPPED.names[1:], SKIPPED)}]) AS rows"
)
COUNT_SKIPPED = "MATCH (s:LsSource {case: $case})<-[:IN_FILE]-(k:LsSkipped) WHERE s.n IN $ready RETURN count(k) AS rows"


# --- accounts and posts: what sources say of them --------------------------------------------------------------------


@dataclass(frozen=True)
class Spoken:
    """A kind of node that sources speak of: its label and the columns they may fill."""

    label: str
    uid: str
    schema: pa.Schema
    columns: tuple[str, ...]


ACCOUNT = Spoken(
    "LsAccount",
    "account_uid",
    ACCOUNTS,
    tuple(name for name in ACCOUNTS.names if name not in ("account_uid", "code", "source_ids")),
)
POST = Spoken("LsPost", "post_uid", POSTS, tuple(name for name in POSTS.names if name not in ("post_uid", "source_id")))
SPOKEN = {"accounts": ACCOUNT, "posts": POST}


def known(kind: Spoken) -> str:
    """Those of these uids that a source has already, and those that are there at all."""
    return (
        f"UNWIND $uids AS uid MATCH (p:{kind.label} {{case: $case, uid: uid}})"
        " RETURN collect(CASE WHEN p.n IS NOT NULL OR p.several THEN uid END) AS spoken, collect(uid) AS there"
    )


def write_first(kind: Spoken, columns: Sequence[str], *, there: bool) -> str:
    """Rows nobody has spoken of: the node holds the values, and who posted is put beside. Row: uid, i, columns.

    ``there`` are nodes that something points at; making the others, rather than merging them, saves looking for each again.
    """
    author = f"r[{2 + list(columns).index('account_uid')}]" if kind is POST and "account_uid" in columns else ""
    at = stored(f"r[{2 + list(columns).index('created_at')}]", TIME) if "created_at" in columns else "null"
    posted = (
        f" WITH p, r WHERE {author} IS NOT NULL MERGE (a:LsAccount {{case: $case, uid: {author}}})"
        f" ON CREATE SET a.stub = true CREATE (a)-[:POSTED {{at: {at}}}]->(p)"
    )
    return (
        f"MATCH (s:LsSource {{case: $case, n: $n}}) UNWIND $rows AS r {'MATCH' if there else 'CREATE'}"
        f" (p:{kind.label} {{case: $case, uid: r[0]}})"
        f" SET {', '.join(filter(None, ['p.stub = null, p.n = $n', _set('p', columns, kind.schema, 2)]))}"
        " CREATE (p)-[:FROM {n: $n, i: r[1], row: " + _row(columns) + "}]->(s)" + (posted if author else "")
    )


def write_again(kind: Spoken, columns: Sequence[str]) -> str:
    """Rows of nodes already spoken of: the values stay with the source until it is finished."""
    return (
        "MATCH (s:LsSource {case: $case, n: $n}) UNWIND $rows AS r"
        f" MATCH (p:{kind.label} {{case: $case, uid: r[0]}})"
        " SET p:LsUnsettled, p.several = true"
        " CREATE (p)-[f:FROM {n: $n, i: r[1], row: " + _row(columns) + "}]->(s)"
        f" SET {', '.join(filter(None, ['f.said = true', _set('f', columns, kind.schema, 2)]))}"
    )


def _row(columns: Sequence[str]) -> str:
    return f"r[{2 + list(columns).index('raw_row')}]" if "raw_row" in columns else "null"


def fix_words(kind: Spoken) -> str:
    """Before a node's values change, what they were goes to the source that said them."""
    return (
        f"UNWIND $uids AS uid MATCH (p:{kind.label} {{case: $case, uid: uid}})-[f:FROM]->(:LsSource)"
        " WHERE f.said IS NULL AND f.bare IS NULL"
        f" SET f.said = true, {', '.join(f'f.{name} = p.{name}' for name in kind.columns)}"
    )


def words(kind: Spoken) -> str:
    """Rows of each source on these uids: uid, n, i, code, columns."""
    return (
        f"UNWIND $uids AS uid MATCH (p:{kind.label} {{case: $case, uid: uid}})-[f:FROM]->(:LsSource)"
        " WHERE f.n IN $ready AND f.bare IS NULL WITH p, f, CASE WHEN f.said THEN f ELSE p END AS v"
        f" RETURN collect([p.uid, f.n, f.i, p.code, {_get('v', kind.columns, kind.schema)}]) AS rows"
    )


def settle_several(kind: Spoken) -> str:
    """Resolved values onto nodes that several sources speak of. Row: uid, columns."""
    return (
        f"UNWIND $rows AS r MATCH (p:{kind.label} {{case: $case, uid: r[0]}}) REMOVE p:LsUnsettled"
        f" SET p.n = null, {_set('p', kind.columns, kind.schema, 1)}"
    )


def settle_alone(kind: Spoken) -> str:
    """Nodes of which one source is left to speak: as if it had always been alone."""
    return (
        f"UNWIND $uids AS uid MATCH (p:{kind.label} {{case: $case, uid: uid}})-[f:FROM]->(:LsSource)"
        f" WHERE f.bare IS NULL SET p.n = f.n, {', '.join(f'p.{name} = f.{name}' for name in kind.columns)}"
        " REMOVE p:LsUnsettled, p.several SET f = {n: f.n, i: f.i, row: f.row}"
    )


def settle_silent(kind: Spoken) -> str:
    """Nodes nobody speaks of any more: what is left is that something points at them."""
    gone = ", ".join(f"p.{name} = null" for name in kind.columns)
    return (
        f"UNWIND $uids AS uid MATCH (p:{kind.label} {{case: $case, uid: uid}})"
        f" SET p.n = null, p.several = null, p.stub = true, {gone} REMOVE p:LsUnsettled"
    )


def unsettled(kind: Spoken) -> str:
    """Nodes whose values may not be what their sources say together."""
    return f"MATCH (p:LsUnsettled {{case: $case}}) WHERE p:{kind.label} RETURN p.uid AS uid ORDER BY uid LIMIT $limit"


def page(kind: Spoken, columns: Sequence[str], *, by_uid: bool) -> str:
    """A page of nodes in the order of their uids, one row a node, all rows in one record.

    One record a page because the driver's work per record, not the server's, is what bounds reading.
    """
    cells = ", ".join(
        ["p.uid", "p.n", "p.code", *(shown(f"p.{name}", kind.schema.field(name).type) for name in columns)]
    )
    return (
        f"{_head(kind.label, by_uid=by_uid)}"
        " RETURN max(p.uid) AS last, count(p) AS nodes,"
        " collect(CASE WHEN p.several THEN p.uid END) AS several,"
        f" collect(CASE WHEN p.several IS NULL AND p.n IN $ready{_narrow(kind)} THEN [{cells}] END) AS rows"
    )


def _head(label: str, *, by_uid: bool) -> str:
    if by_uid:
        return f"UNWIND $uids AS uid MATCH (p:{label} {{case: $case, uid: uid}}) WITH p ORDER BY p.uid"
    return f"MATCH (p:{label}) WHERE p.case = $case AND p.uid > $after WITH p ORDER BY p.uid LIMIT $limit"


def _narrow(kind: Spoken) -> str:
    if kind is ACCOUNT:
        return ""
    return (
        " AND ($start IS NULL OR p.created_at >= $start) AND ($end IS NULL OR p.created_at < $end)"
        " AND ($platforms IS NULL OR p.platform IN $platforms) AND ($accounts IS NULL OR p.account_uid IN $accounts)"
        " AND ($without IS NULL OR p.account_uid IS NULL OR NOT p.account_uid IN $without)"
    )


def several(kind: Spoken) -> str:
    """Uids of nodes that several rows speak of."""
    return f"MATCH (p:{kind.label} {{case: $case}}) WHERE p.several RETURN collect(p.uid) AS uids"


def count_alone(kind: Spoken) -> str:
    """Nodes that one finished source speaks of."""
    return (
        f"MATCH (p:{kind.label}) WHERE p.case = $case AND p.uid > '' AND p.several IS NULL AND p.n IN $ready"
        " RETURN count(p) AS nodes"
    )


def count_several(kind: Spoken) -> str:
    """Nodes that several rows speak of, at least one of them in a finished source."""
    return (
        f"MATCH (p:{kind.label} {{case: $case}}) WHERE p.several"
        " AND EXISTS { MATCH (p)-[f:FROM]->(:LsSource) WHERE f.n IN $ready AND f.bare IS NULL } RETURN count(p) AS nodes"
    )


CODES = "UNWIND $rows AS r MATCH (a:LsAccount {case: $case, uid: r[0]}) SET a.code = r[1]"
UNCODED = (
    "UNWIND $uids AS uid MATCH (a:LsAccount {case: $case, uid: uid}) WHERE a.code IS NULL RETURN collect(uid) AS uids"
)
ALL_CODES = (
    "MATCH (c:LsCase {case: $case}) MATCH (a:LsAccount) WHERE a.case = $case AND a.code > $after AND a.code <= c.codes"
    " WITH a ORDER BY a.code LIMIT $limit RETURN max(a.code) AS last, collect([a.uid, a.code]) AS rows"
)
KEEP_CODES = (
    "UNWIND $rows AS r MERGE (a:LsAccount {case: $case, uid: r[0]}) ON CREATE SET a.stub = true"
    " WITH a, r WHERE a.code IS NULL SET a.code = r[1]"
)
RAISE_CODES = "MATCH (c:LsCase {case: $case}) SET c.codes = CASE WHEN c.codes < $codes THEN $codes ELSE c.codes END"
FORGET_CODES = "MATCH (a:LsAccount) WHERE a.case = $case AND a.code > $codes SET a.code = null"
ACCOUNTS_LEFT = (  # nothing is left of them but a code
    "MATCH (a:LsAccount) WHERE a.case = $case AND a.uid > '' AND a.stub AND a.code IS NOT NULL AND NOT a.uid STARTS WITH $mark"
    " AND NOT EXISTS { (a)--() } RETURN collect(a.uid) AS uids"
)
ANY_LEFT = "MATCH (a:LsAccount) WHERE a.case = $case AND a.uid STARTS WITH $mark RETURN a.uid AS uid LIMIT 1"
ACCOUNTS_THERE = "UNWIND $uids AS uid MATCH (a:LsAccount {case: $case, uid: uid}) RETURN collect(uid) AS uids"
KEEP_CODE_OF_LEFT = (
    "UNWIND $rows AS r MATCH (a:LsAccount {case: $case, uid: r[0]})"
    " SET a = {case: $case, uid: r[1], code: a.code, stub: true}"
)
GIVE_CODE_BACK = (
    "UNWIND $rows AS r MATCH (k:LsAccount {case: $case, uid: r[1]}) MATCH (a:LsAccount {case: $case, uid: r[0]})"
    " SET a.code = k.code DETACH DELETE k"
)
CODES_SETTLED = "MATCH (c:LsCase {case: $case}) SET c.codes_settled = $settled"
NAMED_ACCOUNTS = (  # each part by its own index
    "CALL () { UNWIND $names AS name MATCH (a:LsAccount {case: $case, uid: name}) RETURN a"
    " UNION UNWIND $codes AS code MATCH (a:LsAccount {case: $case, code: code}) RETURN a"
    " UNION UNWIND $handles AS handle MATCH (a:LsAccount {handle_key: handle}) WHERE a.case = $case RETURN a }"
    " RETURN collect(a.uid) AS uids"
)
DAYS_ALONE = (
    "MATCH (p:LsPost) WHERE p.case = $case AND p.uid > '' AND p.several IS NULL AND p.n IN $ready"
    " AND p.created_at IS NOT NULL"
    " WITH p.n AS n, p.platform AS platform, date(p.created_at) AS day, count(p) AS posts"
    " RETURN n, platform, (day.year * 100 + day.month) * 100 + day.day AS day, posts"
)

# --- who posted, and where -------------------------------------------------------------------------------------------

POSTED = (
    "UNWIND $rows AS r MATCH (p:LsPost {case: $case, uid: r[0]})"
    " MERGE (a:LsAccount {case: $case, uid: r[1]}) ON CREATE SET a.stub = true"
    " CREATE (a)-[:POSTED {at: p.created_at}]->(p)"
)
IN_CHANNEL = (
    "UNWIND $rows AS r MATCH (p:LsPost {case: $case, uid: r[0]}) MERGE (c:LsChannel {case: $case, uid: r[1]})"
    " CREATE (p)-[:IN]->(c)"
)
UNPOSTED = "UNWIND $uids AS uid MATCH (p:LsPost {case: $case, uid: uid}) MATCH (p)<-[r:POSTED]-() DELETE r"
OUT_OF_CHANNEL = "UNWIND $uids AS uid MATCH (p:LsPost {case: $case, uid: uid}) MATCH (p)-[r:IN]->() DELETE r"

# --- links -----------------------------------------------------------------------------------------------------------

LINK_COLUMNS = ("account_uid", "at", "target_raw", "target_account_uid", "resolved", "inherited", "position")


def _link_properties(columns: Sequence[str]) -> str:
    pairs = [
        f"{'raw' if name == 'target_raw' else name}: {stored(f'r[{3 + i}]', LINKS.field(name).type)}"
        for i, name in enumerate(columns)
    ]
    return "{" + ", ".join(["n: $n", "i: r[2]", *pairs]) + "}"


def write_links(row: LinkType, columns: Sequence[str]) -> str:
    """Rows of one kind. Row: post_uid, key, i, columns; ``target_key`` is one where keys had to be shortened."""
    stub = " ON CREATE SET t.stub = true" if row.label in ("LsPost", "LsAccount") else ""
    return (
        f"UNWIND $rows AS r MATCH (p:LsPost {{case: $case, uid: r[0]}}) MERGE {row.node}{stub}"
        f" CREATE (p)-[:{row.type} {_link_properties(columns)}]->(t)"
    )


def write_nowhere(columns: Sequence[str]) -> str:
    """Rows without a target. Row: post_uid, nothing, i, columns; ``kind`` is one."""
    return (
        "UNWIND $rows AS r MATCH (p:LsPost {case: $case, uid: r[0]})"
        " MERGE (t:LsObject {case: $case, kind: 'nowhere', key: ''})"
        f" CREATE (p)-[:{NOWHERE} {_link_properties(columns)}]->(t)"
    )


BARE_POSTS = (  # posts that only a link row names as its own: remembered, so that the source can be taken out again
    "MATCH (s:LsSource {case: $case, n: $n}) UNWIND $uids AS uid MERGE (p:LsPost {case: $case, uid: uid})"
    " ON CREATE SET p.stub = true MERGE (p)-[:FROM {n: $n, bare: true}]->(s)"
)
URL_DOMAINS = (
    "UNWIND $rows AS r MATCH (u:LsUrl {case: $case, key: r[0]}) WHERE u.domain IS NULL"
    " MERGE (d:LsDomain {case: $case, name: r[1]}) SET u.domain = r[1] CREATE (u)-[:ON]->(d)"
)
_TARGET = "coalesce(r.target_key, t.uid, t.key, t.name)"
_LINK_CELLS = {
    "post_uid": "p.uid",
    "kind": "coalesce(r.kind, type(r))",
    "target_key": f"CASE WHEN r.kind IS NULL THEN {_TARGET} END",
    "target_raw": "r.raw",
    **{name: shown(f"r.{name}", LINKS.field(name).type) for name in LINK_COLUMNS if name != "target_raw"},
}


def link_page(columns: Sequence[str], kinds: Sequence[str], *, by_uid: bool) -> str:
    """The links of a page of posts: uid, whether several rows speak of the post, n, i, then columns."""
    types = "|".join([*(LINK_TYPES[kind].type for kind in kinds), NOWHERE]) if kinds else ALL_LINK_TYPES
    only = " AND (r.kind IS NULL OR r.kind IN $kinds)" if kinds else ""
    cells = ", ".join(["p.uid", "p.several", "r.n", "r.i", *(_LINK_CELLS[name] for name in columns)])
    return (
        f"{_head('LsPost', by_uid=by_uid)} OPTIONAL MATCH (p)-[r:{types}]->(t) WHERE r.n IN $ready{only}"
        " AND (p.several OR ($start IS NULL OR r.at >= $start) AND ($end IS NULL OR r.at < $end)"
        " AND ($platforms IS NULL OR split(p.uid, ':')[0] IN $platforms)"
        " AND ($accounts IS NULL OR r.account_uid IN $accounts)"
        " AND ($without IS NULL OR r.account_uid IS NULL OR NOT r.account_uid IN $without))"
        " RETURN max(p.uid) AS last, count(DISTINCT p) AS nodes,"
        f" collect(CASE WHEN r IS NOT NULL THEN [{cells}] END) AS rows"
    )


LINK_KINDS_ALONE = (
    "MATCH (p:LsPost) WHERE p.case = $case AND p.uid > '' AND p.several IS NULL"
    f" MATCH (p)-[r:{ALL_LINK_TYPES}]->() WHERE r.n IN $ready RETURN coalesce(r.kind, type(r)) AS kind, count(r) AS rows"
)

# --- taking a source out ---------------------------------------------------------------------------------------------

DROP_POSTS_OF = (
    "MATCH (s:LsSource {case: $case, n: $n})<-[:FROM]-(p:LsPost) WITH DISTINCT p"
    " CALL (p) {"
    f" CALL (p) {{ MATCH (p)-[r:{ALL_LINK_TYPES}]->() WHERE r.n = $n DELETE r }}"
    " CALL (p) { MATCH (p)-[f:FROM {n: $n}]->(:LsSource) DELETE f }"
    " SET p:LsUnsettled"
    " } IN TRANSACTIONS OF 5000 ROWS"
)
DROP_ACCOUNTS_OF = (
    "MATCH (s:LsSource {case: $case, n: $n})<-[f:FROM]-(a:LsAccount)"
    " CALL (f, a) { DELETE f SET a:LsUnsettled } IN TRANSACTIONS OF 5000 ROWS"
)
DROP_SKIPPED_OF = (
    "MATCH (s:LsSource {case: $case, n: $n})<-[:IN_FILE]-(k:LsSkipped)"
    " CALL (k) { DETACH DELETE k } IN TRANSACTIONS OF 10000 ROWS"
)


def _drop_lonely(label: str, key: str, unless: str) -> str:
    return (
        f"MATCH (t:{label}) WHERE t.case = $case AND t.{key} > '' AND {unless}"
        " CALL (t) { DETACH DELETE t } IN TRANSACTIONS OF 10000 ROWS"
    )


DROP_LONELY = (  # in this order: a post may be the last to hold an account or a link
    _drop_lonely("LsPost", "uid", "t.stub AND NOT EXISTS { (t)--() }"),
    _drop_lonely("LsUrl", "key", "NOT EXISTS { (t)<-[:LINKS_TO]-() }"),
    _drop_lonely("LsDomain", "name", "NOT EXISTS { (t)<--() }"),
    _drop_lonely("LsHashtag", "key", "NOT EXISTS { (t)<--() }"),
    _drop_lonely("LsMedia", "key", "NOT EXISTS { (t)<--() }"),
    _drop_lonely("LsChannel", "uid", "NOT EXISTS { (t)<--() }"),
    _drop_lonely("LsAccount", "uid", "t.stub AND t.code IS NULL AND NOT EXISTS { (t)--() }"),
    "MATCH (t:LsObject) WHERE t.case = $case AND t.kind > '' AND NOT EXISTS { (t)<--() }"
    " CALL (t) { DETACH DELETE t } IN TRANSACTIONS OF 10000 ROWS",
)

# --- runs ------------------------------------------------------------------------------------------------------------

BEGIN_RUN = "CREATE (:LsRun {case: $case, id: $run, state: 'writing', begun_at: datetime()})"
RUN_STATE = "MATCH (r:LsRun {case: $case, id: $run}) RETURN r.state AS state, r.record AS record, r.number AS number"
FINISH_RUN = (
    "MATCH (c:LsCase {case: $case}), (r:LsRun {case: $case, id: $run}) SET c.runs = c.runs + 1"
    " SET r.number = c.runs, r.name = 'R-' + toString(c.runs), r.state = 'finished', r.record = $record,"
    " r.version = $version, r.finished_at = $finished_at RETURN r.number AS number"
)
RUNS = (
    "MATCH (r:LsRun {case: $case, state: 'finished'}) RETURN r.record AS record, r.number AS number ORDER BY r.number"
)
ABANDONED_RUNS = (
    "MATCH (r:LsRun {case: $case, state: 'writing'}) WHERE r.id = $run OR r.begun_at < datetime() - duration({days: 1})"
    " RETURN r.id AS run"
)
DROP_RUN = (
    "MATCH ()-[t:TIED {run: $run}]->() WHERE t.case = $case CALL (t) { DELETE t } IN TRANSACTIONS OF 10000 ROWS",
    "MATCH (:LsRun {case: $case, id: $run})<-[:OF]-(x) CALL (x) { DETACH DELETE x } IN TRANSACTIONS OF 1000 ROWS",
    "MATCH (r:LsRun {case: $case, id: $run}) DETACH DELETE r",
)
_TIE = [name for name in TIES.names if name not in ("account_a", "account_b")]
_MEMBER = [name for name in MEMBERS.names if name != "account"]
_ENDS = "MERGE (a:LsAccount {case: $case, uid: r[1]}) ON CREATE SET a.stub = true"
WRITE_RUN = {
    "ties": (
        f"UNWIND $rows AS r {_ENDS} MERGE (b:LsAccount {{case: $case, uid: r[2]}}) ON CREATE SET b.stub = true"
        f" CREATE (a)-[t:TIED {{case: $case, run: $run, i: r[0]}}]->(b) SET {_set('t', _TIE, TIES, 3)}"
    ),
    "groups": (
        "MATCH (run:LsRun {case: $case, id: $run}) UNWIND $rows AS r"
        " MERGE (g:LsGroup {case: $case, id: $run + '/' + r[1]})"
        f" SET g.run = $run, g.i = r[0], {_set('g', GROUPS.names, GROUPS, 1)} CREATE (g)-[:OF]->(run)"
    ),
    "members": (
        "MATCH (run:LsRun {case: $case, id: $run})"
        f" UNWIND $rows AS r {_ENDS} MERGE (g:LsGroup {{case: $case, id: $run + '/' + r[2]}})"
        " ON CREATE SET g.run = $run CREATE (a)-[m:MEMBER_OF {case: $case, run: $run, i: r[0]}]->(g)"
        f" SET {_set('m', _MEMBER, MEMBERS, 2)}"
    ),
    "layers": (
        "MATCH (run:LsRun {case: $case, id: $run}) UNWIND $rows AS r"
        " CREATE (l:LsLayer {case: $case, run: $run, i: r[0]})-[:OF]->(run)"
        f" SET {_set('l', LAYERS.names, LAYERS, 1)}"
    ),
}
WRITE_RUN_COLUMNS = {  # what stands in a row after i
    "ties": ["account_a", "account_b", *_TIE],
    "groups": GROUPS.names,
    "members": ["account", *_MEMBER],
    "layers": LAYERS.names,
}
READ_RUN = {  # a page: the rows with i > $after, in the columns of the schema
    "ties": (
        "MATCH (a:LsAccount)-[t:TIED {run: $run}]->(b:LsAccount) WHERE t.case = $case AND t.i >= $first AND t.i < $end"
        f" WITH a, t, b ORDER BY t.i RETURN collect([a.uid, b.uid, {_get('t', _TIE, TIES)}]) AS rows"
    ),
    "groups": (
        "MATCH (:LsRun {case: $case, id: $run})<-[:OF]-(g:LsGroup) WHERE g.i >= $first AND g.i < $end"
        f" WITH g ORDER BY g.i RETURN collect([{_get('g', GROUPS.names, GROUPS)}]) AS rows"
    ),
    "members": (
        "MATCH (a:LsAccount)-[m:MEMBER_OF {run: $run}]->(:LsGroup) WHERE m.case = $case AND m.i >= $first AND m.i < $end"
        f" WITH a, m ORDER BY m.i RETURN collect([a.uid, {_get('m', _MEMBER, MEMBERS)}]) AS rows"
    ),
    "layers": (
        "MATCH (:LsRun {case: $case, id: $run})<-[:OF]-(l:LsLayer) WHERE l.i >= $first AND l.i < $end"
        f" WITH l ORDER BY l.i RETURN collect([{_get('l', LAYERS.names, LAYERS)}]) AS rows"
    ),
}
WRITE_RUN_ROWS = (
    "MATCH (run:LsRun {case: $case, id: $run}) CREATE (:LsRunRows {case: $case, run: $run, table: $table, i: $i,"
    " arrow: $arrow, rows: $rows})-[:OF]->(run)"
)
READ_RUN_ROWS = (
    "MATCH (x:LsRunRows {case: $case, run: $run}) WHERE x.table = $table RETURN x.arrow AS arrow ORDER BY x.i"
)

REWRITE_RUN = "MATCH (r:LsRun {case: $case, id: $run}) SET r.record = $record"
EMPTY_RUN = {  # groups stay as they were found: what leaves a run are rows about accounts and posts
    "ties": "MATCH ()-[t:TIED {run: $run}]->() WHERE t.case = $case DELETE t",
    "members": "MATCH ()-[m:MEMBER_OF {run: $run}]->() WHERE m.case = $case DELETE m",
    "layers": "MATCH (:LsRun {case: $case, id: $run})<-[:OF]-(l:LsLayer) DETACH DELETE l",
}
EMPTY_RUN_ROWS = "MATCH (x:LsRunRows {case: $case, run: $run}) WHERE x.table = $table DETACH DELETE x"

# --- notes -----------------------------------------------------------------------------------------------------------

_NOTE = (
    "MATCH (c:LsCase {{case: $case}}) SET c.notes = c.notes + 1"
    " CREATE (v:{labels} {{case: $case, id: $id, n: c.notes, kind: $kind, at: $at, by: $by, note: $note}})"
    " WITH v MATCH (g:LsGroup {{case: $case, id: $about}}) CREATE (v)-[:ABOUT]->(g)"
)
ADD_VERDICT, ADD_NOTE = _NOTE.format(labels="LsNote:LsVerdict"), _NOTE.format(labels="LsNote")
NOTES = "MATCH (v:LsNote {case: $case}) WHERE $kind IS NULL OR v.kind = $kind RETURN v.note AS note ORDER BY v.n"
NOTES_BY_ID = "MATCH (v:LsNote {case: $case}) RETURN v.id AS id, v.note AS note ORDER BY v.n"
CHANGE_NOTE = "MATCH (v:LsNote {case: $case, id: $id}) SET v.note = $note, v.by = $by"

# --- taking people out -----------------------------------------------------------------------------------------------

TOMBSTONES = "MATCH (c:LsCase {case: $case}) RETURN coalesce(c.tombstones, []) AS tombstones"
SET_TOMBSTONES = "MATCH (c:LsCase {case: $case}) SET c.tombstones = $tombstones"
TAKE_CODES_BACK = "UNWIND $uids AS uid MATCH (a:LsAccount {case: $case, uid: uid}) SET a.code = null"
RETAIN_SOURCE = f"MATCH (s:LsSource {{case: $case, id: $id}}) SET s.retain_until = {stored('$until', TIME)}"

# --- cases of older versions, whose labels had no prefix -------------------------------------------------------------

_OLD_CASE = "MATCH (c:Case) WHERE c.format = 1 AND c.loads IS NOT NULL AND c.codes IS NOT NULL"
OLD_CASES = f"{_OLD_CASE} RETURN c.case AS name ORDER BY name"
OLD_CASE = f"{_OLD_CASE} AND c.case = $case RETURN c.case AS name"
OLD_LOCK = "MATCH (l:Lock {case: $case}) SET l.taken = coalesce(l.taken, 0) + 1"
_OURS = {  # how a node without a key of its own is known to be ours: by what it hangs on
    "LsSkipped": "EXISTS { (n)-[:IN_FILE]->(:LsSource) }",
    "LsLayer": "EXISTS { (n)-[:OF]->(:LsRun) }",
    "LsRunRows": "EXISTS { (n)-[:OF]->(:LsRun) }",
    "LsUnsettled": "(n:LsPost OR n:LsAccount)",
}


def plain(label: str) -> str:
    """A label as older versions wrote it."""
    return label.removeprefix("Ls")


MOVES = tuple(
    f"MATCH (n:{plain(label)}) WHERE n.case = $case AND {_OURS.get(label) or f'n.{KEYS[label][-1]} IS NOT NULL'}"
    f" CALL (n) {{ SET n:{label} REMOVE n:{plain(label)} }} IN TRANSACTIONS OF 10000 ROWS"
    for label in [*list(KEYS)[2:], *LOOSE]
)
MOVE_CASE = (
    "MATCH (l:Lock {case: $case}) SET l:LsLock REMOVE l:Lock WITH count(l) AS locks"
    f" {_OLD_CASE} AND c.case = $case SET c:LsCase, c.format = $format REMOVE c:Case"
)
OLD_CONSTRAINTS = {f"lockstep_{plain(label).lower()}": (plain(label), keys) for label, keys in KEYS.items()}
OLD_INDEXES = {
    "lockstep_post_created_at": ("Post", ("created_at",)),
    "lockstep_post_platform": ("Post", ("platform",)),
    "lockstep_account_handle_key": ("Account", ("handle_key",)),
    "lockstep_account_code": ("Account", ("case", "code")),
    "lockstep_layer_run": ("Layer", ("case", "run")),
    "lockstep_rows_run": ("RunRows", ("case", "run")),
    "lockstep_unsettled": ("Unsettled", ("case",)),
}
NAMED_CONSTRAINTS, NAMED_INDEXES = (
    f"SHOW {what} YIELD name, labelsOrTypes, properties WHERE name IN $names"
    " RETURN name, labelsOrTypes[0] AS label, properties"
    for what in ("CONSTRAINTS", "INDEXES")
)
