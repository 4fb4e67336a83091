"""The style sheet of the pages that the program writes. Data only."""

from __future__ import annotations

# The colours are told apart in both schemes and by people who do not see red and green alike (blue against
# orange, after Okabe and Ito); no meaning hangs on colour alone.
STYLE = """
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --card: #ffffff; --ink: #1d2430; --soft: #5d6675; --line: #e2dfd6; --faint: #f1efe8;
  --good: #0b6bb8; --bad: #c2410c; --warn: #a16207; --idle: #b9bec7;
  --mid: #6aa5d6; --pale: #dbeaf6; --mark-old: #fde3d3; --mark-new: #d6eafb;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12161d; --card: #1a202a; --ink: #e6e9ee; --soft: #9aa5b4; --line: #2d3644; --faint: #222a36;
    --good: #5fb3f3; --bad: #fb923c; --warn: #e3b341; --idle: #566173;
    --mid: #3b78ab; --pale: #1e3448; --mark-old: #54301a; --mark-new: #173f61;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2rem clamp(1rem, 4vw, 3rem) 4rem; max-width: 76rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  overflow-wrap: break-word;
}
h1 {
  font-size: clamp(1.5rem, 4vw, 2.1rem); line-height: 1.2; margin: 0 0 .4rem; letter-spacing: -.01em;
  text-wrap: balance;
}
h2 { font-size: 1.25rem; margin: 3rem 0 .2rem; }
h3 { font-size: 1rem; margin: 1.6rem 0 .4rem; }
.lead { color: var(--soft); max-width: 68ch; margin: 0 0 1rem; text-wrap: pretty; }
a { color: var(--good); }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; font-size: .85em; }
pre {
  background: var(--faint); border-radius: .4rem; padding: .7rem .9rem; overflow-x: auto; margin: .5rem 0;
  line-height: 1.45;
}
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .8rem; }
.tiles.wide { grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; }
.tile b { display: block; font-size: 1.7rem; line-height: 1.2; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: .85rem; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; margin: .8rem 0; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); } .soft { color: var(--soft); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { text-align: left; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--soft); font-weight: 500; white-space: nowrap; }
tbody th { font-weight: 500; }
details { border-top: 1px solid var(--line); padding: .45rem 0; }
details details { margin-left: 1rem; }
summary { cursor: pointer; }
summary:focus-visible { outline: 2px solid var(--good); outline-offset: 2px; }
del { background: var(--mark-old); text-decoration: line-through; text-decoration-thickness: 1px; }
ins { background: var(--mark-new); text-decoration: none; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 0 1.5rem; }
.sides h4 { margin: .4rem 0 0; font-size: .8rem; font-weight: 500; color: var(--soft); }
.sides p { margin: .2rem 0; }
.badge {
  border: 1px solid currentColor; border-radius: 1rem; padding: .05rem .55rem; font-size: .78rem;
  white-space: nowrap;
}
.rows { display: grid; gap: .15rem .9rem; align-items: center; font-size: .88rem; }
.scores.of1 { grid-template-columns: max-content 1fr max-content; }
.scores.of2 { grid-template-columns: max-content 1fr max-content 1fr max-content; }
.head, .small { color: var(--soft); font-size: .8rem; }
.num { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%; overflow: visible; margin: .15rem 0; }
svg text {
  fill: var(--soft); font-size: .72rem; font-variant-numeric: tabular-nums;
  paint-order: stroke; stroke: var(--card); stroke-width: 3px;
}
.f-good { fill: var(--good); } .f-mid { fill: var(--mid); } .f-pale { fill: var(--pale); }
.f-bad { fill: var(--bad); } .f-idle { fill: var(--idle); }
.s-good { stroke: var(--good); } .s-mid { stroke: var(--mid); } .s-line { stroke: var(--line); }
.thick line { stroke-width: 4; stroke-linecap: round; opacity: .4; }
.step line { stroke-width: 2; stroke-linecap: square; }
.b-good { background: var(--good); } .b-warn { background: var(--warn); } .b-bad { background: var(--bad); }
.b-mid { background: var(--mid); } .b-idle { background: var(--idle); }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; color: var(--soft); font-size: .82rem; margin: .5rem 0; }
.key i {
  display: inline-block; width: .75rem; height: .75rem; border-radius: .15rem; margin-right: .4rem;
  vertical-align: -.08rem;
}
.head .key { display: inline; }
blockquote { margin: .5rem 0; padding: .5rem .9rem; background: var(--faint); border-radius: .4rem; }
blockquote p { margin: .15rem 0; }
.map { display: flex; flex-wrap: wrap; gap: 2px; margin-bottom: 1.2rem; }
.map i { width: .72rem; height: .72rem; border-radius: .12rem; }
.pair {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)); gap: .8rem;
  align-items: start;
}
.pair .card { margin: 0; min-width: 0; }
.card h3 { margin: 0 0 .5rem; }
.card details { margin-top: .4rem; padding-bottom: 0; }
@media (max-width: 40rem) {
  .tiles, .tiles.wide { grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); }
  .scores.of1, .scores.of2 { grid-template-columns: minmax(5rem, 8.5rem) 1fr max-content; }
  .scores .second { grid-column: 2; } .scores .second + .num { grid-column: 3; }
  h2 { margin-top: 2.2rem; }
  details details { margin-left: .4rem; }
  pre { white-space: pre-wrap; }
}
@media print { details { break-inside: avoid; } body { max-width: none; } }
"""
