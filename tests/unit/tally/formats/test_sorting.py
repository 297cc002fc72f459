from hypothesis import given
from hypothesis import strategies as st

from participation.tally.formats.sorting import sorted_lines


@given(
    st.lists(st.binary(max_size=3).filter(lambda line: b"\n" not in line).map(lambda line: line + b"\n")),
    st.integers(1, 9),
)
def test_lines_are_sorted_however_few_are_held(lines: list[bytes], run: int) -> None:
    assert list(sorted_lines(iter(lines), run)) == sorted(lines)
