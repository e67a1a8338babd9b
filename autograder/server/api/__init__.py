"""The server's interface for programs: JSON below ``/api/v1``, told by ``/api/v1/openapi.json``."""

API = "/api/v1"
