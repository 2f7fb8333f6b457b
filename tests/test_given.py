"""Files that are served as they are: graphs, blank nodes, bases; what breaks a bound; what clients see of it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import httpx
import pandas
import pytest
import rdflib
from rdflib import RDF, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import GET, POST, SPARQLWrapper

from nqgraph.building import checks
from nqgraph.graph import files
from nqgraph.graph.store import Given, Store
from nqgraph.graph.xml import has_name
from nqgraph.words.errors import FormatError, InputError, NqgraphError, QueryError
from tests.servers import serving
from tests.spaces import SPACE
from tests.waiting import PATIENCE

EX = "http://e.org/"
PREFIX = f"PREFIX ex: <{EX}>\n"
DATASET = f"""@prefix ex: <{EX}> .
ex:a ex:p 0 ; ex:valid-from ex:d1 ; ex:customer-service 4 ; ex:n "x"@en-from ; ex:q [ ex:r "x" ] .
ex:g1 {{ ex:a ex:p 1 }}
ex:g2 {{ ex:a ex:p 2 , 1 ; ex:q [ ex:r "y" ] . <rel> a ex:T }}
"""


def given(folder: Path, **options: Any) -> Store:
    """A store with all files of *folder*, each as it is."""
    return Given(tuple(sorted(folder.iterdir())), **options).load()


def rows(store: Store, query: str, **dataset: Any) -> list[list[str]]:
    """The rows of an answer, sorted."""
    answer = store.query(PREFIX + query, **dataset).serialize("csv").decode()
    return sorted(list(csv.reader(io.StringIO(answer, newline="")))[1:])


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refused(path: Path) -> str:
    """Why a file is not read; said in both languages, with the name of the file."""
    with pytest.raises(InputError) as caught:
        Given((path,)).load()
    for lang in ("de", "en"):
        assert path.name in caught.value.in_language(lang)
    return caught.value.problems[0].text.code


@pytest.fixture
def store(tmp_path: Path) -> Store:
    write(tmp_path, "g.trig", DATASET)
    return given(tmp_path)


# -- the dataset -------------------------------------------------------------------------------------------------------


def test_graphs_keep_their_names_and_the_default_graph_stands_alone(store: Store) -> None:
    """SPARQL 1.1, section 13: the default graph is one, each name is another."""
    assert rows(store, "SELECT ?o { ex:a ex:p ?o }") == [["0"]]
    assert rows(store, "SELECT ?g ?o { GRAPH ?g { ex:a ex:p ?o } }") == [
        [f"{EX}g1", "1"], [f"{EX}g2", "1"], [f"{EX}g2", "2"],
    ]  # fmt: skip
    assert store.graphs() == [f"{EX}g1", f"{EX}g2"]


def test_a_dataset_can_be_named_by_query_and_protocol(store: Store) -> None:
    """FROM merges, a triple of two graphs counts once; FROM NAMED alone leaves the default graph empty."""
    assert rows(store, "SELECT ?o FROM ex:g1 FROM ex:g2 { ex:a ex:p ?o }") == [["1"], ["2"]]
    assert rows(store, "SELECT ?o FROM ex:g1 FROM ex:g2 { GRAPH ?g { ex:a ex:p ?o } }") == []
    assert rows(store, "SELECT ?o FROM NAMED ex:g1 { ex:a ex:p ?o }") == []
    assert rows(store, "SELECT ?g ?o FROM ex:g1 FROM ex:g2 FROM NAMED ex:g1 { GRAPH ?g { ex:a ex:p ?o } }") == [
        [f"{EX}g1", "1"]
    ]
    both = [f"{EX}g1", f"{EX}g2"]
    assert rows(store, "SELECT ?o { ex:a ex:p ?o }", default_graphs=both) == [["1"], ["2"]]
    assert rows(store, "SELECT ?o FROM ex:g2 { ex:a ex:p ?o }", default_graphs=both[:1]) == [["1"]]
    assert rows(store, "SELECT ?g { GRAPH ?g { ex:a ex:p ?o } }", named_graphs=both[:1]) == [both[:1]]


def test_the_union_is_one_for_the_asking(tmp_path: Path) -> None:
    """With --union the default graph is the merge of all; names stay, and each triple counts once."""
    write(tmp_path, "g.trig", DATASET)
    united = given(tmp_path, union=True)
    assert rows(united, "SELECT ?o { ex:a ex:p ?o }") == [["0"], ["1"], ["2"]]
    assert rows(united, "SELECT ?g ?o { GRAPH ?g { ex:a ex:p ?o } }")[0] == [f"{EX}g1", "1"]
    assert len([s for s in united.statements() if s.predicate == f"{EX}p"]) == 4


def test_blank_nodes_are_blank_nodes_of_their_document(tmp_path: Path) -> None:
    """Files whose names are alike, and labels that are the same, make no two nodes one; none becomes an IRI."""
    for name, city in (("m1/data.ttl", "Köln"), ("m2/data.ttl", "Bonn"), ("m3/数据.ttl", "Ulm")):
        write(tmp_path, name, f'_:x <{EX}city> "{city}" . <{EX}{city[0]}> <{EX}addr> _:x .')
    made = Given(tuple(sorted(tmp_path.rglob("*.ttl")))).load()
    assert [row[1] for row in rows(made, "SELECT ?s ?c { ?s ex:addr/ex:city ?c }")] == ["Bonn", "Köln", "Ulm"]
    assert made.query(PREFIX + "ASK { ?s ex:addr ?o FILTER(isBlank(?o) && !isIRI(?o)) }").serialize() == (
        b'{"head":{},"boolean":true}'
    )
    assert all(row[0].startswith("_:") for row in rows(made, "SELECT ?o { ?s ex:addr ?o }"))


def test_one_document_shares_its_blank_nodes_among_its_graphs(tmp_path: Path) -> None:
    """A label means the same node in every graph of one file, also where its default graph gets a name."""
    path = write(tmp_path, "g.trig", f'_:x <{EX}p> "a" . <{EX}g> {{ _:x <{EX}p> "b" }}')
    for made in (Given((path,)).load(), Given((path,), {path: f"{EX}h"}).load()):
        found = {s.subject for s in made.statements()}
        assert len(found) == 1 and found.pop().startswith("_:")


def test_relative_iris_are_those_of_the_file_or_of_the_base(tmp_path: Path) -> None:
    """RFC 3986, section 5.1: the base that is given, else where the file was got from; queries follow the base."""
    path = write(tmp_path, "a.ttl", f"<x> <{EX}p> <#y> .")
    assert rows(Given((path,)).load(), "SELECT ?s ?o { ?s ex:p ?o }") == [
        [(tmp_path / "x").as_uri(), path.as_uri() + "#y"]
    ]
    based = Given((path,), base="https://base.org/d/").load()
    assert rows(based, "SELECT ?s ?o { ?s ex:p ?o }") == [["https://base.org/d/x", "https://base.org/d/#y"]]
    assert based.query("ASK { <x> ?p ?o }").serialize() == b'{"head":{},"boolean":true}'


def test_an_empty_file_is_an_empty_graph(tmp_path: Path) -> None:
    """Of no bytes, of blanks, or of a comment; with a name it is a graph that is there."""
    for name, content in (("a.ttl", ""), ("b.nt", " \n"), ("c.ttl", "# nothing")):
        write(tmp_path, name, content)
    made = given(tmp_path, graphs={tmp_path / "a.ttl": f"{EX}empty"})
    assert len(made) == 0 and made.graphs() == [f"{EX}empty"]
    assert rows(made, "SELECT ?g { GRAPH ?g {} }") == [[f"{EX}empty"]]


def test_words_in_names_are_no_keywords(store: Store) -> None:
    """Review A2 and A3: ``from`` and ``service`` behind a hyphen, in a prefix or in a tag of a language."""
    for query in (
        "SELECT ?o { ?s ex:valid-from ?o }",
        "SELECT ?s { ?s ex:valid-from <http://e.org/d1> }",
        "SELECT ?o { ?s ex:customer-service ?o }",
        "PREFIX service: <http://e.org/> SELECT * { ?s service:n ?o }",
        "PREFIX from: <http://e.org/> SELECT * { ?s from:n ?o }",
        'SELECT ?s { ?s ex:n "x"@en-from }',
    ):
        assert len(rows(store, query)) == 1, query
    assert rows(store, "SELECT (COUNT(*) AS ?c) { ?s ex:p ?o FILTER NOT EXISTS { ?s ex:nope-from ?d } }") == [["1"]]


# -- reading -----------------------------------------------------------------------------------------------------------

STATEMENT = f'<{EX}a> <{EX}p> "ü" .'
RDFXML = (
    f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="{EX}"><rdf:Description rdf:about="{EX}a"><e:p>ü</e:p></rdf:Description>'
    "</rdf:RDF>"
)
DOCUMENTS = {
    "ttl": STATEMENT, "nt": STATEMENT, "nq": STATEMENT, "trig": STATEMENT, "n3": STATEMENT,
    "rdf": RDFXML, "owl": RDFXML, "xml": RDFXML,
    "jsonld": json.dumps({"@id": f"{EX}a", f"{EX}p": "ü"}), "json": json.dumps({"@id": f"{EX}a", f"{EX}p": "ü"}),
}  # fmt: skip


@pytest.mark.parametrize("ending", DOCUMENTS)
def test_every_ending_is_read_with_a_mark_and_packed(ending: str, tmp_path: Path) -> None:
    """A byte order mark is none of the text (review A19); ``.gz`` is unpacked; capitals are the same ending."""
    content = DOCUMENTS[ending].encode()
    for name, data in (
        (f"plain.{ending}", content),
        (f"mark.{ending.upper()}", b"\xef\xbb\xbf" + content),
        (f"packed.{ending}.gz", gzip.compress(content)),
    ):
        path = write(tmp_path, name, data)
        assert rows(Given((path,)).load(), "SELECT * { ?s ex:p ?o }") == [["ü", f"{EX}a"]], name


def test_xml_is_read_in_its_own_encoding(tmp_path: Path) -> None:
    """XML 1.0, section 4.3.3: UTF-16 by its mark, others by what the document says."""
    for name, encoding in (("a.rdf", "utf-16"), ("b.rdf", "iso-8859-1"), ("c.rdf", "utf-8")):
        path = write(tmp_path, name, f'<?xml version="1.0" encoding="{encoding}"?>\n{RDFXML}'.encode(encoding))
        assert rows(Given((path,)).load(), "SELECT ?o { ?s ?p ?o }") == [["ü"]], name


def test_entities_that_are_plain_texts_are_put_in(tmp_path: Path) -> None:
    """As vocabularies shorten IRIs; the words in a comment or a text declare nothing."""
    entities = f'<!DOCTYPE rdf:RDF [ <!ENTITY ex "{EX}"> <!-- <a> --> ]>'
    path = write(tmp_path, "a.owl", f'<?xml version="1.0"?>\n{entities}{RDFXML.replace(f"{EX}a", "&ex;a")}')
    assert rows(Given((path,)).load(), "SELECT ?s { ?s ?p ?o }") == [[f"{EX}a"]]
    said = RDFXML.replace("ü", "<![CDATA[<!DOCTYPE a [<!ENTITY b 'c'>]>&b;]]>")
    path = write(tmp_path, "b.rdf", f"<!-- <!DOCTYPE --><!-- -->{said}")
    assert rows(Given((path,)).load(), "SELECT ?o { ?s ?p ?o }") == [["<!DOCTYPE a [<!ENTITY b 'c'>]>&b;"]]


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">',
        '<!ENTITY b SYSTEM "file:///etc/passwd">',
        '<!ENTITY % b SYSTEM "file:///etc/passwd"> %b;',
        '<!ENTITY b "' + "a" * 100_000 + '">',
    ],
    ids=["nested", "external", "parameter", "large"],
)
def test_entities_that_grow_or_fetch_are_refused(declared: str, tmp_path: Path) -> None:
    """A few bytes cannot become endless, and no other file is read."""
    document = RDFXML.replace("ü", "&b;" * 100_000)
    assert refused(write(tmp_path, "a.rdf", f"<!DOCTYPE x [{declared}]>{document}")) == "doctype"


DEEP = 100_000
NESTED = {
    "nodes.ttl": f"<x:s> <x:p> {'[ <x:p> ' * DEEP}1{' ]' * DEEP} .",
    "lists.ttl": f"<x:s> <x:p> {'( ' * DEEP}{' )' * DEEP} .",
    "nodes.trig": f"<x:g> {{ <x:s> <x:p> {'[ <x:p> ' * DEEP}1{' ]' * DEEP} }}",
    "formulas.n3": f"<x:s> <x:p> {'{ <x:s> <x:p> ' * DEEP}1{' }' * DEEP} .",
    "statements.ttl": f'<x:s> <x:p> {"<<( <x:s> <x:p> " * DEEP}"1"{" )>>" * DEEP} .',
    "statements.nt": f'<x:s> <x:p> {"<<( <x:s> <x:p> " * DEEP}"1"{" )>>" * DEEP} .',
    "objects.jsonld": '{"@id":"x:s","x:p":' * DEEP + "1" + "}" * DEEP,
    "arrays.json": '{"x:p":' + "[" * DEEP + "1" + "]" * DEEP + "}",
    "elements.rdf": f'<r:RDF xmlns:r="{RDF}" xmlns:x="x:">'
    + "<r:Description><x:p>" * DEEP
    + "</x:p></r:Description>" * DEEP
    + "</r:RDF>",
}


@pytest.mark.parametrize("name", NESTED)
def test_deep_nesting_is_a_clear_error(name: str, tmp_path: Path) -> None:
    """100,000 nodes, lists, objects or statements within each other crash no parser and fill no memory."""
    assert refused(write(tmp_path, name, NESTED[name])) == "rdf-too-deep"


@pytest.mark.parametrize("name", NESTED)
@pytest.mark.parametrize("engine", ["shacl", "pyshacl"])
def test_deep_nesting_is_a_clear_error_of_data_and_shapes(name: str, engine: Any, tmp_path: Path) -> None:
    """Also where files are read piece by piece, or by the fast engine itself; the process outlives it."""
    path = write(tmp_path, name, NESTED[name])
    plain = write(tmp_path, "plain.ttl", STATEMENT)
    for data, shapes in ((path, plain), (plain, path)):
        with pytest.raises(NqgraphError) as caught:
            checks.of_sources([data], [shapes], workspace=SPACE, engine=engine)
        assert {problem.text.code for problem in caught.value.problems} == {"rdf-too-deep"}


def test_brackets_in_texts_nest_nothing(tmp_path: Path) -> None:
    """Nor do those in IRIs and comments, or many beside each other."""
    many = "\n".join(f'<{EX}s> <{EX}p> [ <{EX}q> "[[(({{" , ("]") ] . # [ [ (' for _ in range(2_000))
    path = write(tmp_path, "flat.ttl", many)
    assert len(Given((path,)).load()) == 2_000 * 5
    path = write(tmp_path, "flat.jsonld", json.dumps([{"@id": f"{EX}{n}", f"{EX}p": '[{\\"['} for n in range(3_000)]))
    assert len(Given((path,)).load()) == 3_000


def test_a_gzip_bomb_is_refused(tmp_path: Path) -> None:
    """A small file that holds much more than it may, a damaged one and one that breaks off."""
    assert refused(write(tmp_path, "bomb.nt.gz", gzip.compress(b"\n" * (files.UNPACKED + 1)))) == "gzip-too-large"
    packed = gzip.compress(STATEMENT.encode() * 999)
    assert refused(write(tmp_path, "cut.nt.gz", packed[:-9])) == "gzip-broken"
    assert refused(write(tmp_path, "no.nt.gz", b"nonsense")) == "gzip-broken"


def test_a_context_from_elsewhere_is_not_fetched(tmp_path: Path) -> None:
    """The message says what to do, not what the engine has no callback for."""
    assert refused(write(tmp_path, "a.jsonld", '{"@context": "https://schema.org/"}')) == "jsonld-remote-context"


def test_json_ld_may_say_late_what_words_mean(tmp_path: Path) -> None:
    """An alias of ``@type``, a context behind what it explains, a map of languages with nothing in it."""
    late = {
        "p": {"de": "a", "en": []}, "none": {}, "is": "T", "id": "a",
        "@context": {"@vocab": EX, "@base": EX, "is": "@type", "id": "@id",
                     "p": {"@container": "@language"}, "none": {"@container": "@language"}},
    }  # fmt: skip
    made = Given((write(tmp_path, "a.jsonld", json.dumps(late)),)).load()
    assert rows(made, "SELECT ?s ?p ?o (LANG(?o) AS ?l) { ?s ?p ?o }") == [
        [f"{EX}a", f"{EX}p", "a", "de"], [f"{EX}a", str(RDF.type), f"{EX}T", ""],
    ]  # fmt: skip


def test_blank_nodes_of_files_with_names_alike_stay_apart_in_a_build(tmp_path: Path) -> None:
    """Also those that say the same: in one dataset, and whatever signs the names of files have."""
    built = Store()
    names = ("x-1.ttl", "x_1.ttl", "x.1.ttl", "X-1.ttl", "数据.ttl", "文件.ttl")
    for name in names:
        built.load(write(tmp_path, name, f'<{EX}a> <{EX}addr> [ <{EX}city> "Köln" ] .'), f"{EX}g")
    assert len({s.subject for s in built.statements() if s.predicate == f"{EX}city"}) == len(names)
    again = Store()
    for name in names:
        again.load(tmp_path / name, f"{EX}g")
    assert again.nquads() == built.nquads()


@pytest.mark.parametrize("size", [8, 9, 10, 60])
def test_alike_blank_nodes_cost_nothing(size: int, tmp_path: Path) -> None:
    """Review A20: nodes that nothing tells apart are named in linear time, in a build as well; none is lost."""
    every = [f"_:b{i} <{EX}p> _:b{j} ." for i in range(size) for j in range(size) if i != j]
    path = write(tmp_path, "clique.nt", "\n".join(every))
    built = Store()
    assert built.load(path, f"{EX}g") == len(every)
    assert len({s.subject for s in built.statements()}) == size
    assert len(Given((path,)).load()) == len(every)


# -- what XML can hold -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("iri", "writable"),
    [
        (f"{EX}p", True), (f"{EX}a.b-c", True), (f"{EX}é", True), (f"{EX}ab%20c", True), ("x:1a", True),
        (f"{EX}prop/31", False), (f"{EX}p#", False), ("urn:isbn:12", False), (f"{EX}?x=1", False),
        (f"{RDF}li", False), (f"{RDF}Description", False), (f"{RDF}type", True), (f"{RDF}_1", True),
    ],
)  # fmt: skip
def test_what_has_no_name_in_rdf_xml_is_an_error(iri: str, writable: bool, tmp_path: Path) -> None:
    """Review A16: RDF/XML that comes is RDF/XML that can be read, with the same triple."""
    assert has_name(iri) is writable
    made = Given((write(tmp_path, "a.nt", f"<{EX}a> <{iri}> <{EX}b> ."),)).load()
    answer = made.query("CONSTRUCT WHERE { ?s ?p ?o }")
    if writable:
        read = rdflib.Graph().parse(data=answer.serialize("rdf"), format="xml")
        assert set(read) == {(URIRef(f"{EX}a"), URIRef(iri), URIRef(f"{EX}b"))}
    else:
        with pytest.raises(FormatError) as caught:
            answer.serialize("rdf")
        assert iri in caught.value.in_language("de") and iri in caught.value.in_language("en")


def test_a_type_without_a_name_comes_after_what_has_one(tmp_path: Path) -> None:
    """The engine would make it the name of an element, which no parser reads."""
    made = Given((write(tmp_path, "a.nt", f"<{EX}a> <{RDF.type}> <{EX}31> .\n<{EX}a> <{EX}p> <{EX}b> ."),)).load()
    read = rdflib.Graph().parse(data=made.dump_default("rdf"), format="xml")
    assert set(read) == {
        (URIRef(f"{EX}a"), RDF.type, URIRef(f"{EX}31")),
        (URIRef(f"{EX}a"), URIRef(f"{EX}p"), URIRef(f"{EX}b")),
    }
    alone = Given((write(tmp_path, "b.nt", f"<{EX}a> <{RDF.type}> <{EX}31> ."),)).load()
    with pytest.raises(FormatError):
        alone.dump_default("rdf")


TERMS = """@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
<http://e.org/r> rdf:reifies <<( <http://e.org/a> <http://e.org/p> 1 )>> .
<http://e.org/a> <http://e.org/p> 1 ; a <http://e.org/T> ."""


