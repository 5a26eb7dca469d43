import { Html, markup } from './markup.js';
import { STYLE } from './page-style.js';
import { textsOf, type Language, type Texts } from './texts.js';

const MARK = markup`<svg width="34" height="34" viewBox="0 0 36 36" aria-hidden="true" focusable="false">
<rect width="36" height="36" rx="10"/><path d="M7 22h6l4-13 3 17 3.5-8H29"/>
</svg>`;

function page(language: Language, title: string, intro: string | Html, content?: Html, alert?: string): string {
  const shownAlert = alert === undefined ? undefined : markup`<p class="alert" role="alert" id="alert">${alert}</p>`;
  return markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title} · Ampline</title>
<link rel="icon" href="data:,">
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<p class="brand">${MARK}Ampline</p>
<h1>${title}</h1>
<p class="intro">${intro}</p>
${shownAlert}
${content}
</main>
<footer>${textsOf(language).tagline}</footer>
</body>
</html>
`.text;
}

export interface LoginPage {
  language: Language;
  action: string;
  /** Proof that the form came from us. */
  proof: string;
  login: string;
  problem?: 'wrong' | 'ambiguous';
}

/** After a problem the field is in focus that most likely has to be written again. */
export function loginPage({ language, action, proof, login, problem }: LoginPage): string {
  const texts = textsOf(language);
  const invalid = problem === undefined ? undefined : markup` aria-invalid="true" aria-describedby="alert"`;
  const focus = markup` autofocus`;
  const passwordFirst = login !== '' && problem !== 'ambiguous';
  const form = markup`<form method="post" action="${action}">
<input type="hidden" name="proof" value="${proof}">
<div class="field">
<label for="username">${texts.user}</label>
<input id="username" name="username" type="text" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false"
  maxlength="255" required value="${login}"${invalid}${passwordFirst ? undefined : focus}>
</div>
<div class="field">
<label for="password">${texts.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required${invalid}${passwordFirst ? focus : undefined}>
</div>
<button class="button" type="submit">${texts.logIn}</button>
</form>`;
  return page(language, texts.loginTitle, texts.loginIntro, form, problem === undefined ? undefined : texts[problem]);
}

export type PasswordProblem = 'tooShort' | 'different';

export interface ChangePage {
  language: Language;
  action: string;
  proof: string;
  /** Who has shown the old password. */
  ticket: string;
  /** For password managers. */
  username: string;
  problem?: PasswordProblem;
}

export function changePage({ language, action, proof, ticket, username, problem }: ChangePage): string {
  const texts = textsOf(language);
  const described = problem === undefined ? markup` aria-describedby="rule"` : markup` aria-invalid="true" aria-describedby="alert rule"`;
  const form = markup`<form method="post" action="${action}">
<input type="hidden" name="proof" value="${proof}">
<input type="hidden" name="ticket" value="${ticket}">
<input type="text" name="username" autocomplete="username" value="${username}" readonly hidden>
<div class="field">
<label for="new">${texts.newPassword}</label>
<input id="new" name="password" type="password" autocomplete="new-password" required autofocus${described}>
<p class="hint" id="rule">${texts.newPasswordHint}</p>
</div>
<div class="field">
<label for="repeat">${texts.repeatPassword}</label>
<input id="repeat" name="repeated" type="password" autocomplete="new-password" required>
</div>
<button class="button" type="submit">${texts.save}</button>
</form>`;
  return page(language, texts.changeTitle, texts.changeIntro, form, problem === undefined ? undefined : texts[problem]);
}

/** Asked only when the application did not prove whose login it ends. `secret` is the provider's. */
export function logOutPage(language: Language, consoleUrl: string, action: string, secret: string): string {
  const texts = textsOf(language);
  const form = markup`<form method="post" action="${action}">
<input type="hidden" name="xsrf" value="${secret}">
<input type="hidden" name="logout" value="yes">
<button class="button" type="submit" autofocus>${texts.logOut}</button>
</form>
<p class="actions second"><a class="button quiet" href="${consoleUrl}">${texts.stay}</a></p>`;
  return page(language, texts.logOutTitle, texts.logOutIntro, form);
}

export function loggedOutPage(language: Language, consoleUrl: string): string {
  const texts = textsOf(language);
  return page(language, texts.loggedOutTitle, texts.loggedOutIntro, toConsole(texts, consoleUrl));
}

/** `code`: of OAuth; told only where it helps somebody. */
export function errorPage(language: Language, consoleUrl: string, code: string): string {
  const texts = textsOf(language);
  const link = toConsole(texts, consoleUrl);
  if (code === 'server_error') return page(language, texts.errorTitle, texts.failed, link);
  if (code === 'expired') return page(language, texts.errorTitle, texts.expired, link);
  return page(language, texts.errorTitle, markup`${texts.refused} <code>${code}</code>`, link);
}

function toConsole(texts: Texts, consoleUrl: string): Html {
  return markup`<p class="actions"><a class="button" href="${consoleUrl}">${texts.toConsole}</a></p>`;
}
