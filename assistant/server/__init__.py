"""A page, an OpenAI-compatible API, our own REST API and MCP over one `Assistant`.

Everything here translates: the events of an answer, the receipt of a run, the report of a job.
Start reading in `app`. The packages of the extra ``serve`` are needed, and imported nowhere else.
"""
