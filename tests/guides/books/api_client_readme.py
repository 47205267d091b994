"""api/client/README.md: the client is built and tried by a step of tests/run."""


def read(r, build):
    r.told("npm ci", "tests/run", words="npm --prefix api/client ci")
    r.told("npm run build", "tests/run", words="npm --prefix api/client run build")
    r.told("npm test", "tests/run", words="npm --prefix api/client test")
    r.told("../../tests/client/live", "tests/run", words="tests/client/live")
    r.told("npm pack", "tests/client/package.test.mjs", words="'pack'")
