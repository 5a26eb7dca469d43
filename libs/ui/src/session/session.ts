import { ErrorResponse, UserManager, WebStorageStateStore, type User } from 'oidc-client-ts';
import { claim } from './tab-claim.js';

/** Where people log in: `config.json` beside the page. */
export interface SessionConfig {
  issuer: string;
  clientId: string;
}

export type SessionState =
  { is: 'loading' } | { is: 'in'; name: string } | { is: 'out'; because: 'never' | 'logged-out' | 'expired' | 'provider-away' };

/** A person's log-in: code flow with PKCE, renewed by the refresh token, gone with the tab. */
export interface Session {
  state: () => SessionState;
  subscribe: (listener: () => void) => () => void;
  /**
   * Resumes what the tab still knows, or completes the log-in that it comes back from. Returns the page to show then.
   * A copy of another tab leaves to log in anew, which shows no form while the provider knows the person.
   */
  begin: () => Promise<string | undefined>;
  /** Leaves for the log-in page of the provider, to come back to `returnTo`. */
  logIn: (returnTo: string) => Promise<void>;
  /** Ends the session here, in the other tabs and at the provider. */
  logOut: () => Promise<void>;
  /** A token that is valid for a while yet; undefined when there is none and one has to log in. */
  token: () => Promise<string | undefined>;
  /** The API has refused the token: renew it, or be logged out. */
  refused: () => Promise<void>;
}

/** Renew so long before the end, s. */
const RENEW_BEFORE_S = 60;
const RETURN_TO = 'returnTo';
/** Where the tab keeps the name of its claim on the log-in beside it. */
const CLAIM = 'ampline-claim';

/** @param base path of the application, with a slash at both ends */
export function createSession(config: SessionConfig, base: string): Session {
  const home = new URL(base, window.location.origin).href;
  const callback = `${home}callback`;
  const manager = new UserManager({
    authority: config.issuer,
    client_id: config.clientId,
    redirect_uri: callback,
    post_logout_redirect_uri: home,
    response_type: 'code',
    scope: 'openid profile email',
    loadUserInfo: false,
    automaticSilentRenew: false,
    monitorSession: false,
    // Of this tab alone: another one has to log in itself, which the provider's own session makes one redirect.
    userStore: new WebStorageStateStore({ store: window.sessionStorage }),
    stateStore: new WebStorageStateStore({ store: window.sessionStorage }),
  });
  const otherTabs = new BroadcastChannel(`ampline-session:${config.clientId}`);
  const listeners = new Set<() => void>();
  let state: SessionState = { is: 'loading' };
  let renewing: Promise<User | undefined> | undefined;

  const become = (next: SessionState) => {
    state = next;
    for (const listener of listeners) listener();
  };
  const logged = (user: User) => become({ is: 'in', name: user.profile.name ?? user.profile.preferred_username ?? user.profile.sub });
  const out = async (because: 'logged-out' | 'expired') => {
    await manager.removeUser();
    become({ is: 'out', because });
  };

  otherTabs.addEventListener('message', () => void out('logged-out'));

  /** One renewal at a time: a refresh token is good for one use. */
  const renew = () => {
    renewing ??= manager
      .signinSilent()
      .then((user) => user ?? undefined)
      .catch(async (error: unknown) => {
        // The provider said no. When it could not be asked at all, the session stays: the next request tries again.
        if (error instanceof ErrorResponse) await out('expired');
        return undefined;
      })
      .finally(() => (renewing = undefined));
    return renewing;
  };

  const logIn = async (returnTo: string) => {
    try {
      await manager.signinRedirect({ state: { [RETURN_TO]: returnTo }, ui_locales: document.documentElement.lang });
    } catch {
      become({ is: 'out', because: 'provider-away' });
    }
  };

  const complete = async () => {
    const user = await manager.signinCallback();
    if (user === undefined) throw new TypeError('the provider sent no user');
    const name = `${CLAIM}:${crypto.randomUUID()}`;
    window.sessionStorage.setItem(CLAIM, name);
    await claim(navigator.locks, name);
    logged(user);
    const wanted: unknown = user.state && typeof user.state === 'object' ? Reflect.get(user.state, RETURN_TO) : undefined;
    return typeof wanted === 'string' && wanted.startsWith('/') ? wanted : '/';
  };

  const resume = async () => {
    const user = await manager.getUser();
    if (user === null) return become({ is: 'out', because: 'never' });
    const name = window.sessionStorage.getItem(CLAIM);
    if (name !== null && (await claim(navigator.locks, name))) return logged(user);
    // A copy of another tab. Its refresh token used twice would end the log-in of both.
    await manager.removeUser();
    await logIn(window.location.href.slice(home.length - 1) || '/');
  };

  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    begin: async () => {
      if (!window.location.href.startsWith(`${callback}?`)) {
        await resume();
        return undefined;
      }
      try {
        return await complete();
      } catch (error) {
        // An answer that was already used (reload, back), or a log-in that was given up.
        become({ is: 'out', because: error instanceof TypeError ? 'provider-away' : 'never' });
        return '/';
      }
    },
    logIn,
    logOut: async () => {
      otherTabs.postMessage('logged-out');
      try {
        await manager.signoutRedirect();
      } catch {
        await out('logged-out');
      }
    },
    token: async () => {
      const user = await manager.getUser();
      if (user === null) return undefined;
      if ((user.expires_in ?? 0) > RENEW_BEFORE_S) return user.access_token;
      const renewed = await renew();
      return renewed?.access_token ?? (user.expired ? undefined : user.access_token);
    },
    refused: async () => {
      if ((await renew()) === undefined && state.is === 'in') await out('expired');
    },
  };
}
