// The Nx project graph, which the boundary rule of ESLint reads from a cache that has to exist before.
import { createProjectGraphAsync } from '@nx/devkit';

/**
 * Builds the project graph, or takes it from the cache when no file has changed.
 * @returns {Promise<{contexts: string[]}>} contexts = the `ctx:` tags of services and tools, which may not import each other;
 *   the launcher, which imports them all, is not among them
 */
export async function projectGraph() {
  process.env.NX_DAEMON = 'false';
  const graph = await createProjectGraphAsync({ exitOnError: true });
  const tags = Object.values(graph.nodes).map((node) => node.data.tags ?? []);
  const bound = tags.filter((all) => all.includes('type:service') || all.includes('type:tool'));
  const contexts = new Set(bound.flatMap((all) => all.filter((tag) => tag.startsWith('ctx:') && tag !== 'ctx:shared')));
  return { contexts: [...contexts].sort() };
}
