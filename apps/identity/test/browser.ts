/** A page that a browser has come to. */
export interface Page {
  url: URL;
  status: number;
  headers: Headers;
  text: string;
}

/** A form of a page, as a browser would send it. */
export interface Form {
  action: URL;
  fields: Record<string, string>;
}

/** As much of a browser as a login needs: cookies by path, redirects, forms. No scripts. */
export class Browser {
  private readonly cookies: { name: string; value: string; path: string }[] = [];

  /** Where it stops instead of going there: the applications, which do not run here. */
  constructor(private readonly outside: string) {}

  open(url: string | URL, init: RequestInit = {}): Promise<Page> {
    return this.go(new URL(url), init);
  }

  submit(form: Form, fields: Record<string, string> = {}): Promise<Page> {
    return this.go(form.action, { method: 'POST', body: new URLSearchParams({ ...form.fields, ...fields }) });
  }

  cookieNames(): string[] {
    return this.cookies.map(({ name }) => name);
  }

  private async go(url: URL, init: RequestInit): Promise<Page> {
    if (url.href.startsWith(this.outside)) return { url, status: 0, headers: new Headers(), text: '' };
    const headers = new Headers(init.headers);
    const cookie = this.cookies.filter(({ path }) => url.pathname.startsWith(path)).map(({ name, value }) => `${name}=${value}`);
    if (cookie.length > 0) headers.set('cookie', cookie.join('; '));
    if (!headers.has('accept')) headers.set('accept', 'text/html,*/*;q=0.5');
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.keep(line);
    const location = response.headers.get('location');
    if (location !== null) return this.go(new URL(location, url), {});
    return { url, status: response.status, headers: response.headers, text: await response.text() };
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const read = (key: string) => attributes.find((part) => part.toLowerCase().startsWith(`${key}=`))?.slice(key.length + 1);
    const path = read('path') ?? '/';
    const at = this.cookies.findIndex((cookie) => cookie.name === name && cookie.path === path);
    if (at !== -1) this.cookies.splice(at, 1);
    const gone = read('max-age') === '0' || Date.parse(read('expires') ?? '') < Date.now();
    if (value !== '' && !gone) this.cookies.push({ name, value, path });
  }
}

/** The page's first form with what it holds already. */
export function formOf(page: Page): Form {
  const form = /<form[^>]*>/.exec(page.text)?.[0] ?? '';
  const inputs = page.text.match(/<input[^>]*>/g) ?? [];
  const fields = inputs.flatMap((input) => {
    const name = attribute(input, 'name');
    return name === undefined || attribute(input, 'type') === 'checkbox' ? [] : [[name, attribute(input, 'value') ?? ''] as const];
  });
  return { action: new URL(attribute(form, 'action') ?? '', page.url), fields: Object.fromEntries(fields) };
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}="([^"]*)"`)
    .exec(tag)?.[1]
    ?.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replaceAll('&amp;', '&');
}
