"""Pasted text: what becomes rows, and the sentence for all that does not."""

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from landscapes.data.decimals import LARGEST, rounded
from landscapes.data.table import SMALLEST, Table, TableError, read_table, table_text


def problems(text, inputs=1, target="number", most=100):
    with pytest.raises(TableError) as caught:
        read_table(text, inputs, target, most)
    assert str(caught.value) == "\n".join(caught.value.problems)
    return caught.value.problems


@pytest.mark.parametrize(
    "text",
    [
        "1,0.05\n-3,1e-7\n0.1,0.02",
        "x,y\n1,0.05\n-3,1e-7\n0.1,0.02\n",
        "1, 0.05\r\n-3, 1e-7\r\n.1, +2E-2\r\n",
        "\ufeffx;y\r\r1.;.05\r\u22123;1e\u22127\r0.1;0.020",
        '"a, b";"c"\n"1";"0,05"\n"-3";"1e-7"\n"0,1";"0,020"',
        "1\t0,05\n\n  \n-3\t0,0000001\n0,1\t2,0e-2\n\n",
        "the_x the_y\n  1    0.05  \n-3\t1e-7\n0.1 0.02",
        '"my x" y\n1 0,05\n-3 1e-7\n0,1 0,02',
        '"1","0.05"\n "-3", "1e-7"\n0.1,"0.02"',
        "1 ;0.05\n-3 ;1e-7\n0.1 ;0.02",
        "1\t0.05\n-3\t1e-7\n 0.1 \t 0.02 \n",
    ],
)
def test_these_are_all_the_same_rows(text):
    found = read_table(text, 1, "number")
    assert found.rows == ((1.0, 0.05), (-3.0, 1e-7), (0.1, 0.02))
    assert (found.rounded, found.classes) == (False, None)
    comma = ("commas were read as decimal points",)
    assert found.notes == (comma if "0,05" in text else ())


def test_names_are_kept():
    assert read_table("height , weight\n1,2\n2,3\n3,4", 1, "number").header == ("height", "weight")
    assert read_table('"a ""b""",' + "c" * 60 + "\n1,2\n2,3\n3,4", 1, "number").header == ('a "b"', "c" * 40)
    assert read_table("1,2\n2,3\n3,4", 1, "number").header == ()
    index = read_table(",weight\n1,2\n2,3\n3,4", 1, "number")
    assert index.header == ("x", "weight")
    with pytest.raises(TableError, match="line 1: 'abc' is not a number"):
        read_table("5,abc\n1,2\n2,3\n3,4", 1, "number")


@pytest.mark.parametrize(
    "text, rows, classes",
    [
        ("1,0\n2,1\n3,1", (0, 1, 1), ("0", "1")),
        ("1,no\n2,yes\n3,no", (0, 1, 0), ("no", "yes")),
        ("x,y\n1,yes\n2,no\n3,no", (1, 0, 0), ("no", "yes")),
        ("1,10\n2,9\n3,9.0", (1, 0, 0), ("9", "10")),
        ("1\t+1\n2\t\u22121\n3\t+1", (1, 0, 1), ("\u22121", "+1")),
        ("1;Iris setosa\n2;Iris virginica\n3;Iris setosa", (0, 1, 0), ("Iris setosa", "Iris virginica")),
        ("1,5 a\n2,5 b\n3,5 a", (0, 1, 0), ("a", "b")),
        ("1 ,a\n2 ,b\n3 ,a", (0, 1, 0), ("a", "b")),
        ('1,"a, b"\n2,"b, a"\n3,"a, b"', (0, 1, 0), ("a, b", "b, a")),
        ("1 2\n2 x\n3 x", (0, 1, 1), ("2", "x")),
        ("1,a\x00\u00a0b\n2,a b\n3,\ud800c", (0, 0, 1), ("a b", "c")),
        ("1,Z\u00fcrich\n2,\u6771\u4eac\n3,\u6771\u4eac", (0, 1, 1), ("Z\u00fcrich", "\u6771\u4eac")),
    ],
)
def test_two_labels_become_two_classes(text, rows, classes):
    found = read_table(text, 1, "class")
    assert tuple(row[1] for row in found.rows) == rows
    assert found.classes == classes
    assert [row[0] for row in found.rows] in ([1, 2, 3], [1.5, 2.5, 3.5])


def test_two_inputs_are_two_columns():
    assert read_table("1,2,a\n3,4,b", 2, "class").rows == ((1, 2, 0), (3, 4, 1))
    assert read_table("1,5 2,5 a\n3,5 4,5 b", 2, "class").rows == ((1.5, 2.5, 0), (3.5, 4.5, 1))
    assert read_table("1,5 2,5 0\n3,5 4,5 0\n1 1 1", 2, "number").rows == ((1.5, 2.5, 0), (3.5, 4.5, 0), (1, 1, 1))
    assert problems("1,2\n3,4", 2, "class") == ("2 columns were found; give 3: x1, x2, class",)
    assert problems("1,2,a\n1,2,b", 2, "class") == (
        "column x1 is the same number in every row: nothing can be learnt from it",
        "column x2 is the same number in every row: nothing can be learnt from it",
    )


