import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Endpoint } from '#contracts/endpoint';
import { describeIssue } from '#platform/describe-issue';
import { AppError, type ErrorDetail } from '#platform/errors';

/** More would help nobody to correct anything, and a hostile body could ask for a million. */
const MAX_DETAILS = 100;

function details(error: z.ZodError): ErrorDetail[] {
  return error.issues.slice(0, MAX_DETAILS).map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.message,
    code: issue.code,
  }));
}

function parse(schema: z.ZodType | undefined, value: unknown, where: 'query' | 'body'): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value, { error: describeIssue });
  if (parsed.success) return parsed.data;
  const errors = details(parsed.error);
  const [first] = errors;
  throw new AppError(
    'invalid_input',
    first === undefined
      ? `The ${where} needs a correction.`
      : `${first.path === '' ? where : first.path}: ${first.message}`,
    { errors },
  );
}

/** Params, query and body as the endpoint's schemas make them. @throws AppError invalid_input, not_found */
export function parseRequest(
  endpoint: Endpoint,
  request: FastifyRequest,
): { readonly params: unknown; readonly query: unknown; readonly body: unknown } {
  const params = endpoint.params?.safeParse(request.params);
  // An id that cannot be one names nothing.
  if (params?.success === false) throw new AppError('not_found', 'There is nothing at this address.');
  return {
    params: params?.data,
    query: parse(endpoint.query, request.query, 'query'),
    body: endpoint.raw === 'multipart-body' ? undefined : parse(endpoint.body, request.body, 'body'),
  };
}