def test_triple_terms_are_kept_where_a_format_has_them(tmp_path: Path) -> None:
    """Files of RDF 1.2 are served as they are; what cannot hold a triple term says so."""
    path = tmp_path / "terms.ttl"
    path.write_text(TERMS, encoding="utf-8")
    store = Given((path,)).load()
    for form in ("ttl", "nt", "trig", "nq"):
        assert b"<<(" in store.dump_default(form)
    with pytest.raises(FormatError) as caught:
        store.dump_default("jsonld")
    assert "JSON-LD" in caught.value.in_language("de")
    with pytest.raises(FormatError):
        store.query("CONSTRUCT WHERE { ?s ?p ?o }").serialize("jsonld")
    assert store.ask("ASK { ?r <http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies> <<( ?s <http://e.org/p> 1 )>> }")


@pytest.mark.parametrize("engine", [None, "shacl", "pyshacl"])
def test_triple_terms_are_an_error_where_rdf_1_1_is_read(engine: Any, tmp_path: Path) -> None:
    """As data the fast engine reads them; as shapes, for the other engine and in a build they are refused in a line."""
    path, shapes = tmp_path / "terms.ttl", tmp_path / "shapes.ttl"
    path.write_text(TERMS, encoding="utf-8")
    head = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://e.org/> . "
    shapes.write_text(
        head + "ex:S sh:targetClass ex:T ; sh:property [ sh:path ex:q ; sh:minCount 1 ] .", encoding="utf-8"
    )
    if engine == "pyshacl":
        with pytest.raises(NqgraphError) as caught:
            checks.of_sources([path], [shapes], workspace=SPACE, engine=engine)
        assert caught.value.problems[0].text.code == "shape-beyond"
    else:
        assert len(checks.of_sources([path], [shapes], workspace=SPACE, engine=engine).findings) == 1
    with pytest.raises(NqgraphError) as caught:
        checks.of_sources([shapes], [path], workspace=SPACE, engine=engine)
    assert caught.value.problems[0].text.code == "triple-term"
    with pytest.raises(InputError) as refused:
        Store().load(path, "http://e.org/g")
    assert refused.value.problems[0].text.code == "triple-term"


