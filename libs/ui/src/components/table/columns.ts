import type { ReactNode } from 'react';

/** A column of a table, and its place on a card where the screen is narrow. */
export interface Column<T> {
  key: string;
  header: string;
  cell: (row: T) => ReactNode;
  /** Figures stand at the end. */
  align?: 'start' | 'end';
  /** Such as `120px` or `20%`; what is left is shared. */
  width?: string;
  /** Width of the screen from which the column is shown in the table. */
  from?: 'md' | 'lg';
  /** On a card: beside the title, or nowhere. Otherwise a line of its own. */
  card?: 'badge' | 'hidden';
}

/** What a row leads to: a page, or something that opens here. */
export interface RowTarget<T> {
  rowTo?: (row: T) => string;
  onOpen?: (row: T) => void;
}
