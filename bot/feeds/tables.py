"""Tables: those of data are rows; those that only lay out a page are what stands in them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.feeds.blocks import Block, Image, Player, Said
from bot.feeds.containers import Container, text
from bot.feeds.runs import join, styled, unstyled
from bot.model.body import Embed, Heading, Item, Paragraph, Quote, Row, Runs, Style, words

LONGEST_CELL = 600
"""Characters of a cell; where one has more the table lays out a page."""
CELL_TEXT = (Paragraph, Heading, Item, Quote)


@dataclass(slots=True)
class TableBox(Container):
    """`blocks` are what stands outside of its rows: its caption."""

    rows: list[RowBox] = field(default_factory=list)

    def close(self) -> Iterable[Block]:
        cells = [cell for row in self.rows for cell in row.cells]
        if not any(row.filled > 1 for row in self.rows) or not all(cell.simple for cell in cells):
            return [*self.blocks, *(block for cell in cells for block in cell.blocks)]
        rows = [row.read() for row in self.rows if row.filled]
        # What can't stand in a cell stands below the table.
        others = [block for cell in cells for block in cell.blocks if not isinstance(block, CELL_TEXT)]
        return [*self.blocks, *rows, *others]


@dataclass(slots=True)
class RowBox(Container):
    table: TableBox = field(default_factory=TableBox)
    in_head: bool = False
    cells: list[CellBox] = field(default_factory=list)

    @property
    def filled(self) -> int:
        return sum(bool(cell.length) for cell in self.cells)

    def close(self) -> Iterable[Block]:
        self.table.rows.append(self)
        return self.blocks

    def read(self) -> Row:
        header = self.in_head or all(cell.heads for cell in self.cells)
        return Row(tuple(cell.read(header) for cell in self.cells), header)


@dataclass(slots=True)
class CellBox(Container):
    row: RowBox = field(default_factory=RowBox)
    heads: bool = False
    length: int = 0

    def close(self) -> Iterable[Block]:
        self.length = sum(len(words(text(block))) for block in self.blocks)
        self.row.cells.append(self)
        return ()

    @property
    def simple(self) -> bool:
        known = (*CELL_TEXT, Image, Player, Embed, Said)
        return self.length <= LONGEST_CELL and all(isinstance(block, known) for block in self.blocks)

    def read(self, header: bool) -> Runs:
        """A header is bold by itself; the cell that heads another row is made so."""
        parts = [text(block) for block in self.blocks if isinstance(block, CELL_TEXT)]
        runs = tuple(replace(run, text=run.text.replace("\n\n", "\n")) for run in join(parts, "\n"))
        if header:
            return unstyled(runs, Style.BOLD)
        return styled(runs, Style.BOLD) if self.heads else runs
