import type { IncomingMessage } from 'node:http';
import { LONGEST_PASSWORD, SHORTEST_PASSWORD } from '../users/password.js';

export type Language = 'en' | 'de';

const EN = {
  loginTitle: 'Log in',
  loginIntro: 'to the charging platform of your company',
  user: 'E-mail or user name',
  password: 'Password',
  logIn: 'Log in',
  wrong: 'The user name or the password is not right. After several attempts, wait a few minutes.',
  ambiguous:
    'More than one company has a user with this e-mail. Write the company’s short name in front of it, as in demo/name@example.com.',
  changeTitle: 'Choose a new password',
  changeIntro: 'Yours was set by somebody else. From now on only you know it.',
  newPassword: 'New password',
  repeatPassword: 'The same password again',
  newPasswordHint: `At least ${SHORTEST_PASSWORD} characters. A few words in a row are easy to remember and hard to guess.`,
  save: 'Save and go on',
  tooShort: `The new password needs at least ${SHORTEST_PASSWORD} characters, and at most ${LONGEST_PASSWORD}.`,
  different: 'The two passwords are not the same.',
  errorTitle: 'That did not work',
  expired: 'This login page is too old, or was opened in another browser. Begin again from the application.',
  refused:
    'The application’s request cannot be answered. Begin again from the application; if that does not help, tell the people who run it this code:',
  failed: 'Something is wrong on our side. Try again in a minute.',
  logOutTitle: 'Log out',
  logOutIntro: 'Do you want to log out of all applications of the platform?',
  logOut: 'Log out',
  stay: 'Stay logged in',
  loggedOutTitle: 'You are logged out',
  loggedOutIntro: 'You can close this page.',
  toConsole: 'To the console',
  tagline: 'Open platform for EV charging',
};

const DE: typeof EN = {
  loginTitle: 'Anmelden',
  loginIntro: 'an der Ladeplattform Ihres Unternehmens',
  user: 'E-Mail oder Benutzername',
  password: 'Passwort',
  logIn: 'Anmelden',
  wrong: 'Benutzername oder Passwort stimmen nicht. Warten Sie nach mehreren Versuchen einige Minuten.',
  ambiguous:
    'Diese E-Mail gibt es in mehr als einem Unternehmen. Schreiben Sie dessen Kurznamen davor, zum Beispiel demo/name@example.com.',
  changeTitle: 'Neues Passwort wählen',
  changeIntro: 'Ihres hat jemand anderes vergeben. Ab jetzt kennen nur Sie es.',
  newPassword: 'Neues Passwort',
  repeatPassword: 'Dasselbe Passwort noch einmal',
  newPasswordHint: `Mindestens ${SHORTEST_PASSWORD} Zeichen. Einige Wörter hintereinander sind leicht zu merken und schwer zu erraten.`,
  save: 'Speichern und weiter',
  tooShort: `Das neue Passwort braucht mindestens ${SHORTEST_PASSWORD} Zeichen und hat höchstens ${LONGEST_PASSWORD}.`,
  different: 'Die beiden Passwörter sind nicht gleich.',
  errorTitle: 'Das hat nicht geklappt',
  expired: 'Diese Anmeldeseite ist zu alt oder wurde in einem anderen Browser geöffnet. Beginnen Sie in der Anwendung noch einmal.',
  refused:
    'Die Anfrage der Anwendung kann nicht beantwortet werden. Beginnen Sie in der Anwendung noch einmal; hilft das nicht, nennen Sie deren Betreiber diesen Code:',
  failed: 'Bei uns ist etwas nicht in Ordnung. Versuchen Sie es in einer Minute noch einmal.',
  logOutTitle: 'Abmelden',
  logOutIntro: 'Möchten Sie sich von allen Anwendungen der Plattform abmelden?',
  logOut: 'Abmelden',
  stay: 'Angemeldet bleiben',
  loggedOutTitle: 'Sie sind abgemeldet',
  loggedOutIntro: 'Sie können diese Seite schließen.',
  toConsole: 'Zur Konsole',
  tagline: 'Offene Plattform für das Laden von Elektrofahrzeugen',
};

export type Texts = typeof EN;
const TEXTS: Record<Language, Texts> = { en: EN, de: DE };

export const textsOf = (language: Language): Texts => TEXTS[language];

/** The first language that we have: of `ui_locales` (OpenID Connect Core §3.1.2.1), else of the browser, else English. */
export function languageOf(request: IncomingMessage, uiLocales?: unknown): Language {
  const asked = typeof uiLocales === 'string' ? uiLocales.split(' ') : [];
  const accepted = (request.headers['accept-language'] ?? '')
    .split(',')
    .map((entry) => {
      const [tag = '', ...parameters] = entry.trim().split(';');
      const q = parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find((value) => value !== undefined);
      return { tag, weight: q === undefined ? 1 : Number(q) };
    })
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
  const known = [...asked, ...accepted].map((tag) => tag.toLowerCase().split('-')[0]);
  return known.find((tag): tag is Language => tag === 'en' || tag === 'de') ?? 'en';
}
