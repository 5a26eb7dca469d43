import '@fontsource-variable/inter';
import { createData, createSession, createSocket, type SessionConfig } from '@ampline/ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.js';
import { createRouter } from './app/router.js';
import { typePolicies } from './app/type-policies.js';

/** Where the console is served, with a slash at both ends. */
const BASE = '/console/';
const GRAPHQL = '/graphql';

async function start(root: HTMLElement) {
  const answer = await fetch(`${BASE}config.json`);
  if (!answer.ok) throw new Error(`config.json: ${answer.status}`);
  const session = createSession((await answer.json()) as SessionConfig, BASE);
  const returnTo = await session.begin();
  if (returnTo !== undefined) window.history.replaceState(null, '', `${BASE.slice(0, -1)}${returnTo}`);

  const socketUrl = new URL(GRAPHQL, window.location.href);
  socketUrl.protocol = socketUrl.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = createSocket(socketUrl.href, session);
  const data = createData({ url: GRAPHQL, session, socket, typePolicies });
  createRoot(root).render(
    <StrictMode>
      <App session={session} data={data} socket={socket} router={createRouter(BASE)} />
    </StrictMode>,
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
start(root).catch((error: unknown) => {
  // Before anything can be shown in a language: both, and the way on.
  root.textContent = `The platform cannot be reached. Please reload. – Die Plattform ist nicht erreichbar. Bitte neu laden. (${String(error)})`;
});
