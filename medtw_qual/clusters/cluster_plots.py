"""The figures of a clustering, for print and to walk in."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from medtw_qual.clusters.clusters import Clusters
    from medtw_qual.clusters.interactive_map import InteractiveMap


@dataclass(frozen=True, eq=False)
class ClusterPlots:
    """The figures of a clustering, drawn with matplotlib for print.

    Attributes
    ----------
    clusters : Clusters
        What is drawn.
    """

    clusters: "Clusters"

    def map(self) -> "Figure":
        """Draw every unit as a dot in its cluster's disc: dark and inside where it belongs firmly, pale on the border.

        Discs near each other are alike: places follow from the centres by classical scaling and are then moved apart
        until nothing overlaps. The picture is the same every time, and distances across it are rough. Above 5,000
        units a dot stands for several, and the title says for how many. matplotlib, 7.2 inches wide, for print.
        """
        from medtw_qual.clusters.cluster_figures import draw_map

        return draw_map(self.clusters)

    def interactive(self, stability: pd.DataFrame | None = None, show_text: bool = False) -> "InteractiveMap":
        """Make a map to walk in: zoom, point at dots, colour by cluster, month or strength, with a table behind it.

        It is one piece of HTML with its script inside: it works without a network. A dot's place is its true projection
        onto the plane of the clusters' centres; the caption says how much of the differences that plane holds.

        Parameters
        ----------
        stability : DataFrame, optional
            ``clusters.stability()``: clusters that do not return are grey.
        show_text : bool
            Show posts' words; default: no. Leave it so for real people's posts.

        Returns
        -------
        InteractiveMap
            Shows itself in a notebook; ``.save("map.html")`` writes a page.
        """
        from medtw_qual.clusters.cluster_figures import short_names
        from medtw_qual.clusters.interactive_map import make_map

        return make_map(self.clusters, stability, show_text, short_names(self.clusters))

    def dendrogram(self) -> "Figure":
        """Draw which clusters lie near each other: Ward's merging continued from the clusters' centres and sizes."""
        from medtw_qual.clusters.cluster_figures import draw_dendrogram

        return draw_dendrogram(self.clusters)

    def over_time(self) -> "Figure":
        """Draw each cluster's units per day, week, month or year (by the corpus's span) as small multiples."""
        from medtw_qual.clusters.cluster_figures import draw_over_time

        return draw_over_time(self.clusters)

    def number_curve(self) -> "Figure":
        """Draw the criterion over the numbers of clusters tried, the chosen one marked."""
        from medtw_qual.clusters.cluster_figures import draw_curve

        return draw_curve(self.clusters)
