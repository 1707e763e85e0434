"""A map of the units to walk in: one piece of HTML with its script inside, which needs no network."""

import html
import json
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from medtw_qual._base.figure_style import PALETTE
from medtw_qual._base.files import atomic_path
from medtw_qual.clusters.stable_number import RETURNS
from medtw_qual.clusters.vectors import to_unit_length
from medtw_qual.errors import InvalidArgument

if TYPE_CHECKING:
    from medtw_qual.clusters.clusters import Clusters

_MOST = 5_000
_GREY = "#b5b5b5"


@dataclass(frozen=True)
class InteractiveMap:
    """A map that a notebook shows by itself.

    Attributes
    ----------
    content : str
        HTML with its script and style inside.
    """

    content: str

    def _repr_html_(self) -> str:
        framed = html.escape(f"<!doctype html><meta charset='utf-8'>{self.content}", quote=True)
        return f'<iframe title="Map of the clusters" srcdoc="{framed}" width="100%" height="760"></iframe>'

    def save(self, path: str | Path) -> Path:
        """Write the map as a page of its own; the same map gives the same bytes."""
        target = Path(path)
        with atomic_path(target) as temporary:
            page = (
                f"<!doctype html><html lang='en'><meta charset='utf-8'><title>Clusters</title>{self.content}</html>\n"
            )
            temporary.write_text(page, encoding="utf-8", newline="\n")
        return target


