import type { ApolloClient } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import { LocaleProvider, SessionProvider, ToastProvider, type LiveSocket, type Session } from '@ampline/ui';
import { RouterProvider } from 'react-router/dom';
import { CATALOGUES } from '../messages.js';
import { Branded } from './brand.js';
import { SocketContext } from './console-frame.js';
import type { createRouter } from './router.js';

interface AppProps {
  session: Session;
  data: ApolloClient;
  socket: LiveSocket;
  router: ReturnType<typeof createRouter>;
}

export function App({ session, data, socket, router }: AppProps) {
  return (
    <SessionProvider session={session}>
      <ApolloProvider client={data}>
        <SocketContext value={socket}>
          <LocaleProvider catalogues={CATALOGUES}>
            <Branded>
              <ToastProvider>
                <RouterProvider router={router} />
              </ToastProvider>
            </Branded>
          </LocaleProvider>
        </SocketContext>
      </ApolloProvider>
    </SessionProvider>
  );
}
