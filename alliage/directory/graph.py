"""The drawing of alliances: organisations placed by the server, as SVG that needs no script; the table says the same."""

from dataclasses import dataclass

from alliage.directory.queries.alliances import Network

# Units of the drawing: the template's viewBox.
WIDTH, HEIGHT, MARGIN = 960, 620, 70
SEED = 17
MOST = 120


@dataclass(frozen=True)
class Node:
    """An organisation: where it is drawn (SVG units), how big, and whether its name is written beside it."""

    x: float
    y: float
    radius: float
    name: str
    short_name: str
    url: str
    count: int
    named: bool
    on_the_left: bool

    @property
    def label_x(self) -> float:
        """Where its name begins, or ends when it is written on the left."""
        return self.x - self.radius - 6 if self.on_the_left else self.x + self.radius + 6


@dataclass(frozen=True)
class Line:
    """What joins two organisations; `width` grows with the number of alliances."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float


@dataclass(frozen=True)
class Drawing:
    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    left_out: int

    @property
    def by_count(self) -> list[Node]:
        """The same organisations, those with the most alliances first: the table beside the drawing."""
        return sorted(self.nodes, key=lambda node: (-node.count, node.name))


def draw(found: Network) -> Drawing | None:
    """Place organisations so that those that act together are close; None when there is nothing to draw.

    The same alliances always give the same drawing.
    """
    if not found.edges:
        return None
    places = _scaled(_layout(found))
    degree: dict[int, int] = dict.fromkeys(found.names, 0)
    for edge in found.edges:
        degree[edge.first] += edge.count
        degree[edge.second] += edge.count
    named = _named(places, degree, found)
    nodes = tuple(
        Node(
            x=places[pk][0], y=places[pk][1], radius=round(6 + 3 * degree[pk] ** 0.5, 1), name=name,
            short_name=_short(name), url=url, count=degree[pk], named=pk in named, on_the_left=places[pk][0] > WIDTH * 0.75,
        )
        for pk, (name, url) in found.names.items()
        if degree[pk]
    )  # fmt: skip
    lines = tuple(
        Line(*places[edge.first], *places[edge.second], width=round(1 + edge.count**0.5, 1)) for edge in found.edges
    )
    return Drawing(nodes, lines, found.left_out)


# What a name takes in the drawing, in its units: a letter across, a line down.
LETTER, LINE = 8.5, 20


def _named(places: dict[int, tuple[float, float]], degree: dict[int, int], found: Network) -> set[int]:
    """Those whose name can be written without covering another, the best linked first."""
    boxes: list[tuple[float, float, float, float]] = []
    named: set[int] = set()
    for pk in sorted((pk for pk in degree if degree[pk]), key=lambda pk: (-degree[pk], pk)):
        x, y = places[pk]
        width = LETTER * len(_short(found.names[pk][0])) + 24
        left = x - width if x > WIDTH * 0.75 else x
        box = (left, y - LINE / 2, left + width, y + LINE / 2)
        discs = ((ox - 9, oy - 9, ox + 9, oy + 9) for other, (ox, oy) in places.items() if other != pk)
        if not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in (*boxes, *discs)):
            boxes.append(box)
            named.add(pk)
    return named


def _layout(found: Network) -> dict[int, tuple[float, float]]:
    import rustworkx  # 5 MB of code: only where a graph is drawn

    graph = rustworkx.PyGraph()
    numbers = {pk: graph.add_node(pk) for pk in found.names}
    graph.add_edges_from([(numbers[edge.first], numbers[edge.second], float(edge.count)) for edge in found.edges])
    graph.remove_nodes_from([number for number in graph.node_indices() if not graph.degree(number)])
    places = rustworkx.spring_layout(graph, seed=SEED, num_iter=120, weight_fn=float)
    return {graph[number]: (place[0], place[1]) for number, place in places.items()}


def _scaled(places: dict[int, tuple[float, float]]) -> dict[int, tuple[float, float]]:
    """Spread over the drawing, whatever the units of the layout. Ranks, mixed with positions, keep crowds readable."""
    across, down = (
        _spread({pk: x for pk, (x, _y) in places.items()}),
        _spread({pk: y for pk, (_x, y) in places.items()}),
    )
    wide, high = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    return {pk: (round(MARGIN + across[pk] * wide, 1), round(MARGIN + down[pk] * high, 1)) for pk in places}


def _spread(values: dict[int, float]) -> dict[int, float]:
    """Each value between 0 and 1: a quarter by its position, the rest by its rank, so that no far group crushes the others."""
    low, high = min(values.values()), max(values.values())
    size, steps = high - low or 1.0, max(len(values) - 1, 1)
    order = sorted(values, key=lambda pk: (values[pk], pk))
    return {pk: 0.25 * (values[pk] - low) / size + 0.75 * rank / steps for rank, pk in enumerate(order)}


def _short(name: str) -> str:
    """The part of a name that fits beside a disc."""
    words = name.split(",", maxsplit=1)[0]
    return words if len(words) <= 24 else f"{words[:23].rstrip()}…"
