/** How the page looks: a slip of paper on a phone, under a verdict that nobody overlooks. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c1d21; --faint: #74767e; --line: #d9d9d4; --paper: #fffefa; --desk: #eceae4; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececec; --faint: #9b9da5; --line: #3c3d42; --paper: #232427; --desk: #131416; }
}
* { box-sizing: border-box; margin: 0; }
body { min-height: 100vh; padding: 16px; background: var(--desk); color: var(--ink);
  font: 15px/1.5 system-ui, "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
main, details { max-width: 420px; margin: 0 auto; }
header { display: grid; grid-template-columns: 44px 1fr; column-gap: 12px; padding: 14px 16px; color: #fff;
  border-radius: 12px 12px 0 0; background: #5b5e68; }
header.good { background: #147a45; }
header.unknown-key, header.short { background: #a35c00; }
header.bad { background: #b3201f; }
header b { grid-row: span 2; width: 44px; height: 44px; border: 2px solid; border-radius: 50%; font-size: 22px;
  line-height: 40px; text-align: center; }
header h1 { font-size: 19px; line-height: 1.3; }
header h1 [lang=en] { font-size: 14px; font-weight: 500; opacity: .85; }
header p { font-size: 13px; }
header p [lang=en] { display: block; opacity: .85; }
article { padding: 20px 18px 26px; background: var(--paper); box-shadow: 0 8px 24px rgb(0 0 0 / 12%);
  --tooth: conic-gradient(from -45deg at bottom, #0000, #000 1deg 89deg, #0000 90deg) 50% / 14px 100%;
  -webkit-mask: var(--tooth); mask: var(--tooth); }
article h2 { font-size: 20px; text-align: center; letter-spacing: .06em; }
article h2 [lang=en] { display: block; font-size: 13px; letter-spacing: .1em; }
article p { text-align: center; color: var(--faint); font-size: 13px; }
hr { margin: 12px 0; border: 0; border-top: 1px dashed var(--line); }
dl { display: flex; justify-content: space-between; align-items: baseline; gap: 14px; padding: 3px 0; }
dt { flex: none; color: var(--faint); font-size: 13px; }
dt [lang=en] { font-size: 10px; letter-spacing: .03em; }
dd { text-align: right; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
dl.big { display: block; padding: 8px 0; }
dl.big dd { font-size: 24px; font-weight: 700; line-height: 1.25; text-align: left; letter-spacing: .01em; }
.signature { margin-top: 8px; padding-bottom: 44px; border-bottom: 1px solid var(--ink); color: var(--faint); font-size: 13px; }
article p.small { padding-top: 4px; font-size: 11px; text-align: left; }
footer { padding: 12px 4px; color: var(--faint); font-size: 11px; }
footer code { margin-left: 8px; font-size: 12px; }
details { padding: 4px; color: var(--faint); font-size: 12px; }
textarea { width: 100%; margin-top: 8px; padding: 8px; border: 1px solid var(--line); border-radius: 8px;
  background: var(--paper); color: var(--ink); font: 12px/1.4 ui-monospace, monospace; }
`;
