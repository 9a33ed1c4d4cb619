import type { z } from 'zod';

/** Says what is wrong with a field, to be read with its name. */
export type SayIssue = (issue: z.core.$ZodRawIssue) => string;

/** What is wrong with one field of a body or a query. */
export interface FieldIssue {
  path: readonly PropertyKey[];
  message: string;
  /** A vendor's own word for it: the `code` in the params of the schema's refinement. */
  code?: string;
  /** The names nobody knows, when that is what is wrong. */
  unknown?: readonly string[];
}

/** A request whose fields are not what its endpoint asks for. */
export class RequestInvalid extends Error {
  constructor(readonly issues: readonly FieldIssue[]) {
    super('the request is not valid');
    this.name = 'RequestInvalid';
  }
}

/**
 * Reads data from outside by its schema.
 *
 * @throws RequestInvalid with everything that is wrong, in the words of whoever says it
 */
export function validate<Schema extends z.ZodType>(schema: Schema, input: unknown, say: SayIssue): z.output<Schema> {
  const result = schema.safeParse(input, { error: say });
  if (result.success) return result.data;
  throw new RequestInvalid(
    result.error.issues.map((issue) => ({
      path: issue.path,
      message: issue.message,
      ...(issue.code === 'custom' && typeof issue.params?.code === 'string' ? { code: issue.params.code } : {}),
      ...(issue.code === 'unrecognized_keys' ? { unknown: issue.keys } : {}),
    })),
  );
}
