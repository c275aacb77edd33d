"""Names and texts that somebody may write into a scenario, and what must never come of them."""

NAMES = (
    "<script>document.title='fired'</script>",
    "<img src=x onerror=\"document.title='fired'\">",
    "\"><svg onload=document.title='fired'>",
    "</style><script>document.title='fired'</script>",
    "</title><body onload=document.title='fired'>",
    "{{ 7 * 7 }}{% raw %}",
    "javascript:document.title='fired'",
    "=cmd|'/C calc'!A0",
    "@SUM(1+1)*cmd",
    "../../etc/passwd",
    "C:\\Windows\\win.ini",
    "$\\frac{1}{",
    "a\u202egnp.exe",
    "nul\x00byte\x08",
    "line\nbreak\ttab",
    "雪" * 10_000,
    "a&b<c>d\"e'f",
    "${HOME} %s {0} {name}",
    "\ufffe\uffff",
)
