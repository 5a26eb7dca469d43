import MuiLink, { type LinkProps } from '@mui/material/Link';
import { Link, type To } from 'react-router';

/** A link to a page of the application. */
export function RouterLink({ to, ...props }: Omit<LinkProps<typeof Link>, 'component'> & { to: To }) {
  return <MuiLink component={Link} to={to} {...props} />;
}
