/** Languages that the product speaks. */
export const LOCALES = ['de', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

/** Sentences of one part of the product: the same keys in every language, as ICU messages. */
export type Catalogue<K extends string = string> = Readonly<Record<Locale, Readonly<Record<K, string>>>>;

/** Checks by its type that no language lacks a sentence. */
export function catalogue<const K extends string>(en: Record<K, string>, de: Record<NoInfer<K>, string>): Catalogue<K> {
  return { en, de };
}

/** Keys of a catalogue. */
export type KeyOf<C> = C extends Catalogue<infer K> ? K : never;

/** All sentences of several parts in one language. */
export function sentences(locale: Locale, parts: readonly Catalogue[]): Record<string, string> {
  return Object.assign({}, ...parts.map((part) => part[locale])) as Record<string, string>;
}

/** The first of the wishes (BCP 47) that is spoken here; English when none is. */
export function pickLocale(wishes: readonly (string | null | undefined)[]): Locale {
  for (const wish of wishes) {
    const language = wish?.toLowerCase().split('-')[0];
    const found = LOCALES.find((locale) => locale === language);
    if (found !== undefined) return found;
  }
  return 'en';
}
