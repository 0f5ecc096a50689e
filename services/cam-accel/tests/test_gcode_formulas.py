"""Do parameters, expressions and O-words give what LinuxCNC's rules give?"""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rmos.cam_accel.gcode import GcodeError, Limits, interpret
from rmos.contracts.toolpath import Toolpath


def read(text: str) -> Toolpath:
    return interpret(text.encode(), dialect="linuxcnc", limits=Limits(steps=10_000)).toolpath


def value(text: str, before: str = "") -> float:
    return float(read(f"{before}\nG0 X{text}").x_mm[-1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1+2*3]", 7), ("[[1+2]*3]", 9), ("[2**3**2]", 64), ("[10-4-3]", 3), ("[12/3/2]", 2), ("[7 MOD 3]", 1), ("[-7 MOD 3]", 2),
        ("[2+3 EQ 5]", 1), ("[1 LT 2 AND 3 GT 4]", 0), ("[1 OR 0 AND 0]", 0), ("[1 XOR 1]", 0), ("[2 NE 2.00001]", 0), ("-[3]", -3),
        ("ABS[-4]", 4), ("SQRT[16]", 4), ("FIX[-2.5]", -3), ("FUP[-2.5]", -2), ("ROUND[2.5]", 3), ("ROUND[-2.5]", -3), ("LN[1]", 0),
        ("EXP[0]", 1), ("[ 1 + 1 ]", 2), ("sin[30]", 0.5), ("COS[60]", 0.5), ("TAN[45]", 1), ("ASIN[0.5]", 30), ("ACOS[0.5]", 60),
        ("ATAN[1]/[-1]", 135), ("[2 GE 2]", 1), ("[2 LE 1]", 0),
    ],
)  # fmt: skip
def test_an_expression_has_its_value(text: str, expected: float) -> None:
    assert value(text) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(-9, 9), min_size=2, max_size=6), st.data())
def test_sums_and_products_are_those_of_python(numbers: list[int], data: st.DataObject) -> None:
    signs = data.draw(st.lists(st.sampled_from(["+", "-", "*"]), min_size=len(numbers) - 1, max_size=len(numbers) - 1))
    text = str(numbers[0]) + "".join(f"{sign}[{number}]" for sign, number in zip(signs, numbers[1:], strict=True))
    assert value(f"[{text}]") == eval(text.replace("[", "(").replace("]", ")"))


def test_parameters_hold_values_by_number_by_name_and_by_another_parameter() -> None:
    assert value("#1", "#1=4") == 4
    assert value("#<Depth Of Cut>", "#<depthofcut>=2.5") == 2.5
    assert value("##2", "#2=7\n#7=9") == 9
    assert value("[#1*2]", "#1=[1+2]") == 6


def test_what_a_line_sets_counts_from_the_next_line_on() -> None:
    assert read("#1=1\nG0 X#1 #1=2\nG0 Y#1").x_mm.tolist() == [1, 1]
    assert read("#1=1\nG0 X#1 #1=2\nG0 Y#1").y_mm.tolist() == [0, 2]


def test_whether_a_parameter_is_set_can_be_asked() -> None:
    assert value("EXISTS[#<a>]") == 0
    assert value("EXISTS[#<a>]", "#<a>=0") == 1


def test_of_branches_the_first_that_holds_runs() -> None:
    text = "o1 if [#1 EQ 1]\nG0 X1\no1 elseif [#1 EQ 2]\nG0 X2\no1 else\nG0 X3\no1 endif\n"
    assert [read(f"#1={n}\n{text}").x_mm.tolist() for n in (1, 2, 3)] == [[1], [2], [3]]


def test_loops_run_while_they_should() -> None:
    assert read("#1=0\no1 while [#1 LT 3]\nG0 X#1\n#1=[#1+1]\no1 endwhile").x_mm.tolist() == [0, 1, 2]
    assert read("#1=0\no1 do\nG0 X#1\n#1=[#1+1]\no1 while [#1 LT 3]").x_mm.tolist() == [0, 1, 2]
    assert len(read("o1 repeat [3]\nG0 X1\no2 repeat [2]\nG0 X2\no2 endrepeat\no1 endrepeat")) == 9


def test_loops_can_be_left_and_gone_on_with() -> None:
    text = "#1=0\no1 while [1]\n#1=[#1+1]\no2 if [#1 EQ 2]\no1 continue\no2 endif\no3 if [#1 GT 4]\no1 break\no3 endif\nG0 X#1\no1 endwhile"
    assert read(text).x_mm.tolist() == [1, 3, 4]


def test_a_sub_gets_its_arguments_and_keeps_its_own_parameters() -> None:
    text = "o10 sub\n#<a>=[#1+#2]\nG0 X#<a>\n#<_out>=#<a>\no10 endsub\n#1=5\n#<a>=7\no10 call [1] [2]\nG0 X#1 Y#<a>\nG0 Z#<_out>\nM2"
    path = read(text)
    assert (path.x_mm.tolist(), path.y_mm.tolist(), path.z_mm.tolist()) == ([3, 5, 5], [0, 7, 7], [0, 0, 3])


def test_a_sub_may_return_early_and_call_others() -> None:
    text = "o1 sub\no2 if [#1 GT 2]\no1 return\no2 endif\nG0 X#1\no1 call [#1+1]\no1 endsub\no1 call [0]\nG0 Y9"
    assert read(text).x_mm.tolist() == [0, 1, 2, 2]


def test_moves_of_a_loop_have_the_number_of_their_line() -> None:
    assert read("o1 repeat [2]\nG0 X1\nG0 X2\no1 endrepeat").line.tolist() == [2, 3, 2, 3]


def test_a_fault_in_a_loop_is_told_once() -> None:
    with pytest.raises(GcodeError) as error:
        read("G0 X0\no1 repeat [5]\nG1 X1\nG0 Q1 X2\no1 endrepeat")
    assert [(d.line, d.code) for d in error.value.diagnostics] == [(3, "no_feed"), (4, "unused_word")]


def test_a_bolt_circle_lies_on_its_circle() -> None:
    text = "#1=0\nG0 X0 Y0 Z5 F100\no1 while [#1 LT 6]\nG99 G81 X[20*COS[#1*60]] Y[20*SIN[#1*60]] Z-2 R1\n#1=[#1+1]\no1 endwhile\nG80"
    path = read(text)
    holes = [(x, y) for x, y, z in zip(path.x_mm, path.y_mm, path.z_mm, strict=True) if z == -2]
    assert len(holes) == 6
    assert all(math.hypot(x, y) == pytest.approx(20) for x, y in holes)
