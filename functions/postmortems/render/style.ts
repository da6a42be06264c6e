/** The look of the HTML page, on screen and on A4. */
export const style = `
:root { color-scheme: light; --ink: #1c1f24; --soft: #5a616c; --line: #d9dde3; --paper: #fff; --wash: #f5f6f8; --link: #1f5fa8; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1.25rem 3rem; background: var(--paper); color: var(--ink);
  font: 15px/1.65 system-ui, "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", "Yu Gothic UI", "Yu Gothic", Meiryo, sans-serif;
  overflow-wrap: anywhere; line-break: strict; word-break: auto-phrase; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; line-height: 1.3; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .75rem; padding-bottom: .25rem; border-bottom: 2px solid var(--ink); }
h3 { font-size: 1rem; margin: 0 0 .4rem; line-height: 1.45; }
p { margin: .4rem 0; }
a { color: var(--link); }
.subtitle, .muted, footer { color: var(--soft); }
.muted { white-space: pre-line; }
nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: .75rem 0 0; font-size: .87rem; }
ul, ol { margin: .4rem 0; padding-left: 1.3rem; }
li { margin: .2rem 0; }
ul.check { list-style: none; padding-left: 0; }
ul.check > li { padding-left: 1.6rem; position: relative; }
ul.check > li::before { content: ""; position: absolute; left: .1rem; top: .42em; width: .8rem; height: .8rem; border: 1.5px solid var(--soft); border-radius: 2px; }
ul.figures { list-style: none; padding: 0; margin: 1.25rem 0 0; display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .6rem; }
ul.figures li { margin: 0; padding: .6rem .75rem; background: var(--wash); border-radius: 6px; }
ul.figures span { display: block; color: var(--soft); font-size: .8rem; }
ul.figures strong { display: block; font-size: 1.45rem; line-height: 1.3; font-variant-numeric: tabular-nums; }
ul.figures small { color: var(--soft); font-size: .76rem; }
.scroll { overflow-x: auto; margin: .75rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .85rem; line-height: 1.45; }
th, td { padding: .32rem .5rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: normal; }
tbody th { font-weight: 400; min-width: 6em; overflow-wrap: anywhere; }
thead th.number { min-width: 3.2em; }
thead th { border-bottom: 1.5px solid var(--soft); font-weight: 600; vertical-align: bottom; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
dl { margin: .5rem 0; font-size: .9rem; display: grid; grid-template-columns: 1fr 1fr; column-gap: 2rem; }
dl > div.long { grid-column: 1 / -1; }
dl > div { display: grid; grid-template-columns: 7.5rem 1fr; gap: .75rem; padding: .18rem 0; border-bottom: 1px solid var(--wash); }
dt { color: var(--soft); }
dd { margin: 0; white-space: pre-line; }
article { border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem; margin: .9rem 0; font-size: .93rem; }
.badge { display: inline-block; padding: 0 .45rem; border-radius: 4px; font-size: .78rem; line-height: 1.6; border: 1px solid var(--line); background: var(--wash); white-space: nowrap; }
.badge.good { background: #e7f4ea; border-color: #a9d5b3; color: #14532d; }
.badge.bad { background: #fdeaea; border-color: #eab3b3; color: #8a1c1c; }
.badge.warn { background: #fff5df; border-color: #e8cf94; color: #6b4a00; }
.callout { border-left: 5px solid var(--soft); background: var(--wash); padding: .5rem 1rem; margin: .75rem 0; border-radius: 0 6px 6px 0; }
.callout.alarm { border-color: #b42323; background: #fdf0f0; }
.callout.warning { border-color: #c98a12; background: #fff8e8; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; }
figure { margin: 0; }
figure svg { width: 100%; height: auto; display: block; }
figcaption { font-weight: 600; font-size: .85rem; margin-bottom: .2rem; }
footer { margin-top: 2.5rem; padding-top: .75rem; border-top: 1px solid var(--line); font-size: .8rem; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; } }
.dense { font-size: .75rem; table-layout: fixed; }
.dense th, .dense td { padding: .15rem .2rem; text-align: center; min-width: 0; }
.dense tbody th, .dense thead th.number { min-width: 0; white-space: nowrap; }
@media print {
  @page { size: A4; margin: 13mm 12mm 16mm;
    @bottom-center { content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; color: #5a616c; } }
  body { max-width: none; padding: 0; font-size: 8.5pt; line-height: 1.42; overflow-wrap: break-word; orphans: 3; widows: 3; }
  h1 { font-size: 1.45rem; }
  h2 { break-after: avoid; margin: 1rem 0 .35rem; padding-bottom: .1rem; font-size: 11.5pt; border-bottom-width: 1px; }
  h3 { font-size: 9.5pt; }
  h3, figcaption, .head, .badges, tr:has(th strong) { break-after: avoid; }
  .head, li, tr, dl > div, figure, .callout, ul.figures li { break-inside: avoid; }
  nav { display: block; columns: 3; margin: .6rem 0 0; padding: .4rem .6rem; border: 1px solid var(--line); font-size: 8pt; break-inside: avoid; }
  nav a { display: block; color: inherit; text-decoration: none; }
  nav a::after { content: " " target-counter(attr(href url), page); }
  ul.figures { grid-template-columns: repeat(4, 1fr); gap: .3rem; margin-top: .7rem; }
  ul.figures li { padding: .3rem .4rem; }
  ul.figures strong { font-size: 1.1rem; }
  article { border: 0; border-top: 1px solid var(--soft); border-radius: 0; padding: .5rem 0 .2rem; margin: .5rem 0 0; font-size: 8.2pt; }
  .muted { white-space: normal; }
  dl { font-size: 8pt; margin: .25rem 0; column-gap: 1.2rem; }
  dl > div { grid-template-columns: 6rem 1fr; gap: .4rem; padding: .06rem 0; }
  ul, ol { margin: .2rem 0; }
  li { margin: .08rem 0; }
  p { margin: .25rem 0; }
  thead { display: table-header-group; }
  .scroll { overflow: visible; margin: .4rem 0; }
  table { font-size: 7.5pt; line-height: 1.3; }
  th, td { padding: .14rem .3rem; }
  tbody th { overflow-wrap: break-word; }
  table.dense { font-size: 7pt; }
  ul.check > li { padding-left: 1.1rem; }
  ul.check > li::before { width: .55rem; height: .55rem; border-width: 1px; top: .3em; }
  td.number { white-space: normal; }
  .badge { font-size: 7pt; }
  .charts { grid-template-columns: repeat(2, 1fr); gap: .6rem; }
  #guide + ul, #checklist + ul { columns: 2; column-gap: 1.4rem; }
  a { color: inherit; overflow-wrap: anywhere; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
