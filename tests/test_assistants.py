"""Programs that speak for readers: what tools and resources answer, asked with the protocol's own client."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest

from nqgraph.command.cli import main
from nqgraph.serving.assistants import Assistant, server
from nqgraph.serving.served import Source
from tests.waiting import elsewhere

pytest.importorskip("mcp", reason="the extra nqgraph[mcp] is not installed")

EXAMPLE = Path(__file__).parent.parent / "data" / "examples" / "musterland"
TOOLS = {"find_question", "run_question", "find_thing", "get_thing", "get_evidence", "list_gaps", "sparql"}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of the small example."""
    folder = tmp_path_factory.mktemp("assistants") / "build"
    assert main(["build", str(EXAMPLE), "--out", str(folder), "--quiet"]) == 0
    return folder


@pytest.fixture(scope="module")
def assistant(out: Path) -> Assistant:
    """The tools over the example."""
    return Assistant(Source(folder=out).load())


def asked(assistant: Assistant, ask: Callable[[Any], Awaitable[Any]]) -> Any:
    """What *ask* gets from a client of the tools."""
    from mcp import Client

    async def run() -> Any:
        try:
            async with Client(server(assistant)) as client:
                return await ask(client)
        finally:
            await assistant.close()

    return elsewhere(anyio.run, run)


def called(assistant: Assistant, tool: str, **arguments: Any) -> Any:
    """The answer of *tool*, or the text of its error."""
    found = asked(assistant, lambda client: client.call_tool(tool, arguments))
    told = found.content[0].text
    return told if found.is_error else json.loads(told)


def test_there_are_seven_tools_that_only_read(assistant: Assistant) -> None:
    """Each says so itself."""
    tools = asked(assistant, lambda client: client.list_tools()).tools
    assert {tool.name for tool in tools} == TOOLS
    assert all(tool.annotations.read_only_hint and not tool.annotations.destructive_hint for tool in tools)


def test_a_plain_question_leads_to_rows_with_sources(assistant: Assistant) -> None:
    """Find, then run: version, date, sources and grades stand with the answer."""
    found = called(assistant, "find_question", question="Welche Praxis gibt es?", lang="de")
    first = found["readings"][0]
    assert (first["query"], first["parameters"]) == ("table", {"art": "practice"})
    listed = called(assistant, "run_question", name="table", parameters=first["parameters"], lang="de")
    assert listed["rows_in_all"] == len(listed["rows"]) > 0 and listed["columns"]
    answer = called(assistant, "run_question", name="praxis-liste", lang="de")
    assert answer["rows_in_all"] == len(answer["rows"]) > 0 and "empty" not in answer
    assert answer["sources"] and answer["grades"]
    assert answer["version"] == assistant.served.version and answer["date"].startswith("20")


def test_an_empty_answer_says_why_and_that_nothing_may_be_put_in_its_place(assistant: Assistant) -> None:
    """Never general knowledge."""
    answer = called(assistant, "sparql", query="SELECT ?s WHERE { ?s a <urn:nothing> }")
    assert answer["empty"] and answer["rows"] == [] and answer["reason"]
    nothing = called(assistant, "find_question", question="How far away is the moon?", lang="en")
    assert nothing["empty"] and "must not be filled from general knowledge" in nothing["instruction"]
    assert "moon" in nothing["unknown"]


def test_a_thing_is_found_by_its_name_and_given_with_its_evidence(assistant: Assistant) -> None:
    """Key, record, claims with source, confidence and grade."""
    listed = called(assistant, "run_question", name="praxis-liste", lang="en")["rows"][0]
    key = listed["praxis"].rsplit("/", 1)[-1]
    found = called(assistant, "find_thing", name=listed["praxisName"], lang="en")["things"]
    assert found[0]["key"] == key and found[0]["name"] == listed["praxisName"]
    assert called(assistant, "get_thing", key=key)["thing"]["key"] == key
    claims = called(assistant, "get_evidence", key=key, lang="en")["claims"]
    assert claims and all(claim["sources"] and claim["confidence"] for claim in claims)
    assert called(assistant, "list_gaps", lang="de")["gaps_in_all"] > 0


def test_what_is_wrong_is_said(assistant: Assistant) -> None:
    """An unknown key, an unknown question, an update, SPARQL that never ends."""
    assert "no-such-key" in called(assistant, "get_thing", key="no-such-key")
    assert "praxis-listen" in called(assistant, "run_question", name="praxis-listen")
    assert isinstance(called(assistant, "sparql", query="INSERT DATA { <urn:a> <urn:b> <urn:c> }"), str)
    many = called(assistant, "sparql", query="SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert isinstance(many, str)


def test_resources_tell_state_schema_and_things(assistant: Assistant) -> None:
    """As JSON, under addresses of their own."""

    async def read(client: Any) -> list[Any]:
        state, schema = [await client.read_resource(f"nqgraph://{name}") for name in ("state", "schema")]
        key = next(iter(assistant.served.site.collection.things)).rsplit("/", 1)[-1]
        thing = await client.read_resource(f"nqgraph://thing/{key}")
        return [json.loads(found.contents[0].text) for found in (state, schema, thing)] + [key]

    state, schema, thing, key = asked(assistant, read)
    assert state["version"] == assistant.served.version and state["triples"] == len(assistant.served.store)
    assert schema["kinds"] and "nq" in schema["prefixes"]
    assert thing["thing"]["key"] == key


@asynccontextmanager
async def over_http(out: Path) -> AsyncIterator[str]:
    """The address of a process that serves over HTTP."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "nqgraph", "mcp", "--source", str(out), "--http", "--port", str(port), "--quiet"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port)) == 0:
                    break
            await anyio.sleep(0.2)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(params=["stdio", "http"])
def way(request: pytest.FixtureRequest) -> Iterator[str]:
    """How a client reaches the tools."""
    yield str(request.param)


def test_the_command_serves_both_ways(out: Path, way: str) -> None:
    """``python -m nqgraph mcp`` over standard input and output, and over HTTP."""
    from mcp import Client, StdioServerParameters

    async def ask(target: Any) -> set[str]:
        async with Client(target) as client:
            found: Any = await client.call_tool("find_question", {"question": "Wissenslücken", "lang": "de"})
            assert json.loads(found.content[0].text)["readings"][0]["query"] == "offene-luecken"
            return {tool.name for tool in (await client.list_tools()).tools}

    async def run() -> set[str]:
        if way == "stdio":
            arguments = ["-m", "nqgraph", "mcp", "--source", str(out)]
            return await ask(StdioServerParameters(command=sys.executable, args=arguments))
        async with over_http(out) as address:
            return await ask(address)

    assert elsewhere(anyio.run, run) == TOOLS
