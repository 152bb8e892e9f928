"""Whatever our OpenAPI allows is answered; whatever it does not is refused by a typed error."""

from __future__ import annotations

import warnings

import pytest

pytest.importorskip("schemathesis", reason="makes requests from OpenAPI: pip install schemathesis")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # their dependencies warn while they are imported
    import schemathesis

from hypothesis import HealthCheck, Phase, given, settings

from .running import Running

EXAMPLES = 12


@pytest.mark.long
@pytest.mark.filterwarnings("ignore")
def test_no_request_that_openapi_allows_makes_a_server_error(server: Running) -> None:
    schema = schemathesis.openapi.from_url(f"{server.url}/api/openapi.json")
    seen = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        seen += 1

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            response = case.call(timeout=60)
            assert response.status_code < 500, (case.as_curl_command(), response.text)
            if response.status_code >= 400:
                assert response.json()["error"]["type"], response.text

        ask()
    assert seen > 20