@pytest.mark.parametrize("sign", ["\u0000", "\u0007", "\u001f", "\ufffe", "\uffff"])
def test_a_control_character_is_an_error_in_xml_alone(sign: str, tmp_path: Path) -> None:
    """Review A17: no XML that no parser reads; JSON, CSV, TSV and Turtle hold it."""
    made = Given((write(tmp_path, "a.nt", f'<{EX}a> <{EX}p> "x\\u{ord(sign):04X}" .'),)).load()
    for query, form in (("SELECT ?o { ?s ?p ?o }", "xml"), ("CONSTRUCT WHERE { ?s ?p ?o }", "rdf")):
        with pytest.raises(FormatError) as caught:
            made.query(query).serialize(form)
        assert f"U+{ord(sign):04X}" in caught.value.in_language("en")
    assert (
        json.loads(made.query("SELECT ?o { ?s ?p ?o }").serialize())["results"]["bindings"][0]["o"]["value"][1] == sign
    )


def test_ends_of_lines_survive_xml(tmp_path: Path) -> None:
    """A carriage return in a text is one again for whoever parses the document."""
    made = Given((write(tmp_path, "a.nt", f'<{EX}a> <{EX}p> "x\\r\\ny\\t<&" .'),)).load()
    root = ElementTree.fromstring(made.query("SELECT ?o { ?s ?p ?o }").serialize("xml"))
    assert root.findtext(".//{*}literal") == "x\r\ny\t<&"
    (read,) = rdflib.Graph().parse(data=made.dump_default("rdf"), format="xml").objects()
    assert str(read) == "x\r\ny\t<&"


