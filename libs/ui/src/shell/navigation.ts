import type { SvgIconComponent } from '@mui/icons-material';

/** A page in the navigation. */
export interface NavItem {
  to: string;
  label: string;
  icon: SvgIconComponent;
  /** Something to do: shown as a number. */
  count?: number | undefined;
}

/** Pages that belong together. */
export interface NavGroup {
  /** Absent for the first group. */
  label?: string;
  items: readonly NavItem[];
}
