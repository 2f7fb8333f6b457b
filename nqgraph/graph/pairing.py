"""
Pairs of a short and a very long list that can be the same: found by splink, on DuckDB or on Spark.

Both lists are written with their names in the form that all names are compared in (:mod:`nqgraph.graph.naming`). Only
what shares a code, a name, a word or the beginning or end of a word is compared; how likely a pair is says the model
of Fellegi and Sunter with weights that are fixed here, so that the same lists give the same pairs wherever it runs.

Source:
    https://moj-analytical-services.github.io/splink/topic_guides/theory/fellegi_sunter.html
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from heapq import nlargest
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any

from nqgraph.graph.matching import Entry, folded_code
from nqgraph.graph.naming import WORD, abbreviations_in, form, kind_of, readings
from nqgraph.graph.wordforms import bare, fold
from nqgraph.words.errors import QueryError

#: What can look for pairs; the first one compares all in memory (:class:`nqgraph.graph.matching.Index`).
ENGINES = ("rapidfuzz", "duckdb", "spark")
#: Entries of a list from which on it is long, and those of the longest.
LONG_LIST, LONGEST = 30_000, 10_000_000
#: Candidates of an entry that are looked at closely, and the least weight of a pair: base 2 of how its odds change.
CLOSE, LEAST_WEIGHT = 20, -4.0
#: Letters that the beginnings and ends of words have in common, and entries that are compared with one of ours.
_EDGE, _COMPARED = 5, 400
#: Entries of a word that tells nothing apart: a hundredth of the list, but not less and not more than these.
_COMMON, _COMMONEST = 5_000, 20_000
#: Words of a long list whose keys are remembered.
_REMEMBERED = 500_000
#: Names that are written at once, and GB that an engine may use.
_BATCH, _MEMORY = 50_000, 2
#: Share of pairs that are the same among those that could be.
_PRIOR = 1e-4
#: The log of Spark: errors, on standard error.
_ERRORS_ALONE = """rootLogger.level = error
rootLogger.appenderRef.errors.ref = errors
appender.errors.type = Console
appender.errors.name = errors
appender.errors.target = SYSTEM_ERR
appender.errors.layout.type = PatternLayout
appender.errors.layout.pattern = %c: %m%n
"""
#: What the keys of whole names and of codes begin with.
_WHOLE = "=#"
#: What a name of a place can end with that another one writes as a word.
_ENDS = ("kreis", "stadt")
_NEEDS = {"duckdb": ("splink", "duckdb", "pyarrow"), "spark": ("splink", "pyspark", "pyarrow")}


@dataclass(frozen=True)
class Found:
    """What can be meant by the short list."""

    #: Entries of the long list.
    entries: list[Entry]
    #: Entry of ours and of theirs → probability that they are the same, by the model.
    likely: dict[tuple[str, str], float]
    #: Length of the long list.
    count: int


def missing(engine: str) -> str:
    """What *engine* needs and this machine lacks: a package, “java”; "" for nothing."""
    lacking = next((name for name in _NEEDS.get(engine, ()) if find_spec(name) is None), "")
    java = Path(os.environ.get("JAVA_HOME", ""), "bin", "java") if os.environ.get("JAVA_HOME") else None
    if not lacking and engine == "spark" and not (java and java.is_file()) and shutil.which("java") is None:
        return "java"
    return lacking


def find(ours: Sequence[Entry], theirs: Iterable[Entry], engine: str) -> Found:
    """
    The entries of *theirs* that those of *ours* can mean.

    Args:
        theirs: Read once, and never held as a whole.
        engine: “duckdb” or “spark”.
    Raises:
        QueryError: What the engine needs is not here.
    """
    if lacking := missing(engine):
        raise QueryError.of("link-java" if lacking == "java" else "link-engine", engine=engine, package=lacking)
    with tempfile.TemporaryDirectory(prefix="nqgraph-") as name, _quietly():
        folder = Path(name)
        known = abbreviations_in(entry.names for entry in ours)
        mine = [_keys(entry, known) for entry in ours]
        there = _Long(folder / "entries.parquet", frozenset().union(*mine))
        for entry in theirs:
            there.add(entry)
        there.close()
        known = {**there.abbreviations, **known}
        asked = [_asked(keys, there.often, there.count) for keys in mine]
        wanted = frozenset(key for keys in asked for key in keys)
        rows = (_rows(entry, n, known, keys) for n, (entry, keys) in enumerate(zip(ours, asked, strict=True)) if keys)
        _write(folder / "ours.parquet", chain.from_iterable(rows))
        others = (_rows(entry, n, known, keys) for n, entry, keys in there.chosen(wanted))
        _write(folder / "theirs.parquet", chain.from_iterable(others))
        ranked = _ranked(_pairs(engine, folder))
        entries = there.entries({number for _, number in ranked})
        likely = {(ours[a].id, entries[b].id): share for (a, b), share in ranked.items()}
        return Found(list(entries.values()), likely, there.count)


def _ranked(pairs: Iterable[tuple[str, str, float]]) -> dict[tuple[int, int], float]:
    """The likeliest of each of ours: places in both lists → probability."""
    best: dict[int, dict[int, float]] = defaultdict(dict)
    for one, other, share in pairs:
        a, b = int(one.partition(".")[0]), int(other.partition(".")[0])
        best[a][b] = max(share, best[a].get(b, 0.0))
    return {
        (a, b): share
        for a, found in sorted(best.items())
        for share, b in sorted(nlargest(CLOSE, ((v, -k) for k, v in found.items())), reverse=True)
        for b in (-b,)
    }


# -- what is compared ----------------------------------------------------------------------------------------------


def _of_word(written: str) -> tuple[str, ...]:
    """Keys of a word as it is written: all of it in each form it is compared in, and of long ones both ends."""
    found: dict[str, None] = {}
    folded = fold(written)
    for word in dict.fromkeys((bare(folded), bare(form(folded)))):
        found[word] = None
        if len(word) > _EDGE:
            found |= {f"^{word[:_EDGE]}": None, f"${word[-_EDGE:]}": None}
        for kind in _ENDS:
            if len(word) - len(kind) >= _EDGE - 1 and word.endswith(kind):
                found[word.removesuffix(kind)] = None
    return tuple(found)


def _keys(entry: Entry, known: Mapping[str, str] | None = None) -> set[str]:
    """
    Keys of which two entries have one in common, or are not compared: cheap, as each of a long list is asked for them.

    Args:
        known: Abbreviation → what it stands for; then of the forms in which names are compared, too.
    """
    found = {f"#{folded_code(code)}" for code in entry.codes}
    for text in entry.names:
        words = WORD.findall(text)
        found.add("=" + "".join(map(fold, words)))
        for word in words:
            found.update(_of_word(word))
        if known is not None:
            for name in readings(text, known):
                found.add(f"={name.plain}")
                for word in name.words:
                    found.update(_of_word(word))
    return found


def _rows(entry: Entry, number: int, known: Mapping[str, str], keys: Sequence[str]) -> Iterator[dict[str, Any]]:
    """A row for each reading of each name of *entry*, to be compared where one of *keys* agrees."""
    codes = sorted(map(folded_code, entry.codes))
    own = next((kind for said in entry.described if (kind := kind_of(said))), "")
    read = dict.fromkeys(name for text in entry.names for name in readings(text, known))
    for place, name in enumerate(read):
        yield {
            "unique_id": f"{number}.{place}",
            "plain": name.plain,
            "core": name.key,
            "words": sorted({bare(word) for word in name.words}),
            "kind": name.kind or own or None,
            "codes": codes or None,
            "short": name.short,
            "blocks": keys,
        }


class _Long:
    """The long list as a file, without the entries that have no key of the short one."""

    def __init__(self, path: Path, mine: frozenset[str]) -> None:
        import pyarrow as pa

        self.often: Counter[str] = Counter()
        self.abbreviations: dict[str, str] = {}
        self.count = 0
        self._mine = set(mine)
        self._known: dict[str, tuple[str, tuple[str, ...]]] = {}
        texts = pa.list_(pa.string())
        said = [("number", pa.int64()), ("id", pa.string())]
        said += [(name, texts) for name in ("names", "types", "codes", "described", "keys")]
        self._file = _File(path, pa.schema(said))

    def add(self, entry: Entry) -> None:
        """Write *entry*, unless it cannot be meant."""
        number = self.count
        self.count += 1
        if self.count > LONGEST:
            raise QueryError.of("link-too-long", most=LONGEST)
        if len(entry.names) > 1:
            self.abbreviations.update(abbreviations_in([entry.names]))
        if keys := self._shared(entry):
            for key in keys:
                self.often[key] += 1
                if self.often[key] > _COMMONEST and key[0] not in _WHOLE:
                    self._mine.discard(key)  # asked for by nobody, however long the list gets
            lists = {"names": entry.names, "types": sorted(entry.types), "codes": sorted(entry.codes)}
            row = {"number": number, "id": entry.id, **lists, "described": entry.described, "keys": sorted(keys)}
            self._file.add(row)

    def _shared(self, entry: Entry) -> set[str]:
        """The keys of *entry* that the short list has, too: those of :func:`_keys`, as quickly as can be."""
        mine, known = self._mine, self._known
        found = {key for code in entry.codes if (key := f"#{folded_code(code)}") in mine}
        for text in entry.names:
            whole = "="
            for word in WORD.findall(text):
                seen = known.get(word)
                if seen is None:
                    if len(known) >= _REMEMBERED:
                        known.clear()
                    seen = known[word] = fold(word), tuple(key for key in _of_word(word) if key in mine)
                whole += seen[0]
                found.update(key for key in seen[1] if key in mine)
            if whole in mine:
                found.add(whole)
        return found

    def close(self) -> None:
        """Finish the file."""
        self._file.close()

    def chosen(self, keys: frozenset[str]) -> Iterator[tuple[int, Entry, list[str]]]:
        """The entries that have one of *keys*, with their places and those that they have."""
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        asked = pa.array(sorted(keys), pa.string())
        for batch in pq.ParquetFile(self._file.path).iter_batches(_BATCH):
            column = batch.column("keys")
            having = pc.list_parent_indices(column).filter(pc.is_in(pc.list_flatten(column), value_set=asked))
            for row in batch.take(having.unique()).to_pylist():
                yield row["number"], _entry(row), [key for key in row["keys"] if key in keys]

    def entries(self, wanted: set[int]) -> dict[int, Entry]:
        """The entries at the places *wanted*."""
        import pyarrow.dataset as ds

        found = ds.dataset(self._file.path).to_table(filter=ds.field("number").isin(sorted(wanted)))
        return {row["number"]: _entry(row) for row in found.to_pylist()}


def _entry(row: Mapping[str, Any]) -> Entry:
    return Entry(
        row["id"], tuple(row["names"]), frozenset(row["types"]), frozenset(row["codes"]), tuple(row["described"])
    )


def _schema() -> Any:
    import pyarrow as pa

    texts = pa.list_(pa.string())
    return pa.schema([
        ("unique_id", pa.string()), ("plain", pa.string()), ("core", pa.string()), ("words", texts),
        ("kind", pa.string()), ("codes", texts), ("short", pa.bool_()), ("blocks", texts),
    ])  # fmt: skip


class _File:
    """A Parquet file that grows by rows."""

    def __init__(self, path: Path, schema: Any) -> None:
        import pyarrow.parquet as pq

        self.path, self._schema = path, schema
        self._writer = pq.ParquetWriter(path, schema)
        self._rows: list[dict[str, Any]] = []

    def add(self, row: dict[str, Any]) -> None:
        self._rows.append(row)
        if len(self._rows) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        import pyarrow as pa

        self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows = []

    def close(self) -> None:
        self._flush()
        self._writer.close()


def _asked(keys: Iterable[str], often: Mapping[str, int], count: int) -> list[str]:
    """Of *keys* codes and whole names, and of the words those that find few, until enough is found."""
    most = min(max(_COMMON, count // 100), _COMMONEST)
    known = sorted((key for key in keys if key in often), key=lambda key: (often[key], key))
    chosen = [key for key in known if key[0] in _WHOLE]
    left = _COMPARED
    words = (key for key in known if key[0] not in _WHOLE and often[key] <= most)
    for number, key in enumerate(words):
        left -= often[key]
        if left < 0 and number:
            break
        chosen.append(key)
    return chosen


def _write(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    file = _File(path, _schema())
    for row in rows:
        file.add(row)
    file.close()


# -- the model -----------------------------------------------------------------------------------------------------


def _settings() -> Any:
    """How pairs are found and weighed; m is the share of a level among the same, u among others."""
    from splink import SettingsCreator, block_on
    from splink import comparison_level_library as level
    from splink import comparison_library as library

    def weighed(made: Any, m: float, u: float) -> Any:
        return made.configure(m_probability=m, u_probability=u)

    names = library.CustomComparison(
        output_column_name="name",
        comparison_levels=[
            level.CustomLevel("plain_l IS NULL OR plain_r IS NULL").configure(is_null_level=True),
            weighed(level.CustomLevel("plain_l = plain_r AND NOT short_l AND NOT short_r"), 0.40, 1e-6),
            weighed(level.CustomLevel("core_l = core_r AND NOT short_l AND NOT short_r"), 0.25, 1e-6),
            weighed(level.ExactMatchLevel("core"), 0.05, 1e-5),
            weighed(level.LevenshteinLevel("plain", 2), 0.06, 1e-5),
            weighed(level.JaroWinklerLevel("core", 0.94), 0.10, 1e-4),
            weighed(level.JaroWinklerLevel("core", 0.86), 0.08, 4e-3),
            weighed(level.ElseLevel(), 0.06, 0.9959),
        ],
    )
    words = library.CustomComparison(
        output_column_name="words",
        comparison_levels=[
            level.NullLevel("words"),
            weighed(level.ArrayIntersectLevel("words", 3), 0.30, 1e-3),
            weighed(level.ArrayIntersectLevel("words", 2), 0.25, 5e-3),
            weighed(level.ArrayIntersectLevel("words", 1), 0.40, 0.20),
            weighed(level.ElseLevel(), 0.05, 0.794),
        ],
    )
    kinds = library.CustomComparison(
        output_column_name="kind",
        comparison_levels=[
            level.NullLevel("kind"),
            weighed(level.ExactMatchLevel("kind"), 0.95, 0.35),
            weighed(level.ElseLevel(), 0.05, 0.65),
        ],
    )
    codes = library.CustomComparison(
        output_column_name="codes",
        comparison_levels=[
            level.NullLevel("codes"),
            weighed(level.ArrayIntersectLevel("codes", 1), 0.40, 1e-8),
            weighed(level.ElseLevel(), 0.60, 1.0 - 1e-8),
        ],
    )
    return SettingsCreator(
        link_type="link_only",
        comparisons=[names, words, kinds, codes],
        blocking_rules_to_generate_predictions=[block_on("blocks", arrays_to_explode=["blocks"])],
        probability_two_random_records_match=_PRIOR,
        retain_matching_columns=False,
    )


def _pairs(engine: str, folder: Path) -> Iterator[tuple[str, str, float]]:
    """Rows of both lists that can be the same, and how likely they are."""
    mine, theirs = (folder / f"{name}.parquet" for name in ("ours", "theirs"))
    if not _filled(mine) or not _filled(theirs):
        return
    opened = _on_duckdb(folder) if engine == "duckdb" else _on_spark(folder)
    with opened as (api, read):
        from splink import Linker

        tables = [
            api.register(read(str(mine)), dataset_display_name="a_ours"),
            api.register(read(str(theirs)), dataset_display_name="b_theirs"),
        ]
        linker = Linker(tables, _settings(), log_level=logging.ERROR)
        scored = linker.inference.predict(threshold_match_weight=LEAST_WEIGHT, warning_mode="never")
        columns = scored.as_pyarrow_table().select(["unique_id_l", "unique_id_r", "match_probability"])
        for batch in columns.to_batches():
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _filled(path: Path) -> bool:
    import pyarrow.parquet as pq

    return bool(pq.read_metadata(path).num_rows)


@contextmanager
def _on_duckdb(folder: Path) -> Iterator[tuple[Any, Any]]:
    """An engine in this process; what does not fit into memory goes to *folder*."""
    import duckdb
    from splink import DuckDBAPI

    settings = {"memory_limit": f"{_MEMORY}GB", "temp_directory": str(folder)}
    settings |= {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    with duckdb.connect(":memory:", config=settings) as connection:
        yield DuckDBAPI(connection), connection.read_parquet


@contextmanager
def _on_spark(folder: Path) -> Iterator[tuple[Any, Any]]:
    """The Spark that is configured, else one on this machine, which nobody else reaches."""
    from pyspark import SparkConf
    from pyspark.sql import SparkSession
    from splink import SparkAPI
    from splink.backends.spark import similarity_jar_location

    quiet = folder / "log4j2.properties"
    quiet.write_text(_ERRORS_ALONE, encoding="utf-8")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    usual = {
        "spark.master": "local[*]", "spark.driver.memory": f"{_MEMORY}g", "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1", "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "8", "spark.default.parallelism": "8", "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.extraJavaOptions": f"-Dlog4j.configurationFile={quiet.as_uri()}",
    }  # fmt: skip
    conf = SparkConf()
    for key, value in usual.items():
        conf.setIfMissing(key, value)
    conf.set("spark.jars", similarity_jar_location())
    session = SparkSession.builder.appName("nqgraph").config(conf=conf).getOrCreate()
    try:
        session.sparkContext.setCheckpointDir(str(folder / "checkpoints"))
        yield SparkAPI(spark_session=session), session.read.parquet
    finally:
        session.stop()


@contextmanager
def _quietly() -> Iterator[None]:
    """Without the log and the warnings of the engines: what matters is an error."""
    log = logging.getLogger("splink")
    level = log.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        log.setLevel(logging.ERROR)
        try:
            yield
        finally:
            log.setLevel(level)
