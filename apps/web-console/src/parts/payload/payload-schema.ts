/** JSON Schema of a payload or of a part of it, as `commandCatalogue` has it: references are resolved. */
export interface PayloadSchema {
  type: 'object' | 'array' | 'string' | 'integer' | 'number';
  properties?: Readonly<Record<string, PayloadSchema>>;
  required?: readonly string[];
  items?: PayloadSchema;
  enum?: readonly string[];
  format?: 'date-time' | 'uri';
  maxLength?: number;
}
