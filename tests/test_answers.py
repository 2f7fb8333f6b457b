"""
What a working group decides by: claims with their reasons, and every answer that was wrong once.

The numbers in the names are those of the truth audit of the shipped data, section 3.
"""

from __future__ import annotations

import csv
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from nqgraph.building import builds
from nqgraph.graph import queries
from nqgraph.graph.graph import Graph
from nqgraph.graph.store import Store
from nqgraph.pages import Site
from nqgraph.sources import datasets
from nqgraph.words import vocab
from tests import rows
from tests.conftest import ROOT
from tests.folders import BASICS, dataset
from tests.spaces import SPACE

Answer = list[dict[str, str]]


@cache
def table(name: str) -> list[dict[str, str]]:
    """Rows of a shipped table such as “nrw/aussagen”."""
    with (ROOT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def ask(graph: Graph, name: str, **parameters: str) -> Answer:
    """The answer of a canned query as dictionaries."""
    query = queries.of(SPACE).get(name)
    header, *found = rows.of_json(graph.answer(query, parameters, "json"))
    return [dict(zip(header, row, strict=True)) for row in found]


def key(iri: str) -> str:
    return iri.rpartition("/")[2]


CLAIMS = [*table("nrw/aussagen"), *table("laender-eu/aussagen")]
PAIRS = [row for row in CLAIMS if row["Nummer der Aussage"]]

# -- the claims ----------------------------------------------------------------------------------------------------


def test_all_reasoned_claims_are_there() -> None:
    """301 claims, by relation, basis, finding and certainty as the editors wrote them; each with its own reason."""
    assert len(PAIRS) == len({row["Nummer der Aussage"] for row in PAIRS}) == 301
    assert Counter(row["Beziehung"] for row in PAIRS) == {
        "antwortet auf Hemmnis": 86,
        "antwortet teilweise auf Hemmnis": 174,
        "gehemmt durch Hemmnis": 41,
    }
    assert Counter(row["eingeordnet durch"] for row in PAIRS) == {"Quelle selbst": 165, "Redaktion": 136}
    assert Counter(row["Verlässlichkeit"] for row in PAIRS) == {"hoch": 65, "mittel": 197, "niedrig": 39}
    assert Counter(row["aus zweiter Hand"] for row in PAIRS) == {"ja": 31, "nein": 270}
    assert len({row["Begründung (de)"] for row in PAIRS}) == len({row["Begründung (en)"] for row in PAIRS}) == 301


def test_no_pair_of_practice_and_obstacle_is_without_reason(shipped: Store) -> None:
    """What the graph says of a practice and an obstacle is what somebody gave a reason for, and nothing else."""
    pair = "?p ?r ?o FILTER(?r IN (nq:answers, nq:partlyAnswers, nq:hamperedBy))"
    claim = "?c rdf:subject ?p ; rdf:predicate ?r ; rdf:object ?o ; nq:reason ?de, ?en ; nq:locator ?where"
    said = f"{claim} FILTER(LANG(?de) = 'de' && LANG(?en) = 'en')"
    assert len({row[:3] for row in shipped.select(f"SELECT ?p ?r ?o WHERE {{ {pair} }}")}) == 301
    assert list(shipped.select(f"SELECT ?p WHERE {{ {pair} FILTER NOT EXISTS {{ {said} }} }}")) == []


def test_the_grade_follows_the_finding_and_not_the_genre(shipped: Store) -> None:
    """No claim without a finding is better than D, and none of a finding that was only planned."""
    claim = "?c a nq:Claim ; nq:evidenceGrade/skos:notation ?g OPTIONAL { ?c nq:finding/skos:notation ?f }"
    found = Counter((f or "", g) for f, g in shipped.select(f"SELECT ?f ?g WHERE {{ {claim} }}"))
    assert {g for f, g in found if not f} <= {"D", "E"}
    assert {g for f, g in found if f == "planned"} == {"E"}
    assert {g for f, g in found if f == "contradicts"} == {"X"}


def test_high_is_never_said_of_what_the_editors_only_conclude(shipped: Store) -> None:
    """Confidence and status cannot contradict each other: a relation drawn from a row is less certain than the row."""
    high = "?c nq:confidence <https://w3id.org/nqgraph/scheme/confidence/high> ; nq:claimStatus/skos:notation ?s"
    found = [row[0] for row in shipped.select(f"SELECT ?s WHERE {{ {high} }}")]
    assert Counter(found) == {"stated": 64, "classified": 1}  # the one has a reported result


def test_every_relation_that_somebody_draws_is_a_claim(shipped: Store) -> None:
    """Target groups, mechanisms, funding and routes are claims, too."""
    for name in ("forTargetGroup", "usesMechanism", "usesInstrument", "followsRoute"):
        path = vocab.NQ[name]
        claim = f"?c rdf:subject ?s ; rdf:predicate <{path}> ; rdf:object ?o ; dcterms:source ?q"
        data = f"GRAPH ?g {{ ?s <{path}> ?o }} FILTER(STRENDS(STR(?g), 'nrw') || STRENDS(STR(?g), 'laender-eu'))"
        asked = f"SELECT ?s WHERE {{ {data} FILTER NOT EXISTS {{ {claim} }} }}"
        assert list(shipped.select(asked)) == [], name


# -- nobody looked is not zero --------------------------------------------------------------------------------------


def test_questions_and_matrix_agree_on_every_pair(shipped_graph: Graph) -> None:
    """The page of the matrix and the question give the same state for each pair, group by group."""
    named = {
        "answered": "beantwortet", "partly": "teilweise", "against": "gehemmt", "known-gap": "bekannte Lücke",
        "nothing-found": "gesucht, nichts gefunden", "not-applicable": "nicht zutreffend", "group": "nur Gruppe",
    }  # fmt: skip
    asked = ask(shipped_graph, "hemmnis-matrix") + ask(shipped_graph, "hemmnis-matrix", zustand="gruppe")
    said = {(key(row["praxis"]), key(row["hemmnis"])): row["zustandName"] for row in asked}
    shown: dict[tuple[str, str], str] = {}
    for part in Site(shipped_graph).collection.matrix("de"):
        shown |= {
            (key(r), key(c)): named[part.pairs[r, c][0]]
            for r in part.rows
            for c in part.columns
            if (r, c) in part.pairs
        }
    assert shown == said


def test_answers_per_obstacle_and_obstacles_without_practice_agree(shipped_graph: Graph) -> None:
    """An obstacle of the region stands in the one list if the other counts no practice there, and the state agrees."""
    per = {key(row["hemmnis"]): row for row in ask(shipped_graph, "antworten-je-hemmnis")}
    without = {key(row["hemmnis"]): row for row in ask(shipped_graph, "hemmnisse-ohne-praxis")}
    assert all(not per[obstacle]["inRegion"] for obstacle in without)
    for obstacle, row in without.items():
        if per[obstacle]["stand"] == "gesucht, nichts gefunden":
            assert row["stand"] == "gesucht, nichts gefunden", obstacle
    matrix = Counter(key(row["hemmnis"]) for row in ask(shipped_graph, "hemmnis-matrix", zustand="beantwortet"))
    assert {o: int(row["antworten"]) for o, row in per.items() if row["antworten"]} == matrix
    assert not any("0" in (row["antworten"], row["teilweise"], row["inRegion"]) for row in per.values())


def test_the_obstacles_without_an_answer_are_those_of_the_editors(shipped_graph: Graph) -> None:
    """61 of 82 obstacles have an answer, 35 of 40 of NRW; the others say that somebody looked."""
    per = {key(row["hemmnis"]): row for row in ask(shipped_graph, "antworten-je-hemmnis")}
    answered = {o for o, row in per.items() if row["antworten"] or row["teilweise"]}
    assert (len(per), len(answered)) == (82, 61)
    assert len({o for o in answered if o.startswith("h-")}) == 35
    assert {row["stand"] for o, row in per.items() if o not in answered and not row["engere"]} == {
        "gesucht, nichts gefunden"
    }


# -- wrong once ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def figures(shipped_graph: Graph) -> dict[str, list[dict[str, str]]]:
    """Obstacle → its figures."""
    found: dict[str, list[dict[str, str]]] = {}
    for row in ask(shipped_graph, "hemmnis-nennungen"):
        found.setdefault(key(row["hemmnis"]), []).append(row)
    return found


def test_01_two_thirds_see_no_need(figures: dict[str, Answer]) -> None:
    """That a fifth finds release difficult is not said of those who see no need, which are two thirds."""
    assert [row["anteil"] for row in figures["h-betr-kein-bedarf"]] == ["66.7"]
    assert [row["wertText"] for row in figures["h-betr-freistellung"]] == ["etwa ein Fünftel"]


def test_02_the_share_is_that_of_basic_income_support(figures: dict[str, Answer]) -> None:
    """1.4 per cent and one in sixteen; what holds for unemployment insurance is only compared."""
    found = {key(row["messwert"]): row for row in figures["h-foe-sgb2-gering"]}
    assert (found["m-bund-fbw-alg1"]["wert"], found["m-bund-fbw-alg1"]["vergleich"]) == ("1.4", "5.7")
    assert "m-nrw-sgb2-anteil-teil-2" not in found


def test_03_the_cost_of_a_module_is_not_that_of_retraining(shipped: Store) -> None:
    """5,000 to 9,000 euros are said of partial qualification; retraining costs up to 40,000."""
    figure = "?m dcterms:identifier ?k ; nq:value ?v ; nq:about ?o FILTER(STRSTARTS(?k, 'm-tq-kosten'))"
    asked = shipped.select(f"SELECT ?v ?o WHERE {{ {figure} }}")
    found = {(float(str(value)), key(str(about))) for value, about in asked}
    assert found == {(5000, "w-tq"), (40000, "w-umschulung")}


def test_04_all_swiss_degrees_are_not_those_of_direct_admission(shipped_graph: Graph) -> None:
    """The degrees of all routes stand beside no single one."""
    found = ask(shipped_graph, "messwerte-je-praxis", praxis="prac-ch-direkte-zulassung")
    assert not {"ind-ch-abschluesse-2017", "ind-ch-2020"} & {key(row["messwert"]) for row in found}


def test_05_regions_with_practice_are_not_listed_as_without(shipped_graph: Graph) -> None:
    """What reviewed decisions say of parts holds in filters: Wuppertal lies in the Bergisches Land."""
    names = {row["regionName"] for row in ask(shipped_graph, "regionen-ohne-praxis")}
    wrong = """Wuppertal; Solingen; Remscheid; Rhein-Sieg-Kreis; Märkischer Kreis; Bielefeld; Kreis Gütersloh;
        Kreis Herford; Kreis Höxter; Kreis Minden-Lübbecke; Kreis Paderborn; Hochsauerlandkreis; Köln; Krefeld;
        Kreis Viersen; Städteregion Aachen; Rhein-Erft-Kreis; Kreis Euskirchen; Essen"""
    assert not names & {name.strip() for name in wrong.split(";")}
    practices = {key(row["praxis"]) for row in ask(shipped_graph, "praxis-in-region", region="nuts-dea1a")}
    assert "p-proviel-tq" in practices


def test_06_the_end_of_an_initiative_is_disputed_and_says_so(shipped_graph: Graph) -> None:
    """2020 by one source, 2025 by the agency: both stand there, found by a rule; nothing is replaced by a promise."""
    ended = ask(shipped_graph, "ausgelaufene-foerderung")
    found = {key(row["foerderung"]): row for row in ended}
    assert "2025" in found["f-zukunftsstarter"]["widerspruch"]
    assert found["f-bildungsscheck"]["nachfolge"] == ""
    assert found["fund-bmbf-pba"]["ende"] == "2013"
    assert len([row for row in ended if key(row["foerderung"]) == "fund-bmbf-pba" and row["praxis"]]) >= 10
    pairs = {(key(row["angabe"]), key(row["andere"])) for row in ask(shipped_graph, "widersprueche")}
    assert ("f-zukunftsstarter", "prac-zukunftsstarter") in pairs
    assert not any(one.startswith(("m-", "ind-")) for one, _ in pairs)  # 72 % in 2020 and 72 % in 2022 agree


def test_07_routes_follow_from_law_and_occupation(shipped_graph: Graph) -> None:
    """Validation and retraining are open to a warehouse operator; none leads to an occupation of the past."""
    store = {key(row["weg"]): row for row in ask(shipped_graph, "wege-fuer-ausgangslage", beruf="b-fachlagerist")}
    assert {"w-umschulung", "w-einzelumschulung", "w-validierung", "w-tq", "w-externenpruefung"} <= set(store)
    assert "Handwerkskammer" not in " ".join(row["stellen"] for row in store.values())
    assert "Menschen mit psychischer Erkrankung" in store["w-tq"]["praxisNamen"]
    assert ask(shipped_graph, "wege-fuer-ausgangslage", beruf="b-altenpflege") == []
    care = ask(shipped_graph, "wege-fuer-ausgangslage", beruf="b-pflegefachassistenz")
    assert [key(row["weg"]) for row in care] == ["w-nichtschueler-pflege"]


def test_08_a_pass_rate_given_as_43_of_44_is_measured(shipped_graph: Graph) -> None:
    """43 of 44 passed: passing is measured."""
    found = {key(row["praxis"]): row for row in ask(shipped_graph, "fehlende-messwerte")}
    assert found["prac-aiqua"]["bestehenDa"] == "ja"


def test_09_state_and_federal_figures_are_not_those_of_a_local_practice(shipped_graph: Graph) -> None:
    """A statewide rate is not that of one contact point, a federal target not that of one district."""
    for practice, figure in (
        ("p-bbox", "m-nrw-integration"),
        ("p-heinsberg-zukunftsstarter", "m-zukunftsstarter-ziel"),
    ):
        found = ask(shipped_graph, "messwerte-je-praxis", praxis=practice)
        assert figure not in {key(row["messwert"]) for row in found}


def test_10_ranking_is_by_direct_answers(shipped_graph: Graph) -> None:
    """Answers to a narrower obstacle are told apart and rank nothing; nobody looked is not nought."""
    found = ask(shipped_graph, "antworten-je-hemmnis")
    counts = [int(row["antworten"] or 0) for row in found]
    assert counts == sorted(counts, reverse=True) and counts[0] > 0
    examples = next(row for row in found if key(row["hemmnis"]) == "obs-keine-beispiele")
    assert examples["antworten"] == "" and int(examples["engere"]) > 0


def test_11_what_holds_a_practice_up_is_no_answer(shipped_graph: Graph) -> None:
    """The qualification agents are held up by applications, and so are others by their own obstacles."""
    states = {(key(r["praxis"]), key(r["hemmnis"])): r["zustandName"] for r in ask(shipped_graph, "hemmnis-matrix")}
    for pair in (
        ("p-qualifizierungsagenten", "h-foe-antragsaufwand"),
        ("p-bildungsscheck-beratung", "h-foe-diskontinuitaet"),
        ("prac-pt-novas-oportunidades", "obs-pt-politikwechsel"),
        ("prac-fr-vae", "obs-fr-komplex"),
    ):
        assert states[pair] == "gehemmt", pair


def test_12_loss_of_income_is_answered_with_reason_and_figure(shipped_graph: Graph) -> None:
    """The monthly allowance is among the answers, with its reason, and a finding instead of a count of figures."""
    found = ask(shipped_graph, "praxis-zu-hemmnis", hemmnis="h-ind-einkommen", region="r-nrw")
    assert {"prac-weiterbildungsgeld", "f-weiterbildungsgeld"} <= {key(row["praxis"]) for row in found}
    assert next(r for r in found if key(r["praxis"]) == "prac-weiterbildungsgeld")["geltung"] == "übergeordnet"
    answers = [row for row in found if row["antwort"] in ("im Ganzen", "teilweise")]
    assert all(row["begruendung"] and row["befund"] and row["belegstufe"] and row["status"] for row in answers)
    ranks = ["im Ganzen", "teilweise", "mindert", "stockt daran"]
    assert [ranks.index(row["antwort"]) for row in found] == sorted(ranks.index(row["antwort"]) for row in found)


def test_13_obstacles_without_practice_say_why_and_what_else_there_is(shipped_graph: Graph) -> None:
    """The state is never the same in all rows for want of data, and mitigating instruments are shown."""
    found = {key(row["hemmnis"]): row for row in ask(shipped_graph, "hemmnisse-ohne-praxis")}
    assert "Qualifizierungschancengesetz" in found["h-betr-freistellung"]["mindernd"]
    assert "Vermittlungsbudget" in found["h-foe-validierungskosten"]["mindernd"]
    assert all(row["stand"] for row in found.values())
    assert "gesucht, nichts gefunden" in {row["stand"] for row in found.values()}


def test_14_a_derived_need_names_what_there_is_beside_it(shipped_graph: Graph) -> None:
    """Recommendations that practice supports stand beside a derived need, and two needs are named by a forum."""
    found = {key(row["bedarf"]): row for row in ask(shipped_graph, "handlungsbedarf")}
    assert "zuschneiden" in found["h-ber-nicht-zugeschnitten"]["daneben"]
    assert {found[name]["art"] for name in ("bedarf-tq-zertifikate", "bedarf-tq-akzeptanz")} == {"benannt"}


def test_15_no_recommendation_is_said_to_come_from_the_forums(shipped_graph: Graph) -> None:
    """Only what a partner itself issues is listed under a forum, and it says that it did not arise there."""
    found = ask(shipped_graph, "wer-empfiehlt-was", forum="fo-fachgespraeche")
    assert found and {row["entstanden"] for row in found} == {"nein"}
    assert not any("IAB" in row["absenderNamen"] or "Deutscher Verein" in row["absenderNamen"] for row in found)


def test_16_signatories_are_not_counted_as_support_from_outside(shipped_graph: Graph) -> None:
    """The eight who signed an agreement support their own."""
    found = {key(row["vorschlag"]): row for row in ask(shipped_graph, "unterstuetzung")}
    assert found["e-tq-zertifikate"]["unterstuetzt"] == found["e-tq-zertifikate"]["eigene"] == "8"


def test_17_federal_law_is_not_decided_by_agencies() -> None:
    """Who decides on federal law is the federation; the open option on certificates knows its recommendations."""
    options = {row["Kennung"]: row for row in table("nrw/optionen")}
    for name in ("o-foerderzustaendigkeit", "o-praemie", "o-lernzeit"):
        assert "act-bmas" in options[name]["Wer entscheidet"]
        assert "a-ba" not in options[name]["Wer entscheidet"].split("; ")
    evidence = {row["Kennung"]: row["belegt durch"] for row in table("nrw/alternativen")}
    assert {"e-tq-zertifikate", "rec-tq-standards"} <= set(evidence["alt-tq-zertifikat-kammer"].split("; "))


def test_18_transferable_practice_is_meant_for_here(shipped_graph: Graph) -> None:
    """A transfer inside Austria is not called transferable to here, and no rating is surer than a conclusion."""
    found = {key(row["praxis"]): row for row in ask(shipped_graph, "uebertragbare-praxis")}
    assert found["prac-dkw-salzburg"]["einschaetzungName"] == "unter Bedingungen übertragbar"
    assert found["prac-bonus-bremen"]["einschaetzungName"] != "vergleichbar mit einem Ansatz in Deutschland"
    assert {row["verlaesslichkeit"] for row in found.values()} <= {"mittel", "niedrig"}
    assert sum(bool(row["hemmnisse"]) for row in found.values()) > len(found) // 2


def test_19_weak_evidence_is_graded_by_weakness(shipped_graph: Graph) -> None:
    """The weakest claims come first, and practice abroad documented abroad is not weak for that."""
    found = ask(shipped_graph, "schwache-belege")
    counts = [int(row["gruende"]) for row in found]
    assert counts == sorted(counts, reverse=True) and counts[0] > counts[-1]
    outside = ask(shipped_graph, "schwache-belege", grund="ausserhalb")
    assert 0 < len(outside) < 40
    assert all(key(row["subjekt"]).startswith("p-") or "nrw" in row["region"] for row in outside)


def test_20_the_matrix_uses_the_states_of_nothing(shipped_graph: Graph) -> None:
    """Not applicable and looked for in vain are said of pairs, not only that they are missing."""
    states = Counter(row["zustandName"] for row in ask(shipped_graph, "hemmnis-matrix"))
    assert states["nicht zutreffend"] == 24
    assert states["gesucht, nichts gefunden"] > 0


def test_21_outcomes_say_who_classified_them(shipped_graph: Graph) -> None:
    """No outcome is called documented by a source that only the editors drew; running only with its year."""
    query = queries.of(SPACE).get("verbleib-von-praxis")
    assert "Redaktion" in query.description["de"]
    found = ask(shipped_graph, "verbleib-von-praxis")
    assert all(row["zuletzt"] for row in found if row["verbleibName"] == "läuft")
    running = {key(row["praxis"]) for row in found if row["verbleibName"] == "läuft"}
    assert not running & {"p-bbe", "p-erfolg-in-schritten", "p-neustart-dortmund", "prac-frankfurter-weg"}
    ended = {row["verbleibName"] for row in found if key(row["praxis"]) == "p-nqn-niederrhein"}
    assert ended == {"Laufzeit endete, Verbleib nicht belegt"}


def test_22_one_obstacle_stands_in_one_group(shipped: Store) -> None:
    """Loss of income is individual; it does not make practices answer the funding group."""
    asked = "SELECT ?g WHERE { ?o dcterms:identifier 'h-ind-einkommen' ; nq:obstacleGroup/skos:notation ?g }"
    assert [row[0] for row in shipped.select(asked)] == ["individual"]


def test_23_close_target_groups_are_found_together(shipped_graph: Graph) -> None:
    """A filter by one of two close groups gives the practices of both, and no figure counts twice."""
    found = {
        group: {key(r["praxis"]) for r in ask(shipped_graph, "praxis-zu-hemmnis", zielgruppe=group)}
        for group in ("tg-erwerbslose-ohne-abschluss", "tg-ungelernte-arbeitslose")
    }
    assert found["tg-erwerbslose-ohne-abschluss"] == found["tg-ungelernte-arbeitslose"]
    bbz = [row["indikatorName"] for row in ask(shipped_graph, "messwerte-je-praxis", praxis="v-bbz-berlin")]
    assert Counter(name for name in bbz if name).most_common(1)[0][1] == 1


def test_24_what_another_entry_knows_is_used(shipped_graph: Graph) -> None:
    """The rule on full duration stands beside the obstacle it eases, and no caveat says it was not seen."""
    found = ask(shipped_graph, "praxis-zu-hemmnis", hemmnis="h-rec-verkuerzung")
    assert "frame-sgb3-180" in {key(row["praxis"]) for row in found if row["antwort"] == "mindert"}
    assert "nicht im Detail" not in " ".join(row["Vorbehalt (de)"] for row in table("nrw/hemmnisse"))


# -- what a reader sees ------------------------------------------------------------------------------------------------


def words(site: Site, address: str) -> str:
    """The page at *address* as one line of text with its tags."""
    html = site.page(address)
    assert html is not None
    return " ".join(html.split())


def test_a_claim_shows_its_reason_on_the_pages_of_both_things(shipped_graph: Graph) -> None:
    """Reason, finding, grade with its sentence, place in the source and certainty, on demand, in either language."""
    site = Site(shipped_graph)
    for address in ("doc/practice/p-tep", "doc/obstacle/h-ind-betreuung"):
        page = words(site, address)
        start = page.index('<div id="p-tep--answers.h-ind-betreuung">')
        assert page.rfind("<details", 0, start) > page.rfind("</details>", 0, start)
        claim = page[start : page.index("</div>", start)]
        for said in (
            "Coaching, die Suche nach einem Ausbildungsplatz",
            "von Beteiligten berichtet. Von über 6.300 Teilnehmenden",
            "C: Ergebnisse nur berichtet</a>. Wer betreibt oder fördert, nennt selbst Ergebnisse",
            "</a> (dritter Absatz)",
            "berichtet (Quelle selbst) · Verlässlichkeit: hoch · gelesener Teil: Auszug",
            "keine Vergleichsgruppe.",
        ):
            assert said in claim, said
    english = words(site, "en/doc/practice/p-tep")
    assert "</a> (third paragraph)" in english
    assert "dritter Absatz" not in english
    assert "<b>aus zweiter Hand</b>" in words(site, "doc/practice/prac-mytq")


def test_answers_stand_before_what_is_itself_held_up(shipped_graph: Graph) -> None:
    """On the page of an obstacle practice comes in the order of the relations: answers, in part, held up."""
    page = words(Site(shipped_graph), "doc/obstacle/h-ind-sprache")
    names = ("Praxis, die darauf antwortet", "Praxis, die teilweise darauf antwortet", "Praxis, die daran stockt")
    places = [page.index(f">{name}</h3>") for name in names]
    assert places == sorted(places)


def test_a_cell_of_the_matrix_leads_to_the_reason(shipped_graph: Graph) -> None:
    """A sign for a claim is a link to the place on the page of the practice where the reason stands."""
    page = words(Site(shipped_graph), "matrix")
    assert 'href="doc/practice/p-tep#p-tep--answers.h-ind-betreuung" title="C: Ergebnisse nur berichtet">C</a>' in page


def test_the_glossary_relates_the_grades_to_known_scales(shipped_graph: Graph) -> None:
    """Each grade with its sentence and with its place on the scales of Nesta and Maryland."""
    page = words(Site(shipped_graph), "glossar")
    for said in ("Standards of Evidence", "Maryland Scientific Methods Scale", "höchstens Stufe 1 der Maryland-Skala"):
        assert said in page


def test_certainty_and_grade_do_not_contradict_each_other(shipped: Store) -> None:
    """What is little certain is never better than described; what is only mentioned is never certain."""
    claim = "?c a nq:Claim ; nq:evidenceGrade/skos:notation ?g ; nq:confidence/skos:notation ?k"
    rows_ = set(shipped.select(f"SELECT ?k ?g ?s WHERE {{ {claim} OPTIONAL {{ ?c nq:seenExtent/skos:notation ?s }} }}"))
    assert {grade for certainty, grade, _ in rows_ if certainty == "low"} <= {"D", "E", "X"}
    assert not {row for row in rows_ if row[0] == "high" and row[2] == "contents"}


def test_every_text_has_its_english_twin(shipped: Store) -> None:
    """Names, descriptions, notes, reasons, locators and periods, except other names, which are names."""
    graphs = " ".join(f"<{vocab.BASE}graph/{name}>" for name in ("nrw", "laender-eu", "process", "regions", "mappings"))
    twin = "FILTER NOT EXISTS { ?s ?p ?en FILTER(LANG(?en) = 'en') } FILTER(?p != skos:altLabel)"
    data = f"VALUES ?g {{ {graphs} }} GRAPH ?g {{ ?s ?p ?de FILTER(LANG(?de) = 'de') }}"
    asked = f"SELECT DISTINCT ?p ?s WHERE {{ {data} {twin} }}"
    assert list(shipped.select(asked)) == []


def test_a_text_without_twin_is_reported(tmp_path: Path) -> None:
    """The report says of which property, how many, and where one stands."""
    hints = [text for severity, text in findings(tmp_path, "") if severity == "Info"]
    assert any("Ohne englische Fassung: " in text and "p-lotsen" in text for text in hints), hints


def test_figures_are_no_data_cube(shipped: Store) -> None:
    """Not every figure has all dimensions, so none claims to be an observation of a cube."""
    terms = "?s ?p ?o FILTER(CONTAINS(CONCAT(STR(?p), ' ', STR(?o)), 'purl.org/linked-data/cube'))"
    assert list(shipped.select(f"SELECT ?s WHERE {{ {terms} }}")) == []


def test_a_figure_stands_with_its_caveat_and_reference_group_and_no_description_is_an_indicator(
    shipped_graph: Graph,
) -> None:
    """Where no indicator fits, that is said; the value is not put in quotation marks, because it is no quotation."""
    page = words(Site(shipped_graph), "doc/practice/p-tep")
    row = page[page.rindex("<tr", 0, page.index("128 Projekte")) :]
    row = row[: row.index("</tr>")]
    assert '<i class="absent">kein Indikator passt</i></th>' in row
    assert "<p>Projekte der ersten vier Durchläufe.</p>" in row
    assert "„" not in row
    other = words(Site(shipped_graph), "doc/obstacle/h-betr-kein-bedarf")
    assert '<p class="caveat">Vorbehalt: Jahr nicht angegeben</p>' in other


def test_what_followed_and_what_means_the_same_are_two_relations(shipped: Store) -> None:
    """An initiative is succeeded by another; a merged key is replaced by the kept one and is no thing."""
    followed = {(key(s), key(o)) for s, o in shipped.select("SELECT ?s ?o WHERE { ?s nq:succeededBy ?o }")}
    assert followed == {("prac-spaetstarter", "prac-zukunftsstarter"), ("f-wegebau", "f-qcg")}
    assert list(shipped.select("SELECT ?s WHERE { ?s dcterms:isReplacedBy ?o ; a ?class }")) == []


# -- bad input -----------------------------------------------------------------------------------------------------

HEADER = (
    "Subjekt,Beziehung,Objekt,Status,eingeordnet durch,Begründung (de),Befund,Befund in einem Satz (de),"
    "gelesener Teil,Fundstelle,Quellen,Verlässlichkeit\n"
)
PRACTICE = (
    "Kennung,Bezeichnung (de),Verbleib,läuft noch,zuletzt belegt,Beginn,Ende,antwortet auf Hemmnisgruppe,"
    "Quellen,Verlässlichkeit\n"
)
GOOD = "p-lotsen,antwortet auf Hemmnis,h-einkommen,berichtet,Quelle selbst,Sie zahlen.,,,,S. 1,q-bericht,mittel\n"


def findings(folder: Path, claims: str, practice: str = "") -> list[tuple[str, str]]:
    """Severity and German message of what is wrong with *claims*."""
    rows_ = PRACTICE + (practice or "p-lotsen,Lotsen,,,,,,individuell,q-bericht,mittel\n")
    files: dict[str, Any] = BASICS | {"praxis.csv": rows_, "aussagen.csv": HEADER + (claims or GOOD)}
    report = builds.assemble(datasets.find([dataset(folder / "daten", files)], SPACE)).report
    for finding in report.findings:  # each says it in both languages
        assert finding.in_language("de") != finding.in_language("en")
    return [(vocab.local_name(f.severity), f.in_language("de")) for f in report.findings]


@pytest.mark.parametrize(
    ("claims", "practice", "said"),
    [
        pytest.param(GOOD.replace("Sie zahlen.", ""), "", "hat keine Begründung", id="no-reason"),
        pytest.param(
            GOOD + GOOD.replace("h-einkommen", "h-zeit"), "", "Dieselbe Begründung steht schon", id="reason-twice"
        ),
        pytest.param(
            GOOD.replace("berichtet,Quelle selbst", "eingeordnet,Redaktion").replace(",mittel", ",hoch"),
            "",
            "„hoch“ passt nicht",
            id="high-concluded",
        ),
        pytest.param(
            GOOD.replace(",,,S. 1,q-bericht,mittel", ",,contents,S. 1,q-bericht,hoch"),
            "",
            "„hoch“ passt nicht",
            id="high-only-mentioned",
        ),
        pytest.param(
            GOOD.replace(",,,,S. 1,q-bericht", ",untersucht,43 von 44.,,,"),
            "",
            "Der Befund steht ohne Quelle da",
            id="finding-without-source",
        ),
        pytest.param(
            GOOD.replace("Sie zahlen.,,", "Sie zahlen.,untersucht,"),
            "",
            "braucht einen Satz",
            id="finding-without-text",
        ),
        pytest.param(
            GOOD.replace("S. 1,q-bericht", "S. 1,"), "", "gehört zu keiner Quelle", id="locator-without-source"
        ),
        pytest.param(
            GOOD.replace("S. 1", "q-anderer: S. 1"), "", "gehört zu keiner Quelle", id="locator-of-another-source"
        ),
        pytest.param(
            "",
            "p-lotsen,Lotsen,läuft,läuft,2020,2010,2013,individuell,q-bericht,mittel\n",
            "vor dem Jahr, für das sie zuletzt belegt ist",
            id="outcome-against-period",
        ),
        pytest.param(
            "",
            "p-lotsen,Lotsen,abgebrochen oder nicht verlängert,läuft,2020,,,individuell,q-bericht,mittel\n",
            "widersprechen sich",
            id="outcome-against-running",
        ),
        pytest.param(
            "", "p-lotsen,Lotsen,läuft,,,,,individuell,q-bericht,mittel\n", "zuletzt belegt", id="running-without-year"
        ),
        pytest.param(
            GOOD + GOOD.replace("antwortet auf", "gehemmt durch").replace("Sie zahlen", "Es kostet"),
            "",
            "wird zugleich davon gehemmt",
            id="answers-and-hampered",
        ),
        pytest.param(
            GOOD + GOOD.replace("antwortet auf", "antwortet teilweise auf").replace("Sie zahlen", "Es kostet"),
            "",
            "nur teilweise",
            id="answers-and-partly",
        ),
    ],
)
def test_bad_input_is_found_with_a_helpful_message(claims: str, practice: str, said: str, tmp_path: Path) -> None:
    """Each fault of a claim or an outcome is a violation that says what to do."""
    violations = [text for severity, text in findings(tmp_path, claims, practice) if severity == "Violation"]
    assert any(said in text for text in violations), violations


def test_good_input_passes(tmp_path: Path) -> None:
    """A claim with a reason, a source and its place is right."""
    assert [found for found in findings(tmp_path, "") if found[0] == "Violation"] == []
