import { createHash } from 'node:crypto';

/** The look of the pages: no font, picture or script from anywhere. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f3f6f5; --card: #fff; --ink: #10201c; --soft: #51625d; --line: #c9d5d1; --field: #fff;
  --accent: #0b6b53; --accent-ink: #fff; --accent-strong: #084f3e; --focus: #0b6b53;
  --bad: #9c1c1c; --bad-ground: #fdecec; --glow-a: #bfe8d8; --glow-b: #d8e6f8; --shadow: 0 1px 2px #10201c14, 0 18px 48px -16px #10201c33;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0b1311; --card: #121d1a; --ink: #e8f1ee; --soft: #a3b5af; --line: #3a4c46; --field: #0d1614;
    --accent: #4fd1a5; --accent-ink: #06231a; --accent-strong: #7be3c0; --focus: #7be3c0;
    --bad: #ffb4ab; --bad-ground: #3b1513; --glow-a: #0f3b2e; --glow-b: #12283f; --shadow: 0 1px 2px #0006, 0 18px 48px -16px #000a;
  }
}
* { box-sizing: border-box; }
html { height: 100%; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100%; display: grid; grid-template-rows: 1fr auto; justify-items: center; align-items: center;
  padding: 24px 16px 16px; color: var(--ink); background-color: var(--ground);
  background-image: radial-gradient(60rem 36rem at 12% -10%, var(--glow-a), transparent 70%), radial-gradient(52rem 34rem at 100% 110%, var(--glow-b), transparent 70%);
  background-repeat: no-repeat; background-attachment: fixed;
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
main {
  width: 100%; max-width: 26rem; padding: 40px 36px 36px; background: var(--card); border: 1px solid var(--line); border-radius: 18px;
  box-shadow: var(--shadow);
}
.brand { display: flex; align-items: center; gap: 10px; margin: 0 0 28px; font-size: 1.1875rem; font-weight: 650; letter-spacing: -0.01em; }
.brand svg { width: 34px; height: 34px; flex: none; }
.brand svg rect { fill: var(--accent); }
.brand svg path { fill: none; stroke: var(--accent-ink); stroke-width: 2.6; stroke-linecap: round; stroke-linejoin: round; }
h1 { margin: 0; font-size: 1.625rem; line-height: 1.25; font-weight: 680; letter-spacing: -0.02em; }
.intro { margin: 4px 0 0; color: var(--soft); }
form { margin: 26px 0 0; display: grid; gap: 18px; }
.field { display: grid; gap: 6px; }
label { font-weight: 570; font-size: 0.9375rem; }
.hint { margin: 0; color: var(--soft); font-size: 0.875rem; }
input:not([type="hidden"]) {
  width: 100%; min-height: 48px; padding: 10px 14px; font: inherit; color: inherit; background: var(--field);
  border: 1px solid #76857f; border-radius: 10px;
}
input[aria-invalid="true"] { border-color: var(--bad); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.button {
  display: inline-flex; align-items: center; justify-content: center; width: 100%; min-height: 48px; padding: 10px 18px; font: inherit;
  font-weight: 620; border-radius: 10px; border: 1px solid transparent; cursor: pointer; text-decoration: none;
  background: var(--accent); color: var(--accent-ink);
}
.button:hover { background: var(--accent-strong); }
.button.quiet { background: transparent; color: var(--ink); border-color: var(--line); }
.button.quiet:hover { border-color: var(--ink); }
.alert { margin: 22px 0 0; padding: 12px 14px; border-radius: 10px; background: var(--bad-ground); color: var(--bad); border: 1px solid currentColor; }
.actions { margin: 26px 0 0; }
.actions.second { margin-top: 12px; }
code { font: 0.875rem/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
footer { padding: 24px 0 4px; color: var(--soft); font-size: 0.875rem; text-align: center; }
@media (max-width: 480px) { main { padding: 28px 22px 24px; } }
@media (forced-colors: active) { .button { border-color: ButtonText; } }
`;

/** For the content security policy: this style and no other. */
export const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;
