import { CallerKind, type CallerProfile } from '@ampline/contracts';
import { getDirectiveValues, isIntrospectionType, isObjectType, type GraphQLDirective, type GraphQLSchema } from 'graphql';
import { apiErrors } from '../errors.js';

/** Who may select a field: what @access or @public of the field, else of its type, says. */
interface FieldRule {
  readonly public: boolean;
  readonly everybody: boolean;
  readonly persons: boolean;
  /** As callers have them: `fleet-manager`. */
  readonly roles: ReadonlySet<string>;
  readonly scope: string | undefined;
}

interface AccessArguments {
  roles?: string[] | null;
  scope?: string | null;
  persons?: boolean | null;
  everybody?: boolean | null;
}

type Annotated = { readonly astNode?: Parameters<typeof getDirectiveValues>[1] | null };

/** The access rules of a schema, by field coordinate: `Station.messages`. */
export class AccessRules {
  private constructor(private readonly rules: ReadonlyMap<string, FieldRule>) {}

  /** Throws `api.rule-missing` with the coordinates of fields without a rule. */
  static of(schema: GraphQLSchema): AccessRules {
    const rules = new Map<string, FieldRule>();
    const missing: string[] = [];
    const access = schema.getDirective('access');
    const open = schema.getDirective('public');
    if (!access || !open) throw apiErrors.ruleMissing({ fields: ['@access', '@public'] });
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) || isIntrospectionType(type)) continue;
      for (const field of Object.values(type.getFields())) {
        const rule = ruleOf(access, open, field) ?? ruleOf(access, open, type);
        if (rule) rules.set(`${type.name}.${field.name}`, rule);
        else missing.push(`${type.name}.${field.name}`);
      }
    }
    if (missing.length > 0) throw apiErrors.ruleMissing({ fields: missing });
    return new AccessRules(rules);
  }

  /** Throws `api.forbidden`, or `api.unauthenticated` when nobody has logged in, for the first of these fields that is closed. */
  check(viewer: CallerProfile | undefined, coordinates: Iterable<string>): void {
    for (const field of coordinates) {
      if (this.allows(viewer, field)) continue;
      throw viewer ? apiErrors.forbidden({ field }) : apiErrors.unauthenticated({ field });
    }
  }

  /** A field without a rule is closed to everybody. An API key is judged by its scopes alone, everybody else by their roles. */
  allows(viewer: CallerProfile | undefined, coordinate: string): boolean {
    const rule = this.rules.get(coordinate);
    if (!rule) return false;
    if (rule.public) return true;
    if (!viewer) return false;
    if (rule.everybody) return true;
    if (viewer.kind === CallerKind.API_KEY) return rule.scope !== undefined && viewer.scopes.includes(rule.scope);
    if (rule.persons && viewer.kind === CallerKind.PERSON) return true;
    return viewer.roles.some((role) => rule.roles.has(role));
  }
}

/** A rule that names nobody is none. */
function ruleOf(access: GraphQLDirective, open: GraphQLDirective, { astNode }: Annotated): FieldRule | undefined {
  if (!astNode) return undefined;
  const said = getDirectiveValues(access, astNode) as AccessArguments | undefined;
  const rule = {
    public: getDirectiveValues(open, astNode) !== undefined,
    everybody: said?.everybody === true,
    persons: said?.persons === true,
    roles: new Set((said?.roles ?? []).map((role) => role.toLowerCase().replaceAll('_', '-'))),
    scope: said?.scope ?? undefined,
  };
  return rule.public || rule.everybody || rule.persons || rule.roles.size > 0 || rule.scope !== undefined ? rule : undefined;
}
