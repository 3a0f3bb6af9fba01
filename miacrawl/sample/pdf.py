"""The one PDF of the sample site: a printable sleep diary, drawn here because a crawler only needs it to be a PDF."""

from __future__ import annotations

_COLUMNS = "Day | To bed | Fell asleep | Woke | Got up | Coffee | Naps"
_LINES = ("Sleep diary", _COLUMNS, *(f"Day {number}" for number in range(1, 15)))


def sleep_diary() -> bytes:
    """A valid one-page A4 PDF: a heading, the columns and a line for each of fourteen days."""
    shown = " ".join(f"({line}) Tj 0 -40 Td" for line in _LINES)
    stream = f"BT /F1 16 Tf 60 780 Td {shown} ET".encode("ascii")
    return _document(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
        b"/Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    )


def _document(*objects: bytes) -> bytes:
    """Objects numbered from 1, with the table of their places that PDF readers look for."""
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(out))
    return out + head + table + tail
