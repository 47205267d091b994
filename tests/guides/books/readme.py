"""README.md's two commands."""


def read(r, build):
    r.told("./packaging/quickstart", "tests/e2e/walk_through")
    r.nowhere("./tests/run", "it is what runs this")
