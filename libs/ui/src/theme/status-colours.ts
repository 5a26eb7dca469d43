/** What a state means to whoever is responsible; a chip adds a shape, so that no state is told by colour alone. */
export type Tone = 'ok' | 'active' | 'notice' | 'bad' | 'idle';

export interface ToneColours {
  text: string;
  /** Ground of a chip or banner. */
  soft: string;
  /** Dots, bars, icons. */
  mark: string;
  edge: string;
}

export const STATUS_COLOURS: Readonly<Record<'light' | 'dark', Readonly<Record<Tone, ToneColours>>>> = {
  light: {
    ok: { text: '#0d5c33', soft: '#e3f4ea', mark: '#16804a', edge: '#b9dfc9' },
    active: { text: '#1c4a9e', soft: '#e6eefc', mark: '#2b65d0', edge: '#bfd2f5' },
    notice: { text: '#7a4900', soft: '#fdf1dc', mark: '#b56a00', edge: '#efd5a6' },
    bad: { text: '#a01f1f', soft: '#fdeaea', mark: '#cc3333', edge: '#f3c4c4' },
    idle: { text: '#4b565b', soft: '#edf0f1', mark: '#6f7a7f', edge: '#d3d9db' },
  },
  dark: {
    ok: { text: '#7ddaa5', soft: '#12301f', mark: '#3fb575', edge: '#1f4f35' },
    active: { text: '#9dc0ff', soft: '#14294d', mark: '#5d93f5', edge: '#25437a' },
    notice: { text: '#f3c06b', soft: '#38270b', mark: '#db9a35', edge: '#5a4116' },
    bad: { text: '#ff9f9f', soft: '#401a1a', mark: '#f06565', edge: '#6a2c2c' },
    idle: { text: '#b3bdc1', soft: '#232c2f', mark: '#869297', edge: '#394548' },
  },
};
