"""api/portal/web/README.md: the page is built and tried by a step of its own."""


def read(r, build):
    r.told("npm ci && npm run build", "tests/run", words='part page-packages "${page[@]}" ci --no-audit --no-fund && part page-build "${page[@]}" run build')
    r.told("npm test", "tests/run", words='INKAN_ALL_JUDGES=1 "${page[@]}" test')
    r.told("../../../tests/portal/browser", "tests/run", words="tests/portal/browser")