def test_each_bad_line_is_told_in_its_words():
    text = "a,b\n1,nan\n\n2,-inf\n3,\n4,1e12\n5,-1e-12\n6," + "z" * 60 + "\n7,1e-400\n,1\n1,1.000,5\n2,x\n2,1\n2,1e9"
    assert problems(text) == (
        "line 2: 'nan' says that there is no number; fill it in, or leave the row out",
        "line 4: '-inf' is not a finite number",
        "line 5: the field of b is empty",
        "line 6: '1e12' is too large; give numbers from -1e9 to 1e9",
        "line 7: '-1e-12' is too close to 0; give 0, or at least 1e-9 in size",
        f"line 8: '{'z' * 40}\u2026' is not a number",
        "line 9: '1e-400' is too close to 0; give 0, or at least 1e-9 in size",
        "line 10: the field of a is empty",
        "and 2 more lines",
    )
    assert problems("1,2\r\n2,abc\r\n3,4") == ("line 2: 'abc' is not a number",)
    assert problems("1,2\n2,3,4\n3,4\n\n5") == (
        "line 2: 3 columns were found; give 2: x, y",
        "line 5: 1 column was found; give 2: x, y",
    )
    assert problems('1,2\n"2,3\n3,4') == ("line 2: a quotation mark is not closed, or something stands beside it",)
    assert problems("1\t2\n\t3\n5\t") == ("line 2: the field of x is empty", "line 3: the field of y is empty")
    assert problems("1;2\n2;1.234,5\n3;1,234,567") == (
        "line 2: '1.234,5' is not a number",
        "line 3: '1,234,567' is not a number",
    ), "commas between thousands"
    assert problems("1,2\n2,\uff13\n3,4") == ("line 2: '\uff13' is not a number",)
    assert problems("1,2\n2," + "3" * 3_000) == ("line 2: 3,002 characters are too many; a line has at most 2,000",)
    lines = "\n".join(["1,2", *["1,x"] * 9])
    assert problems(lines)[-2:] == ("line 9: 'x' is not a number", "and 1 more line")
    assert problems("1,a\n2,nan\n3," + "b" * 41, 1, "class") == (
        "line 2: 'nan' is no class; fill it in, or leave the row out",
        f"line 3: '{'b' * 40}\u2026' is too long for a class; give at most 40 characters",
    )


def test_what_no_line_alone_is_wrong_with_is_told():
    nothing = ("there is nothing yet: paste a row a line, with the columns x, y",)
    assert problems("") == problems(" \n\t\r\n ") == problems("\ufeff") == nothing
    assert problems("1,2,3\n4,5,6") == problems("1 2 3\n4 5 6") == ("3 columns were found; give 2: x, y",)
    assert problems("abc") == ("1 column was found; give 2: x, y",)
    assert problems("a,b,c\n1,2\n2,3\n3,4") == ("line 1: 3 columns were found; give 2: x, y",)
    assert problems("a,b\n1,2\n2,3") == (
        "2 rows were found below the names; give at least 3: a line goes exactly through any two",
    )
    assert problems("1,2") == ("1 row was found; give at least 3: a line goes exactly through any two",)
    assert problems("1,a", 1, "class") == ("1 row was found; give at least 2: one of each class",)
    assert problems("1,a\n2,a", 1, "class") == ("only one class was found, 'a'; give two",)
    assert problems("1,a\n2,b\n3,c", 1, "class") == ("3 classes were found, 'a', 'b', 'c'; give two",)
    many = "\n".join(f"{i},{i}" for i in range(9))
    assert problems(many, 1, "class") == ("9 classes were found, '0', '1', '2', '3', ...; give two",)
    same = "is the same number in every row: nothing can be learnt from it"
    assert problems("1,2\n1,3\n1,4") == (f"column x {same}",)
    assert problems("size,cost\n1e-9,2\n1e-9,3\n1e-9,4") == (f"column size {same}",)


def test_too_many_rows_are_counted_and_not_read():
    rows = "".join(f"{i},2\n" for i in range(100))
    assert len(read_table("x,y\n" + rows + "\n \n", 1, "number").rows) == 100
    assert problems(rows + "5,6") == problems("x,y\n" + rows + "5,6") == ("101 rows were found; give at most 100",)
    assert len(read_table(rows * 10, 1, "number", 1_000).rows) == 1_000
    huge = {
        "x,y\n" + "1,2\n" * 10**6: "1,000,000 rows were found; give at most 100",
        "x y\r\n\r\n" + "1,5 abc\r\n \r\n" * 10**6: "1,000,000 rows were found; give at most 100",
        "1" * 10**7: "line 1: 10,000,000 characters are too many; a line has at most 2,000",
        " \n" * 10**6: "there is nothing yet: paste a row a line, with the columns x, y",
        (("9" * 399 + "x ") * 5 + "\n") * 101: "100 rows were found",
    }
    for text, told in huge.items():
        began = time.process_time()
        found = problems(text)
        assert time.process_time() - began < 1
        assert found == (told,) or told == "100 rows were found"


