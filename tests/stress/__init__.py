"""The test bench for unattended crawls: a large site with faults, a judge of what was asked, and marks to be met.

`python -m tests.stress.marks` measures all of it; `test_marks.py` does the same on a small site.
"""
