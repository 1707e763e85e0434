"""A scheduler to work with: one that runs, one on this computer, or none."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from medtw_qual._base.extras import needs_extra
from medtw_qual._base.progress import progress_shown, track
from medtw_qual.errors import MissingDependency


@contextmanager
def connect(scheduler: str | None = None, n_workers: int | None = None) -> Iterator[Any]:
    """Connect to a Dask scheduler, start one on this computer, or work in this process.

    Parameters
    ----------
    scheduler : str, optional
        ``"tcp://host:8786"``: a running scheduler (on SLURM: see the documentation). ``"local"``: one on this
        computer. None: no Dask at all, the same functions one after the other.
    n_workers : int, optional
        Worker processes of a local scheduler; default one per processor.

    Yields
    ------
    Client or None
    """
    if scheduler is None:
        yield None
        return
    with needs_extra("distributed"):
        import distributed
    dask: Any = distributed
    if scheduler == "local":
        workers = n_workers or os.cpu_count() or 1
        with (
            dask.LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0") as local,
            dask.Client(local) as client,
        ):
            _say_dashboard(client)
            yield client
        return
    try:
        client = dask.Client(scheduler, timeout="20s")
    except (OSError, TimeoutError) as error:
        raise MissingDependency(
            f"No Dask scheduler answers at {scheduler}.", "Start one (dask scheduler) and give the address it prints."
        ) from error
    with client:
        _say_dashboard(client)
        yield client


def _say_dashboard(client: Any) -> None:  # noqa: ANN401 - Dask ships no types
    """Name Dask's own page with the work of every worker, beside the progress bar."""
    if progress_shown() and client.dashboard_link:
        print(f"Dask's dashboard: {client.dashboard_link}", file=sys.stderr)


def spread(
    client: Any,  # noqa: ANN401 - Dask ships no types
    work: Callable[..., Any],
    items: Iterable[Any],
    description: str,
) -> list[Any]:
    """Do `work` on every item, on the workers or here, and return the results in the items' order."""
    listed = list(items)
    if client is None:
        return [work(item) for item in track(listed, description)]
    with needs_extra("distributed"):
        import distributed

    dask: Any = distributed
    futures = client.map(work, listed, pure=False, retries=3)
    for _ in track(dask.as_completed(futures), description, total=len(futures)):
        pass
    return list(client.gather(futures))