def test_a_function_that_is_not_there_is_an_error(store: Store) -> None:
    """It would leave a variable unbound otherwise, and nobody would notice."""
    with pytest.raises(QueryError) as caught:
        store.query("SELECT (<http://e.org/f>(1) AS ?x) {}")
    assert "http://e.org/f" in caught.value.in_language("de")


# -- the server --------------------------------------------------------------------------------------------------------

PEOPLE = f"""@prefix ex: <{EX}> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
foaf:Person rdfs:label "person"@en, "Mensch"@de . ex:knows rdfs:label "kennt"@de .
ex:anna a foaf:Person ; foaf:name "Anna" ; ex:knows ex:bert ; ex:addr [ ex:city "Köln" ; ex:in [ ex:zip "50667" ] ] .
<javascript:alert(1)> a foaf:Person ; foaf:name "<script>alert(1)</script>" ; ex:knows ex:anna .
ex:n a ex:Netz . <{EX}x?a=b%20c> a <{EX}数> ; ex:bell "\\u0007" ; <{EX}31> 1 .
ex:g {{ ex:bert a foaf:Person ; foaf:name "Bert" . }}
"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("given")
    path = write(folder, "people.trig", PEOPLE)
    named = write(folder, "named.nt", STATEMENT)
    arguments = ("--data", str(path), "--graph", f"{named}={EX}named", "--lang", "en")
    with serving(*arguments) as server, server.client() as client:
        yield client


def ask(client: httpx.Client, query: str, accept: str = "application/json", **headers: str) -> httpx.Response:
    return client.get("/sparql", params={"query": query}, headers={"Accept": accept, **headers})


def test_the_endpoint_has_the_dataset_of_the_files(client: httpx.Client) -> None:
    """Review A18: names of graphs, also in the description of the service; no union that nobody asked for."""
    found = ask(client, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g", "text/csv").text
    assert found == f"g\r\n{EX}g\r\n{EX}named\r\n"
    described = client.get("/sparql", headers={"Accept": "text/turtle"}).text
    assert "UnionDefaultGraph" not in described and f"<{EX}named>" in described
    assert client.get("/rdf-graph-store", params={"graph": f"{EX}g"}).text.count("Bert") == 1
    assert "Bert" not in client.get("/rdf-graph-store?default").text
    assert client.get("/rdf-graph-store", params={"graph": f"{EX}none"}).status_code == 404
    assert ask(client, f"SELECT * FROM <{EX}none> {{ ?s ?p ?o }}").status_code == 400


def test_csv_and_tsv_are_written_to_the_letter(client: httpx.Client) -> None:
    """SPARQL 1.1 Query Results CSV and TSV Formats: quotes, CRLF and LF, terms as Turtle has them."""
    query = (
        "SELECT ?a ?b ?c ?d ?e ?none { VALUES (?a ?b ?c ?d ?e) "
        "{ (<http://e.org/x> 'a,\"b\"\\nc' 'x\\ty'@en 1.5 true) } }"
    )
    assert ask(client, query, "text/csv").text == ('a,b,c,d,e,none\r\nhttp://e.org/x,"a,""b""\nc",x\ty,1.5,true,\r\n')
    assert ask(client, query, "text/tab-separated-values").text == (
        '?a\t?b\t?c\t?d\t?e\t?none\n<http://e.org/x>\t"a,\\"b\\"\\nc"\t"x\\ty"@en\t1.5\ttrue\t\n'
    )
    node = "SELECT ?o { ?s <http://e.org/addr> ?o }"
    assert re.fullmatch(r"o\r\n_:\w+\r\n", ask(client, node, "text/csv").text)
    assert re.fullmatch(r"\?o\n_:\w+\n", ask(client, node, "text/tab-separated-values").text)


def test_what_xml_cannot_hold_is_no_broken_document(client: httpx.Client) -> None:
    """406 with a reason, in the language that is asked for; other formats have it."""
    bell = "SELECT ?o { ?s <http://e.org/bell> ?o }"
    answer = ask(client, bell, "application/sparql-results+xml", **{"Accept-Language": "de"})
    assert (answer.status_code, "U+0007" in answer.text, "Zeichen" in answer.text) == (406, True, True)
    assert ask(client, bell).status_code == 200
    number = "CONSTRUCT WHERE { ?s <http://e.org/31> ?o }"
    answer = ask(client, number, "application/rdf+xml")
    assert (answer.status_code, "e.org/31" in answer.text) == (406, True)
    assert client.get("/rdf-graph-store?default", headers={"Accept": "application/rdf+xml"}).status_code == 406
    assert ask(client, number, "text/turtle").status_code == 200


@pytest.mark.parametrize("header", ["Accept", "Accept-Language", "Accept-Encoding"])
def test_no_header_of_wishes_is_an_error_of_the_server(header: str, client: httpx.Client) -> None:
    """Signs without names, weights that are none, thousands of wishes."""
    for value in (";;;", ",", ";q=1", "/", "a/;q", "text/csv;q=nan", '"', '";,"', "x" * 5_000, "text/csv," * 500):
        for address in ("/sparql?query=ASK%20%7B%7D", "/sparql", "/rdf-graph-store?default", "/", "/suche.json"):
            assert client.get(address, headers={header: value}).status_code in (200, 406), (address, value)


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/json", "application/ld+json"),
        ("application/xml", "application/rdf+xml"),
        ("text/*", "text/turtle"),
    ],
)
def test_graphs_have_the_names_of_their_syntaxes_too(accept: str, media: str, client: httpx.Client) -> None:
    """As clients ask that want solutions and graphs in the same syntax."""
    graph = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(?p = <http://e.org/knows>) }"
    answer = ask(client, graph, accept)
    assert answer.status_code == 200 and answer.headers["content-type"].startswith(media)


def test_head_counts_nothing_it_has_not_counted(client: httpx.Client) -> None:
    """Review A23: the length is that of GET, or it is not there."""
    assert "content-length" not in client.head("/sparql", params={"query": "ASK {}"}).headers
    for address in ("/rdf-graph-store?default", "/mensch"):
        plain = {"Accept-Encoding": "identity"}
        length = client.head(address, headers=plain).headers["content-length"]
        assert length == str(len(client.get(address, headers=plain).content))


def test_options_say_what_is_allowed(client: httpx.Client) -> None:
    """Without the headers of CORS, too; with them it is a preflight."""
    for address, allowed in (("/sparql", "GET, HEAD, POST, OPTIONS"), ("/rdf-graph-store", "GET, HEAD, OPTIONS")):
        answer = client.options(address)
        assert (answer.status_code, answer.headers["allow"]) == (204, allowed)
    preflight = {"Origin": "https://yasgui.org", "Access-Control-Request-Method": "POST"}
    assert client.options("/sparql", headers=preflight).headers["access-control-allow-origin"] == "*"


def test_codings_and_characters_are_taken_seriously(client: httpx.Client) -> None:
    """``gzip;q=0`` is no gzip; a byte that is no UTF-8 is no query; a byte order mark is none of it."""
    for coding in ("gzip;q=0", "identity, *;q=0", "identity"):
        answer = client.get("/sparql-terms.json", headers={"Accept-Encoding": coding})
        assert "content-encoding" not in answer.headers, coding
    assert client.get("/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%22%FF%22%20%7D").status_code == 400
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/sparql", content=b"query=ASK+%7B%7D+%23%FF", headers=form).status_code == 400
    sent = {"Content-Type": "application/sparql-query", "Accept": "application/json"}
    assert client.post("/sparql", content="\ufeffASK {}".encode(), headers=sent).json()["boolean"] is True


@pytest.mark.parametrize("query", ["ASK {\u000b}", "ASK%20%7B%7D", "%41SK {}"])
def test_a_query_with_what_is_none_of_its_signs_is_no_query(query: str, client: httpx.Client) -> None:
    """A vertical tab, or a text that is encoded twice: 400 with a reason."""
    answer = ask(client, query)
    assert answer.status_code == 400 and answer.json()["detail"]


def test_keywords_in_texts_and_comments_say_nothing(client: httpx.Client) -> None:
    """Neither is something refused nor looked for elsewhere."""
    query = "SELECT ('INSERT DATA SERVICE <http://e.org/> FROM <http://e.org/>' AS ?x) {} # DROP ALL SERVICE"
    assert ask(client, query, "text/csv").text.startswith("x\r\nINSERT DATA SERVICE")


def test_errors_speak_the_language_that_is_asked_for(client: httpx.Client) -> None:
    """That of the reader, blanks around its weight or not, else that of --lang; everywhere."""
    german = {"Accept-Language": "en; q=0.1 , de; q=0.9", "Accept": "text/plain"}
    for method, address in (
        ("GET", "/sparql?query=nonsense"), ("GET", "/rdf-graph-store"), ("PUT", "/sparql"), ("DELETE", "/mensch"),
        ("GET", f"/rdf-graph-store?graph={EX}none"), ("GET", "/id/person/nobody"),
    ):  # fmt: skip
        said = {client.request(method, address, headers=headers).text for headers in (german, {"Accept": "text/plain"})}
        assert len(said) == 2, address
        status = client.request(method, address).status_code
        assert 400 <= status < 500


def test_relative_iris_of_a_query_are_those_of_the_endpoint(client: httpx.Client) -> None:
    """RFC 3986, section 5.1.3, as the tests of the protocol want it."""
    answer = ask(client, "SELECT (<x> AS ?x) {}").json()
    assert answer["results"]["bindings"][0]["x"]["value"] == f"{client.base_url}/x"


# -- clients -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", [GET, POST])
@pytest.mark.parametrize(
    ("query", "form", "kind"),
    [
        *(("SELECT ?s { ?s ?p ?o }", form, kind) for form, kind in (
            ("json", dict), ("xml", "Document"), ("csv", bytes), ("tsv", bytes)
        )),
        ("ASK {}", "json", dict), ("ASK {}", "xml", "Document"),
        *((f"{query}", form, kind) for query in ("CONSTRUCT { ?s a ?o } { ?s a ?o }", f"DESCRIBE <{EX}anna>")
          for form, kind in (
              ("turtle", bytes), ("n3", bytes), ("xml", "Graph"), ("rdf+xml", "Graph"), ("json-ld", "Graph")
          )),
    ],
)  # fmt: skip
def test_sparqlwrapper_gets_every_format(query: str, form: str, kind: Any, method: str, client: httpx.Client) -> None:
    """By its own names of formats, in parameters and Accept, by GET and POST, without a warning of its own."""
    if "CONSTRUCT" in query and "xml" in form:
        query = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(?p = <http://e.org/knows>) }"
    wrapper = SPARQLWrapper(f"{client.base_url}/sparql")
    wrapper.setQuery(query)
    wrapper.setMethod(method)
    wrapper.setReturnFormat(form)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "ConjunctiveGraph is deprecated")
        found = wrapper.query().convert()
    if isinstance(kind, type):
        assert isinstance(found, kind) and found
    else:
        assert type(found).__name__.endswith(kind)
        assert kind != "Graph" or found


def test_rdflib_lists_graphs_and_triples(client: httpx.Client) -> None:
    """SPARQLStore: names of graphs, triples of one of them, blank nodes among the results."""
    store = SPARQLStore(f"{client.base_url}/sparql")
    assert {str(name) for name in store.contexts()} == {f"{EX}g", f"{EX}named"}
    graph = rdflib.Graph(store=store, identifier=URIRef(f"{EX}named"))
    assert list(graph) == [(URIRef(f"{EX}a"), URIRef(f"{EX}p"), rdflib.Literal("ü"))]
    (row,) = rdflib.Graph(store=store).query(f"SELECT ?o {{ ?s <{EX}addr> ?o }}")
    assert isinstance(row[0], rdflib.BNode)  # type: ignore[index]


def test_pandas_reads_an_address(client: httpx.Client) -> None:
    """``format=csv`` in the address is all it takes."""
    query = "SELECT%20%3Fs%20%3Fo%20%7B%20%3Fs%20a%20%3Fo%20%7D"
    frame = pandas.read_csv(f"{client.base_url}/sparql?format=csv&query={query}")
    assert list(frame.columns) == ["s", "o"] and len(frame) == 4


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,*/*;q=0.1", "application/ld+json"),
        ("application/sparql-results+json,*/*;q=0.9", "text/turtle"),
        ("*/*", "text/turtle"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html"),
    ],
)
def test_a_bare_get_is_for_programs_and_browsers(accept: str, media: str, client: httpx.Client) -> None:
    """What looks for a description, as Comunica and curl do, gets one; a browser gets the editor."""
    answer = client.get("/sparql", headers={"Accept": accept})
    assert answer.status_code == 200 and answer.headers["content-type"].startswith(media)


# -- pages -------------------------------------------------------------------------------------------------------------


def test_pages_need_no_shapes(client: httpx.Client) -> None:
    """Lists by class, a page for each thing with what its blank nodes say, the search and the network."""
    start = client.get("/").text
    assert 'href="mensch"' in start and "<strong>3</strong>" in start
    listed = client.get("/mensch").text
    assert 'href="doc/person/anna"' in listed and 'href="doc/person/bert"' in listed
    page = client.get("/doc/person/anna").text
    assert "kennt" in page and "Bert" in page and "Köln" in page and "50667" in page
    assert "person" in client.get("/en/mensch").text
    found = client.get("/suche.json").json()
    assert {thing[2] for thing in found["things"]} >= {"Anna", "Bert", "数"} - {"数"}
    assert {kind["label"]["de"] for kind in found["kinds"]} == {"Mensch", "Netz", "数"}
    drawn = client.get("/netz.json").json()
    assert len(drawn["nodes"]) == 5 and len(drawn["edges"]) == 2


def test_no_page_is_about_a_blank_node(client: httpx.Client) -> None:
    """They stand on the pages of what leads to them, and in its description."""
    found = client.get("/suche.json").text + client.get("/netz.json").text
    assert "_:" not in found
    described = rdflib.Graph().parse(data=client.get("/doc/person/anna.ttl").text, format="turtle")
    assert rdflib.Literal("50667") in set(described.objects())


def test_names_with_scripts_stay_texts(client: httpx.Client) -> None:
    """No markup from a name, no link that runs something, no address that a class could take from a page."""
    listed = client.get("/mensch").text
    (address,) = re.findall(r'href="(doc/person/javascript[^"]*)"', listed)
    page = client.get(f"/{address}").text
    for html in (listed, page):
        assert "<script>alert" not in html and 'href="javascript:' not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    (taken,) = set(re.findall(r'href="(netz-\w+)"', client.get("/").text))
    assert client.get(f"/{taken}").status_code == client.get("/netz").status_code == 200


# -- options -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--data", "{file}", "--base", "no iri"], "no iri"),
        (["--data", "{file}", "--base", "relative"], "relative"),
        (["--data", "{file}", "--graph", "{file}=<script>alert(1)</script>"], "<script>"),
        (["--data", "{file}", "--graph", "{file}=http://e.org/\" onload=\"x"], "onload"),
        (["--data", "{file}", "--graph", "{file}"], "FILE=IRI"),
        (["--graph", "={file}"], "FILE=IRI"),
        (["--base", "http://e.org/"], "--data"),
        (["--union"], "--data"),
        (["--data", "{folder}/bomb.nt.gz"], "bomb.nt.gz"),
        (["--data", "{folder}/deep.nt"], "deep.nt"),
        (["--data", "{folder}/a.docx"], "a.docx"),
    ],
)  # fmt: skip
def test_what_cannot_be_served_is_said_in_one_line(arguments: list[str], said: str, tmp_path: Path) -> None:
    """A base or a name that is no IRI, a bomb, a file that would crash a parser: exit 2, and nothing is served."""
    path = write(tmp_path, "a.ttl", STATEMENT)
    write(tmp_path, "a.docx", STATEMENT)
    write(tmp_path, "bomb.nt.gz", gzip.compress(b"\n" * (files.UNPACKED + 1)))
    write(tmp_path, "deep.nt", NESTED["statements.nt"])
    given = [part.replace("{file}", str(path)).replace("{folder}", str(tmp_path)) for part in arguments]
    command = [sys.executable, "-m", "nqgraph", "serve", "--port", "0", "--lang", "en", *given]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 2 and said in done.stderr, done.stderr
    assert "Traceback" not in done.stderr and done.stderr.count("\n") == 1


def test_a_name_that_looks_like_a_script_is_a_name(tmp_path: Path) -> None:
    """An IRI of any scheme names a graph; no page links to it."""
    path = write(tmp_path, "a.ttl", f"<{EX}a> a <{EX}T> .")
    with serving("--graph", f"{path}=javascript:alert(1)") as server, server.client() as client:
        assert client.get("/rdf-graph-store", params={"graph": "javascript:alert(1)"}).status_code == 200
        for address in ("/", "/t", "/doc/t/a", "/ueber"):
            answer = client.get(address)
            assert answer.status_code == 200 and 'href="javascript:' not in answer.text


def test_files_can_be_named_one_by_one(tmp_path: Path) -> None:
    """--data said again adds a file, and with --graph they are side by side."""
    paths = [write(tmp_path, f"{name}.nt", f'<{EX}{name}> <{EX}p> "x" .') for name in "abc"]
    given = ("--data", str(paths[0]), "--data", str(paths[1]), "--graph", f"{paths[2]}={EX}g")
    with serving(*given) as server, server.client() as client:
        assert ask(client, "SELECT ?s { ?s ?p ?o } ORDER BY ?s", "text/csv").text == f"s\r\n{EX}a\r\n{EX}b\r\n"
        assert ask(client, f"SELECT ?s FROM <{EX}g> {{ ?s ?p ?o }}", "text/csv").text == f"s\r\n{EX}c\r\n"


def test_the_union_is_said_and_served(tmp_path: Path) -> None:
    """--union and --base reach the endpoint, the graph store and the description of the service."""
    path = write(tmp_path, "g.trig", DATASET)
    with serving("--data", str(path), "--union", "--base", "https://base.org/") as server, server.client() as client:
        assert ask(client, f"SELECT (COUNT(*) AS ?n) {{ ?s <{EX}p> ?o }}", "text/csv").text == "n\r\n3\r\n"
        assert ask(client, "ASK { <rel> a ?t }").json()["boolean"] is True
        assert "https://base.org/rel" in client.get("/rdf-graph-store?default").text
        assert "UnionDefaultGraph" in client.get("/sparql", headers={"Accept": "text/turtle"}).text