def test_rounding_is_told():
    found = read_table("0.12345678,1\n1,2\n3,3e8", 1, "number")
    assert found.rows == ((0.12346, 0.0), (1.0, 0.0), (3.0, 3e8))
    assert found.rounded
    assert found.notes == ("x was rounded to 5 decimals", "y was rounded to multiples of 1,000")
    whole = read_table("a,b\n1.5,1\n2e5,2.5\n1e6,3", 1, "number")
    assert (whole.rows[0], whole.notes) == ((2.0, 1.0), ("a was rounded to whole numbers",))
    one = read_table("1.55,1\n2e4,2\n1e5,3", 1, "number")
    assert one.notes == ("x was rounded to 1 decimal",)
    assert not read_table("-0,0.001\n0.5,-0.001\n1,-0.0", 1, "number").rounded


def packable(inputs, target):
    wholes, decimals = st.integers(-(10**9), 10**9), st.integers(0, 9)
    number = st.builds(lambda k, d: float(f"{k}e-{d}"), wholes, decimals) | st.floats(-LARGEST, LARGEST)
    number = number.filter(lambda value: value == 0 or abs(value) >= SMALLEST)
    labels = st.sampled_from([0.0, 1.0])
    last = labels if target == "class" else number
    found = st.lists(st.tuples(*[number] * inputs, last), min_size=3, max_size=12).map(rounded)
    if target == "class":
        found = found.filter(lambda rows: len({row[-1] for row in rows}) == 2)
    return found.filter(lambda rows: all(len(set(column)) > 1 for column in list(zip(*rows, strict=True))[:-1]))


KINDS = st.sampled_from([(1, "number"), (2, "number"), (1, "class"), (2, "class")])
NAME = st.text(min_size=1, max_size=12).filter(str.isprintable).map(lambda name: " ".join(f"n {name}".split()))


@settings(max_examples=100, deadline=None)
@given(KINDS.flatmap(lambda kind: st.tuples(st.just(kind), packable(*kind))), st.booleans(), st.data())
def test_rows_come_back_in_every_dialect(drawn, named, data):
    (inputs, target), rows = drawn
    header = tuple(data.draw(st.tuples(*[NAME] * (inputs + 1)))) if named else ()
    found = read_table(table_text(rows, header), inputs, target)
    assert (found.rows, found.header, found.rounded, found.notes) == (rows, header, False, ())
    names = ["x", "x2", "target"][: inputs + 1] if named else []
    text = table_text(rows, names)
    for separator in (";", "\t", " ", "   "):
        for end in ("\n", "\r\n", "\r", "\n\n"):
            for point in (".", ","):
                other = text.replace(",", separator).replace("\n", end)
                if point == ",":
                    other = other.replace(".", ",")
                read = read_table("\ufeff" + other.replace("-", "\u2212"), inputs, target)
                assert read.rows == rows and read.header == tuple(names)
    quoted = "\n".join(",".join(f'"{field}"' for field in line.split(",")) for line in text.splitlines())
    assert read_table(quoted, inputs, target).rows == rows


SIGNS = st.sampled_from([*"0123456789012345,;\t \n\n\r.-+e\"'ax\x00\ufeff\u2212\u00a0\u2028\x1c", "nan", "inf", "1e"])


@settings(max_examples=250, deadline=None)
@given(st.text(max_size=80) | st.lists(SIGNS, max_size=80).map("".join), KINDS)
@example('"', (1, "number"))
@example("\ud800,1\n1,2\n2,3\n3,4", (1, "number"))
def test_any_text_is_a_table_or_refused_in_sentences(text, kind):
    try:
        found = read_table(text, *kind)
    except TableError as error:
        assert 1 <= len(error.problems) <= 9
        assert all(0 < len(problem) < 250 and problem.isprintable() for problem in error.problems)
    else:
        assert isinstance(found, Table)
        assert all(shown.isprintable() and 0 < len(shown) <= 40 for shown in (*found.header, *(found.classes or ())))
        assert rounded(found.rows) == found.rows
        assert read_table(table_text(found.rows, ()), *kind).rows == found.rows


def test_numbers_are_written_as_programs_do():
    assert (
        table_text(((1.0, 2.5), (-3.0, 1e-7), (0.1, 20000.0)), ("a, b", 'c "d"\n e'))
        == '"a, b","c ""d"" e"\n1,2.5\n-3,1e-07\n0.1,20000\n'
    )
    assert table_text(((-0.0, 1e9), (0.30000000000000004, 1e-12)), ()) == "0,1000000000\n0.30000000000000004,1e-12\n"