def make_map(clusters: "Clusters", stability: pd.DataFrame | None, show_text: bool, names: list[str]) -> InteractiveMap:
    """Make the map; see `ClusterPlots.interactive`."""
    labels = clusters.labels
    if not len(clusters):
        raise InvalidArgument("There are no clusters; this map needs one.", "Cluster with another method or number.")
    rows = np.flatnonzero(labels >= 0)
    step = -(-len(rows) // _MOST)
    rows = rows[::step]
    plane, explained = plane_of_centres(clusters, rows)
    doubtful = _doubtful(stability)
    months = clusters.units["created_at"].dt.strftime("%Y-%m").fillna("no date").to_numpy(dtype=object)
    found = sorted(set(months[rows]))
    sizes = np.bincount(labels[labels >= 0], minlength=len(clusters))
    words = clusters.summary(n_central=0, n_borderline=0).set_index("cluster")["key_words"]
    data: dict[str, Any] = {
        "points": [
            [*plane[at].tolist(), int(labels[row]), round(float(clusters.assignments["strength"].iloc[row]), 2),
             found.index(months[row])]
            for at, row in enumerate(rows)
        ],
        "clusters": [
            {"name": f"{number}: {name}", "n": int(sizes[number]), "words": ", ".join(words[number][:8]),
             "jaccard": doubtful.get(number, ("", False))[0], "grey": doubtful.get(number, ("", False))[1],
             "colour": _colour(number, len(names))}
            for number, name in enumerate(names)
        ],
        "months": found,
        "texts": [clusters.units["text"].iloc[row] for row in rows] if show_text else [],
    }  # fmt: skip
    caption = (
        f"Every dot is {'a unit' if step == 1 else f'one of every {step} units'}. Places are true projections onto the"
        f" plane of the clusters' centres, which holds {explained:.0%} of the differences between all units: dots that"
        " lie together may still be far apart in what the plane does not show."
    )
    if any(grey for _, grey in doubtful.values()):
        caption += f" Grey: clusters that do not return in other samples (Jaccard below {RETURNS})."
    account = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return InteractiveMap(_PAGE.substitute(data=account, caption=html.escape(caption)))


def plane_of_centres(clusters: "Clusters", rows: np.ndarray) -> tuple[np.ndarray, float]:
    """Return units' places in the plane that shows most of the differences between cluster centres (PCA of them).

    Returns
    -------
    places : ndarray, shape (rows, 2)
        Between 0 and 1 on the longer axis, rounded to four decimals.
    explained : float
        Share of the units' whole variance that lies in the plane, 0 to 1.
    """
    array = to_unit_length(clusters.vectors.rows_of(clusters.units["unit_id"].iloc[rows]))
    points = clusters.model.space.project(array)
    centres = clusters.model.centres - clusters.model.centres.mean(axis=0)
    axes = np.linalg.svd(np.vstack([centres, np.eye(centres.shape[1])[:2] * 1e-9]), full_matrices=False)[2][:2]
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
    found = points @ (axes * signs[:, None]).T
    total = float(((array - array.mean(axis=0)) ** 2).sum())
    explained = float(((found - found.mean(axis=0)) ** 2).sum()) / total if total else 1.0
    if found.shape[1] < 2:
        found = np.column_stack([found, np.zeros(len(found))])
    low = found.min(axis=0)
    return np.round((found - low) / max(float((found.max(axis=0) - low).max()), 1e-9), 4), explained


def _colour(number: int, of: int) -> str:
    """Return a colour of the figures' palette; where there are more clusters, hues by the golden angle, all unlike."""
    return PALETTE[number] if of <= len(PALETTE) else f"hsl({number * 137.508 % 360:.0f},65%,{(42, 58)[number % 2]}%)"


def _doubtful(stability: pd.DataFrame | None) -> dict[int, tuple[str, bool]]:
    if stability is None:
        return {}
    return {
        int(row.cluster): (f"{row.jaccard:.2f}".lstrip("0"), bool(row.jaccard < RETURNS))
        for row in stability.itertuples()
    }


_PAGE = Template(
    """
<style>
#m{font:14px/1.4 system-ui,sans-serif;color:#222;background:#fff;max-width:960px}
#m svg{width:100%;height:430px;border:1px solid #999;background:#fff;touch-action:none;cursor:grab}
#m svg:focus-visible,#m button:focus-visible,#m select:focus-visible{outline:3px solid #0060c0}
#m table{border-collapse:collapse;width:100%}#m td,#m th{padding:2px 8px;text-align:left;border-bottom:1px solid #ddd}
#m td.n,#m th.n{text-align:right}#m button{font:inherit;border:1px solid #888;background:#f6f6f6;border-radius:3px}
#m button[aria-pressed=true]{background:#222;color:#fff}
#m .s{display:inline-block;width:.8em;height:.8em;border-radius:50%}
#m #tip{min-height:2.8em;margin:.3em 0}#m p{margin:.3em 0;max-width:80ch}
</style>
<div id="m">
<p><label>Colour by <select id="by"><option value="c">cluster</option><option value="m">month</option>
<option value="s">strength</option></select></label>
<button id="in" aria-label="closer">+</button> <button id="out" aria-label="farther">−</button>
<button id="all">whole map</button></p>
<svg id="map" tabindex="0" role="img" aria-label="Map of the units; arrows move, plus and minus zoom. A table follows."
 viewBox="-.02 -.02 1.04 1.04" preserveAspectRatio="xMidYMid meet"></svg>
<div id="tip" aria-live="polite">Point at a dot, or choose a cluster in the table.</div>
<p>$caption</p>
<table><thead><tr><th>Cluster</th><th class="n">Units</th><th>Key words</th><th class="n">Jaccard</th></tr></thead>
<tbody id="rows"></tbody></table>
</div>
<script>
(()=>{const d=$data,$$=i=>document.getElementById(i),svg=$$("map"),ns="http://www.w3.org/2000/svg";
let box=[-.02,-.02,1.04,1.04],only=-1;
const ramp=t=>"hsl("+(250-200*t)+",60%,"+(35+30*t)+"%)";
const colour=p=>{const c=d.clusters[p[2]],b=$$("by").value;
 if(b=="m")return ramp(d.months.length<2?0:p[4]/(d.months.length-1));
 if(b=="s")return ramp(1-p[3]);return c.grey?"$grey":c.colour};
const dots=d.points.map((p,i)=>{const e=document.createElementNS(ns,"circle");
 e.setAttribute("cx",p[0]);e.setAttribute("cy",p[1]);svg.appendChild(e);
 e.addEventListener("pointerenter",()=>say(i));return e});
const draw=()=>{svg.setAttribute("viewBox",box.join(" "));dots.forEach((e,i)=>{const p=d.points[i];
 e.setAttribute("r",.006*Math.sqrt(box[2]));e.setAttribute("fill",colour(p));
 e.setAttribute("opacity",only>=0&&p[2]!=only?.08:.8)})};
const say=i=>{const p=d.points[i],c=d.clusters[p[2]];
 $$("tip").textContent=c.name+" · "+c.n+" units · "+c.words+" · "+d.months[p[4]]+" · strength "+p[3]
 +(d.texts.length?" — "+d.texts[i]:"")};
const zoom=f=>{const[x,y,w,h]=box;box=[x+w*(1-f)/2,y+h*(1-f)/2,w*f,h*f];draw()};
const move=(a,b)=>{box[0]+=a*box[2];box[1]+=b*box[3];draw()};
const whole=()=>{box=[-.02,-.02,1.04,1.04];draw()};
$$("in").onclick=()=>zoom(.7);$$("out").onclick=()=>zoom(1/.7);$$("all").onclick=whole;$$("by").onchange=draw;
svg.addEventListener("wheel",e=>{e.preventDefault();zoom(e.deltaY<0?.85:1/.85)},{passive:false});
let at=null;svg.addEventListener("pointerdown",e=>at=[e.clientX,e.clientY]);
addEventListener("pointerup",()=>at=null);
svg.addEventListener("pointermove",e=>{if(at){const r=svg.getBoundingClientRect();
 move((at[0]-e.clientX)/r.height,(at[1]-e.clientY)/r.height);at=[e.clientX,e.clientY]}});
svg.addEventListener("keydown",e=>{const k={"+":()=>zoom(.7),"=":()=>zoom(.7),"-":()=>zoom(1/.7),"0":whole,
 ArrowLeft:()=>move(-.1,0),ArrowRight:()=>move(.1,0),ArrowUp:()=>move(0,-.1),ArrowDown:()=>move(0,.1)}[e.key];
 if(k){e.preventDefault();e.stopPropagation();k()}});
d.clusters.forEach((c,i)=>{const r=$$("rows").insertRow();
 const b=document.createElement("button"),s=document.createElement("span");
 s.className="s";s.style.background=c.grey?"$grey":c.colour;b.append(s," "+c.name);
 b.setAttribute("aria-pressed","false");
 b.onclick=()=>{only=only==i?-1:i;document.querySelectorAll("#rows button").forEach((o,j)=>
  o.setAttribute("aria-pressed",String(j==only)));
  $$("tip").textContent=only<0?"All clusters.":c.name+" · "+c.n+" units · "+c.words;draw()};
 r.insertCell().append(b);[[c.n,"n"],[c.words,""],[c.jaccard,"n"]].forEach(([t,k])=>{
  const x=r.insertCell();x.textContent=t;x.className=k})});
draw()})();
</script>""".replace("$grey", _GREY)
)
