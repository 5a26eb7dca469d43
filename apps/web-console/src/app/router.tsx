import { createBrowserRouter, type RouteObject } from 'react-router';
import { CrashPage } from '../pages/failures/crash-page.js';
import { MissingPage } from '../pages/failures/missing-page.js';
import { PAGES, PUBLIC_PAGES, type Page } from '../routes.js';
import { ConsoleFrame } from './console-frame.js';
import { OnlyFor } from './only-for.js';

/** The public pages, and those inside the frame; each is loaded when it is gone to. */
export function createRouter(base: string) {
  const children: RouteObject[] = [...PAGES.map(routeOf), { path: '*', element: <MissingPage /> }];
  const frame: RouteObject = {
    element: <ConsoleFrame />,
    errorElement: <CrashPage />,
    hydrateFallbackElement: <></>,
    children: [{ errorElement: <CrashPage />, children }],
  };
  const open = PUBLIC_PAGES.map(({ path, page }) => ({
    path,
    errorElement: <CrashPage />,
    hydrateFallbackElement: <></>,
    lazy: async () => ({ Component: await page() }),
  }));
  return createBrowserRouter([...open, frame], { basename: base.replace(/\/$/, '') });
}

function routeOf({ path, roles, page }: Page): RouteObject {
  return {
    path,
    lazy: async () => {
      const Shown = await page();
      return {
        element: (
          <OnlyFor roles={roles}>
            <Shown />
          </OnlyFor>
        ),
      };
    },
  };
}
