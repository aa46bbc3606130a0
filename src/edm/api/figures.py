"""What Prometheus reads of the platform: looked up when it asks, kept nowhere."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from litestar import Response, get
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from edm.adapters.system import machine
from edm.api.needs import Here
from edm.api.rules import OVERSEE
from edm.ports.store import PLATFORM, Count, State
from edm.services.platform import VERSION

_EVENTS = ("crash", "sleep", "wake")


@dataclass(frozen=True, slots=True, eq=False)
class Figures(Collector):
    """The platform at one moment.

    Attributes:
        states: How many instances are in each state.
        counts: How often each thing happened.
        resident: Bytes of memory of the control plane.
    """

    states: dict[State, int]
    counts: tuple[Count, ...]
    resident: int

    def collect(self) -> Iterator[Metric]:
        """Yield each figure with its name and meaning."""
        yield _gauge("edm_info", "1; the version is a label.", {"version": VERSION}, 1)
        every = ((state.value, self.states.get(state, 0)) for state in State)
        yield _family(GaugeMetricFamily("edm_instances", "By state.", labels=["state"]), every)
        yield self._operations()
        yield self._events()
        yield _gauge("process_resident_memory_bytes", "Of the control plane.", {}, self.resident)

    def _events(self) -> Metric:
        # Also of what never happened yet: who watches a figure wants to see it at once.
        times = dict.fromkeys(_EVENTS, 0)
        times |= {one.what: one.times for one in self.counts if not one.outcome}
        meaning = "What happened that is no operation, by its first word."
        return _family(CounterMetricFamily("edm_events", meaning, labels=["what"]), times.items())

    def _operations(self) -> Metric:
        labels = ["verb", "outcome"]
        family = CounterMetricFamily("edm_operations", "That ended, by how.", labels=labels)
        for one in self.counts:
            if one.outcome:
                family.add_metric([one.what, one.outcome], one.times)
        return family


@get("/metrics", opt=OVERSEE, tags=["platform"], media_type="text/plain")
async def show_metrics(platform: Here) -> Response[bytes]:
    """Show the platform's figures as Prometheus reads them."""
    world = platform.world
    figures = Figures(
        states=await world.store.states(PLATFORM),
        counts=await world.store.counts(),
        resident=machine.resident(),
    )
    registry = CollectorRegistry()
    registry.register(figures)
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)


def _gauge(name: str, meaning: str, labels: dict[str, str], value: float) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=list(labels))
    family.add_metric(list(labels.values()), value)
    return family


def _family(
    family: GaugeMetricFamily | CounterMetricFamily, values: Iterable[tuple[str, int]]
) -> Metric:
    for label, value in values:
        family.add_metric([label], value)
    return family


HANDLERS = (show_metrics,)
