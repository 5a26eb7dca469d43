/** A country: its ISO 3166-1 codes, and a box around its mainland and larger islands near it, in degrees. */
interface Country {
  alpha2: string;
  alpha3: string;
  /** South, west, north, east; rough on purpose: what lies outside is surely wrong. */
  box: readonly [number, number, number, number];
}

const ROWS = `
  AL ALB 39.6 19.2 42.7 21.1|AT AUT 46.3 9.5 49.1 17.2|BA BIH 42.5 15.7 45.3 19.7|BE BEL 49.4 2.5 51.6 6.5|BG BGR 41.2 22.3 44.3 28.7
  |CH CHE 45.8 5.9 47.9 10.6|CY CYP 34.5 32.2 35.8 34.7|CZ CZE 48.5 12.0 51.1 18.9|DE DEU 47.2 5.8 55.1 15.1|DK DNK 54.5 8.0 57.8 15.3
  |EE EST 57.5 21.7 59.8 28.3|ES ESP 27.5 -18.3 43.9 4.4|FI FIN 59.7 19.0 70.1 31.6|FR FRA 41.3 -5.3 51.2 9.7|GB GBR 49.8 -8.7 60.9 1.8
  |GR GRC 34.7 19.3 41.8 29.7|HR HRV 42.3 13.4 46.6 19.5|HU HUN 45.7 16.1 48.6 22.9|IE IRL 51.4 -10.7 55.5 -5.9|IS ISL 63.2 -24.6 66.6 -13.4
  |IT ITA 35.4 6.6 47.1 18.6|LI LIE 47.0 9.4 47.3 9.7|LT LTU 53.8 20.9 56.5 26.9|LU LUX 49.4 5.7 50.2 6.6|LV LVA 55.6 20.9 58.1 28.3
  |ME MNE 41.8 18.4 43.6 20.4|MK MKD 40.8 20.4 42.4 23.1|MT MLT 35.7 14.1 36.1 14.6|NL NLD 50.7 3.3 53.6 7.3|NO NOR 57.9 4.4 71.3 31.2
  |PL POL 48.9 14.1 54.9 24.2|PT PRT 32.3 -31.4 42.2 -6.1|RO ROU 43.6 20.2 48.3 29.8|RS SRB 42.2 18.8 46.2 23.1|SE SWE 55.3 10.9 69.1 24.2
  |SI SVN 45.4 13.3 46.9 16.7|SK SVK 47.7 16.8 49.7 22.6|TR TUR 35.8 25.6 42.2 44.9|UA UKR 44.3 22.1 52.4 40.3|US USA 18.8 -179.9 71.5 -66.9`;

/** The countries that the platform knows a box of. */
export const COUNTRIES: readonly Country[] = ROWS.split('|').map((row) => {
  const [alpha2 = '', alpha3 = '', ...box] = row.trim().split(' ');
  return { alpha2, alpha3, box: box.map(Number) as unknown as Country['box'] };
});

const BY_ALPHA2 = new Map(COUNTRIES.map(({ alpha2, alpha3 }) => [alpha2, alpha3]));

/** The code of three letters; one of two letters is known for {@link COUNTRIES} alone. */
export function alpha3Of(text: string): string | undefined {
  const code = text.toUpperCase();
  return /^[A-Z]{3}$/.test(code) ? code : BY_ALPHA2.get(code);
}
